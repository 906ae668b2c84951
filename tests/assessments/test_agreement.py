"""How far scorers agree: worked by hand, and what must hold of any marks."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.agreement import ENOUGH, STEPS, Share, agreement, alpha, jackknife, within_a_step
from assessments.templatetags.scores import percent

LEVELS = [*STEPS, "inapplicable"]
UNITS = st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2)), st.integers(1, 40), min_size=1)
PAIRS = st.lists(
    st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.booleans(), st.integers(1, 9)), max_size=12
)


# -- alpha ------------------------------------------------------------------


def test_alpha_by_hand():
    """Eight items both met, one both partly, one met against partly: the values are 17 met and 3 partly.

    Coincidences: 16 met-met, 2 partly-partly, 1 each way apart. With two values the distance cancels out:
    1 - 19 * (1 + 1) / (2 * 17 * 3) = 1 - 38/102.
    """
    assert alpha({(2, 2): 8, (1, 1): 1, (2, 1): 1}) == 1 - Fraction(38, 102)


def test_alpha_of_three_values_by_hand():
    """Two items, 0 against 1 and 1 against 2: the values are 0, 1, 1, 2.

    Distances: 0-1 is (1 + 2 - 1.5)² = 2.25, 1-2 the same, 0-2 is (4 - 1)² = 9.
    Observed: (2.25 + 2.25) both ways = 9; expected: 2 * (1*2*2.25 + 2*1*2.25 + 1*1*9) = 36; 1 - 3 * 9 / 36.
    """
    assert alpha({(0, 1): 1, (1, 2): 1}) == Fraction(1, 4)


def test_alpha_of_several_people_with_gaps():
    """Krippendorff's own example, ordinal: 0.815 (four observers, twelve units, as published)."""
    rows = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    units = Counter(
        values
        for column in zip(*(row.split() for row in rows), strict=True)
        if len(values := tuple(int(value) for value in column if value != ".")) > 1
    )
    assert round(float(alpha(units)), 3) == 0.815


@pytest.mark.parametrize("units", [{(2, 2): 43}, {(1, 1): 1}, {}])
def test_alpha_of_equal_marks_is_undefined_and_not_one(units):
    assert alpha(units) is None
    assert jackknife(units) is None


def test_one_item_marked_apart_is_no_agreement():
    assert alpha({(1, 2): 1}) == 0


def test_interval_is_undefined_where_it_hangs_on_one_item():
    assert alpha({(2, 2): 42, (2, 1): 1}) is not None
    assert jackknife({(2, 2): 42, (2, 1): 1}) is None


def test_jackknife_by_hand():
    """(0,0) twice and (1,1) twice: alpha is 1 whatever item is left out."""
    found = jackknife({(0, 0): 2, (1, 1): 2})
    assert (found.low, found.high) == (1, 1)


@given(UNITS)
def test_alpha_knows_no_order_of_people_and_no_direction(units):
    found = alpha(units)
    turned, mirrored = Counter(), Counter()
    for (one, other), count in units.items():
        turned[other, one] += count
        mirrored[2 - one, 2 - other] += count
    assert alpha(turned) == alpha(mirrored) == found
    assert found is None or found <= 1


@given(UNITS)
def test_alpha_is_one_only_without_any_difference(units):
    found = alpha(units)
    if any(one != other for one, other in units):
        assert found is not None
        assert found < 1
    else:
        assert found in (None, 1)


@given(UNITS)
def test_interval_holds_alpha(units):
    found, interval = alpha(units), jackknife(units)
    if interval is not None:
        assert -1 <= interval.low <= interval.high <= 1
        assert interval.low <= max(float(found), -1) + 1e-9
        assert float(found) <= interval.high + 1e-9


# -- shares -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(10, 10, 0.7225, 1), (0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_as_published(hits, n, low, high):
    """The last is Newcombe's example (1998)."""
    found = Share(hits, n).interval
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_shared_says_nothing():
    nothing = Share(0, 0)
    assert (nothing.share, nothing.interval.low, nothing.interval.high) == (None, 0, 1)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, ""), (0, "0%"), (1 / 419, "1%"), (0.5, "50%"), (418 / 419, "99%"), (1, "100%")],
)
def test_only_all_is_shown_as_all(share, shown):
    assert percent(share) == shown


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_narrows(drawn):
    hits, n = drawn
    found, wider = Share(hits * 4, n * 4).interval, Share(hits, n).interval
    assert 0 <= wider.low <= hits / n + 1e-9
    assert hits / n - 1e-9 <= wider.high <= 1
    assert found.high - found.low < wider.high - wider.low


# -- together ---------------------------------------------------------------


def test_alike_within_a_step_and_what_does_not_apply():
    found = agreement(
        [
            ("met", "met", True, 10),
            ("partly", "partly", False, 2),
            ("met", "partly", False, 3),
            ("met", "unmet", False, 1),
            ("inapplicable", "inapplicable", True, 1),
            ("inapplicable", "met", False, 1),
        ]
    )
    assert (found.exact, found.near) == (Share(11, 18), Share(16, 18))
    assert (sum(found.units.values()), found.has_enough) == (16, False)


def test_alpha_is_told_from_twenty_on():
    nearly = agreement([("met", "met", True, ENOUGH - 2), ("partly", "met", False, 1)])
    enough = agreement([("met", "met", True, ENOUGH - 1), ("partly", "met", False, 1)])
    assert (nearly.has_enough, enough.has_enough) == (False, True)


@given(PAIRS)
def test_alike_marks_are_within_a_step(pairs):
    sound = [(one, other, alike and one == other, n) for one, other, alike, n in pairs]
    found = agreement(sound)
    assert found.exact.hits <= found.near.hits <= found.near.n == sum(n for *_rest, n in pairs)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["met", "met"], True),
        (["met", "partly"], True),
        (["unmet", "partly"], True),
        (["met", "unmet"], False),
        (["met", "partly", "unmet"], False),
        (["inapplicable", "inapplicable"], True),
        (["inapplicable", "partly"], False),
    ],
)
def test_within_a_step(levels, expected):
    assert within_a_step(levels) is expected
    assert within_a_step(reversed(levels)) is expected
