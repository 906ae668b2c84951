"""Scores as pure sums: tables, and what must hold for any numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.enums import ScoreLevel
from assessments.scoring import Mark, band, composite, plain, points_for, rounded, score_section, score_sheet


def marked(points: int, maximum: int, level: str | None) -> Mark:
    return Mark(Decimal(points), Decimal(maximum), level)


MET, PARTLY, UNMET, OUT = ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET, ScoreLevel.INAPPLICABLE


@pytest.mark.parametrize(
    ("level", "given_points", "earned"),
    [
        (MET, None, 4),
        (MET, 1, 4),
        (PARTLY, None, 2),
        (PARTLY, Decimal("0.01"), Decimal("0.01")),
        (PARTLY, Decimal("3.99"), Decimal("3.99")),
        (UNMET, None, 0),
        (UNMET, 3, 0),
        (OUT, None, 0),
    ],
)
def test_points_for_level(level, given_points, earned):
    assert points_for(level, Decimal(4), partly_percent=50, given=given_points) == earned


@pytest.mark.parametrize("given_points", [Decimal(0), Decimal(4), Decimal("4.01"), Decimal(-1)])
def test_points_for_partly_outside_the_item(given_points):
    with pytest.raises(ValueError, match="not between 0 and 4"):
        points_for(PARTLY, Decimal(4), partly_percent=50, given=given_points)


@pytest.mark.parametrize(
    ("marks", "points", "maximum", "unmarked", "inapplicable"),
    [
        (
            [marked(4, 4, MET), marked(6, 6, MET)],
            Decimal(10),
            Decimal(10),
            0,
            0,
        ),
        (
            [marked(4, 4, MET), marked(0, 6, UNMET)],
            Decimal(4),
            Decimal(10),
            0,
            0,
        ),
        # Not looked at earns as little as 0, and is still something else.
        (
            [marked(4, 4, MET), marked(0, 6, None)],
            Decimal(4),
            Decimal(10),
            1,
            0,
        ),
        # What does not apply is taken out of the measure: 2 of 4 becomes 5 of 10.
        (
            [marked(2, 4, PARTLY), marked(0, 6, OUT)],
            Decimal(5),
            Decimal(10),
            0,
            1,
        ),
        (
            [marked(0, 4, OUT), marked(0, 6, OUT)],
            Decimal(0),
            Decimal(0),
            0,
            2,
        ),
        (
            [marked(0, 4, None), marked(0, 6, None)],
            Decimal(0),
            Decimal(10),
            2,
            0,
        ),
    ],
)
def test_section_score(marks, points, maximum, unmarked, inapplicable):
    scored = score_section(Decimal(10), marks)
    assert (scored.points, scored.maximum, scored.unmarked, scored.inapplicable) == (
        points,
        maximum,
        unmarked,
        inapplicable,
    )


def test_section_rescaled_rounds_halves_up():
    assert score_section(Decimal(10), [marked(1, 3, PARTLY), marked(0, 7, OUT)]).points == Decimal("3.33")
    assert score_section(Decimal(1), [marked(1, 8, PARTLY)]).points == Decimal("0.13")


def test_sheet_score_without_an_applicable_section():
    scored = score_sheet(
        [
            (Decimal(60), [marked(6, 6, MET)]),
            (Decimal(40), [marked(0, 4, OUT)]),
        ]
    )
    assert (scored.points, scored.maximum, scored.is_complete) == (Decimal(60), Decimal(60), True)


def test_sheet_score_counts_what_is_marked():
    scored = score_sheet([(Decimal(10), [marked(0, 4, UNMET), marked(0, 6, None)])])
    assert (scored.items, scored.marked, scored.unmarked, scored.is_complete) == (2, 1, 1, False)


@pytest.mark.parametrize(
    ("value", "text"), [("86.50", "86.5"), ("100", "100"), ("0", "0"), ("0.10", "0.1"), ("9.995", "10")]
)
def test_plain_is_as_people_write(value, text):
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("terms", "points", "working"),
    [
        ((93, 100, 91, 0), Decimal("92.6"), "93×80%＋91×20%＝92.6"),
        ((40, 50, 60, 0), Decimal(76), "80×80%＋60×20%＝76"),
        ((100, 100, 100, 5), Decimal(105), "100×80%＋100×20%＋5＝105"),
        ((0, 0, 50, 0), Decimal(10), "0×80%＋50×20%＝10"),
    ],
)
def test_composite(terms, points, working):
    standard, maximum, appraisal, bonus = map(Decimal, terms)
    result = composite(
        standard=standard,
        maximum=maximum,
        appraisal=appraisal,
        standard_weight=80,
        appraisal_weight=20,
        bonus=bonus,
    )
    assert (result.points, result.working) == (points, working)


hundredths = st.integers(1, 2000).map(lambda n: Decimal(n) / 100)


@st.composite
def mark(draw):
    maximum = draw(hundredths)
    level = draw(st.sampled_from([MET, PARTLY, UNMET, OUT, None]))
    part = draw(st.integers(0, 100))
    return Mark({MET: maximum, PARTLY: rounded(maximum * part / 100)}.get(level, Decimal(0)), maximum, level)


marks = st.lists(mark(), min_size=1, max_size=70)


@given(hundredths, marks)
def test_section_score_stays_within_the_section(section_points, given_marks):
    scored = score_section(section_points, given_marks)
    assert 0 <= scored.points <= scored.maximum <= section_points
    assert scored.points == rounded(scored.points)
    assert scored.unmarked + scored.inapplicable <= scored.items == len(given_marks)


@given(hundredths, marks)
def test_inapplicable_items_never_change_the_share(section_points, given_marks):
    applicable = [each for each in given_marks if each.level != OUT]
    with_them, without = score_section(section_points, given_marks), score_section(section_points, applicable)
    assert (with_them.points, with_them.maximum) == (without.points, without.maximum)


@given(hundredths, marks)
def test_all_met_earns_the_whole_section(section_points, given_marks):
    full = [Mark(each.maximum, each.maximum, MET) for each in given_marks]
    assert score_section(section_points, full).points == rounded(section_points)


@given(hundredths, marks)
def test_looking_at_an_item_and_giving_0_changes_no_points(section_points, given_marks):
    looked_at = [
        Mark(Decimal(0), each.maximum, UNMET) if each.level is None else each for each in given_marks
    ]
    assert (
        score_section(section_points, looked_at).points == score_section(section_points, given_marks).points
    )


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("90", "excellent"),
        ("89.99", "good"),
        ("80", "good"),
        ("79.99", "qualified"),
        ("60", "qualified"),
        ("59.99", "unqualified"),
    ],
)
def test_band_begins_at_its_mark(points, expected):
    marks = {"excellent": Decimal(90), "good": Decimal(80), "qualified": Decimal(60)}
    assert band(Decimal(points), **marks, vetoed=False) == expected
    assert band(Decimal(points), **marks, vetoed=True) == "unqualified"
