"""What holds of the scoring whatever the numbers."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessments.enums import MarkState, ScoreLevel
from assessments.scoring import (
    HUNDREDTH,
    Mark,
    band,
    best_form,
    composite,
    level_of,
    percent,
    points_after_faults,
    points_needed,
    rounded,
    score_section,
    score_sheet,
)

MET, PARTLY, UNMET, OUT = ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET, ScoreLevel.INAPPLICABLE
hundredths = st.integers(1, 2000).map(lambda n: Decimal(n) / 100)
percents = st.integers(0, 10000).map(lambda n: Decimal(n) / 100)


@st.composite
def mark(draw, levels=(MET, PARTLY, UNMET, OUT, None)):
    maximum = draw(hundredths)
    level = draw(st.sampled_from(levels))
    part = draw(st.integers(1, 99))
    points = {MET: maximum, PARTLY: rounded(maximum * part / 100)}.get(level, Decimal(0))
    return Mark(points, maximum, level, is_due=draw(st.integers(0, 9)) > 0)


marks = st.lists(mark(), min_size=1, max_size=30)
sheets = st.lists(st.tuples(hundredths, marks), min_size=1, max_size=5)


@given(sheets)
def test_total_is_never_above_the_maximum(sections):
    scored = score_sheet(sections)

    assert 0 <= scored.points <= scored.maximum <= sum(weight for weight, _marks in sections)
    assert 0 <= percent(scored.points, scored.maximum) <= 100


@given(sheets)
def test_total_is_the_sum_of_the_rounded_sections(sections):
    scored = score_sheet(sections)

    assert scored.points == sum(part.points for part in scored.sections)
    assert all(part.points == rounded(part.points) for part in scored.sections)
    assert scored.maximum == sum(part.maximum for part in scored.sections)


@given(sheets, st.data())
def test_marking_what_was_not_looked_at_never_lowers_the_points(sections, data):
    """Met, partly, not met, or inapplicable: whatever it turns out to be, nothing earned before is lost."""
    weight, before = sections[0]
    place = data.draw(st.integers(0, len(before) - 1))
    blank = replace(before[place], level=None, points=Decimal(0))
    level = data.draw(st.sampled_from([MET, PARTLY, UNMET, OUT]))
    given_points = blank.maximum if level == MET else rounded(blank.maximum / 2) if level == PARTLY else 0
    looked_at = replace(blank, level=level, points=Decimal(given_points))

    def total(one):
        return score_sheet([(weight, [*before[:place], one, *before[place + 1 :]]), *sections[1:]])

    old, new = total(blank), total(looked_at)
    assert new.points >= old.points
    assert percent(new.points, new.maximum) >= percent(old.points, old.maximum)
    if level != OUT:
        assert new.maximum == old.maximum
    else:
        assert new.maximum <= old.maximum


@given(hundredths, marks, st.data())
def test_a_higher_mark_never_makes_a_lower_total(weight, given_marks, data):
    place = data.draw(st.integers(0, len(given_marks) - 1))
    low = replace(given_marks[place], level=UNMET, points=Decimal(0))
    middle = replace(low, level=PARTLY, points=rounded(low.maximum / 2))
    full = replace(low, level=MET, points=low.maximum)

    points = [
        score_section(weight, [*given_marks[:place], one, *given_marks[place + 1 :]]).points
        for one in (low, middle, full)
    ]
    assert points == sorted(points)


@given(hundredths, st.lists(hundredths, min_size=2, max_size=20), st.data())
def test_rescaling_keeps_the_order_of_two_sites(weight, maxima, data):
    """Two sites to which the same items apply stand in the order of what they earned there."""
    out = data.draw(st.sets(st.integers(0, len(maxima) - 1), max_size=len(maxima) - 1))
    parts = st.lists(st.integers(0, 100), min_size=len(maxima), max_size=len(maxima))

    def site():
        shares = data.draw(parts)
        return [
            Mark(Decimal(0), maximum, OUT)
            if place in out
            else Mark(rounded(maximum * share / 100), maximum, PARTLY)
            for place, (maximum, share) in enumerate(zip(maxima, shares, strict=True))
        ]

    a, b = (score_section(weight, one) for one in (site(), site()))
    assert a.maximum == b.maximum == weight
    if a.earned <= b.earned:
        assert a.points <= b.points
    else:
        assert a.points >= b.points


@given(hundredths, marks)
def test_what_is_left_out_changes_nothing_for_the_rest(weight, given_marks):
    counted = [each for each in given_marks if each.counts]
    whole, rest = score_section(weight, given_marks), score_section(weight, counted)

    assert (whole.points, whole.maximum, whole.earned, whole.base) == (
        rest.points,
        rest.maximum,
        rest.earned,
        rest.base,
    )


@given(marks)
def test_every_item_is_in_exactly_one_state(given_marks):
    scored = score_section(Decimal(10), given_marks)
    states = [each.state for each in given_marks]

    assert scored.items + scored.not_due == len(given_marks)
    assert scored.unmarked == states.count(MarkState.UNMARKED)
    assert scored.inapplicable == states.count(MarkState.INAPPLICABLE)
    assert scored.not_due == states.count(MarkState.NOT_DUE)


@given(hundredths, st.integers(1, 100), st.integers(0, 998))
def test_one_more_fault_never_earns_more(points, part, faults):
    deduction = max(rounded(points * part / 100), HUNDREDTH)
    fewer, more = (points_after_faults(points, deduction, n) for n in (faults, faults + 1))

    assert 0 <= more <= fewer <= points
    assert level_of(points_after_faults(points, deduction, 0), points) == MET
    assert level_of(more, points) != MET


@given(st.lists(st.sampled_from([MET, PARTLY, UNMET]), min_size=1, max_size=4))
def test_a_further_form_never_makes_either_or_worse(forms):
    order = [UNMET, PARTLY, MET]
    for extra in order:
        assert order.index(best_form([*forms, extra])) >= order.index(best_form(forms))


@given(percents, percents, percents, percents, percents)
def test_bonus_stays_within_its_rule(standard, appraisal, bonus, cap, start):
    terms = {
        "maximum": Decimal(100),
        "appraisal": appraisal,
        "standard_weight": 70,
        "appraisal_weight": 30,
    }
    without = composite(standard=standard, **terms)
    result = composite(standard=standard, **terms, bonus=bonus, bonus_cap=cap, bonus_from=start)

    assert 0 <= result.bonus <= min(bonus, cap)
    assert result.bonus == (0 if standard < start else min(bonus, cap))
    assert result.points == rounded(standard * 70 / 100 + appraisal * 30 / 100 + result.bonus)
    assert result.points >= without.points


@given(percents, hundredths.map(lambda n: n * 5))
def test_points_needed_are_the_fewest_that_reach_the_mark(mark_wanted, maximum):
    needed = points_needed(mark_wanted, maximum)

    assert percent(needed, maximum) >= mark_wanted
    if needed:
        assert percent(needed - HUNDREDTH, maximum) < mark_wanted


@given(percents, percents)
def test_a_higher_score_is_never_in_a_lower_band(a, b):
    order = ["unqualified", "qualified", "good", "excellent"]
    low, high = sorted((a, b))
    bands = [
        order.index(band(points, excellent=Decimal(90), good=Decimal(80), qualified=Decimal(60)))
        for points in (low, high)
    ]
    assert bands == sorted(bands)
