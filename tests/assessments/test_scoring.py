"""Scores as pure sums: tables, and what must hold for any numbers."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.enums import ScoreLevel
from assessments.scoring import Mark, composite, plain, points_for, rounded, score_section, score_sheet

MET, PARTLY, UNMET, OUT = ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET, ScoreLevel.INAPPLICABLE


@pytest.mark.parametrize(
    ("level", "given_points", "earned"),
    [(MET, None, 4), (MET, 1, 4), (PARTLY, None, 2), (PARTLY, D("0.01"), D("0.01")), (PARTLY, D("3.99"), D("3.99")),
     (UNMET, None, 0), (UNMET, 3, 0), (OUT, None, 0)],
)
def test_points_for_level(level, given_points, earned):
    assert points_for(level, D(4), partly_percent=50, given=given_points) == earned


@pytest.mark.parametrize("given_points", [D(0), D(4), D("4.01"), D(-1)])
def test_points_for_partly_outside_the_item(given_points):
    with pytest.raises(ValueError, match="not between 0 and 4"):
        points_for(PARTLY, D(4), partly_percent=50, given=given_points)


@pytest.mark.parametrize(
    ("marks", "points", "maximum", "unmarked", "inapplicable"),
    [
        ([Mark(D(4), D(4), MET), Mark(D(6), D(6), MET)], D(10), D(10), 0, 0),
        ([Mark(D(4), D(4), MET), Mark(D(0), D(6), UNMET)], D(4), D(10), 0, 0),
        # Not looked at earns as little as 0, and is still something else.
        ([Mark(D(4), D(4), MET), Mark(D(0), D(6), None)], D(4), D(10), 1, 0),
        # What does not apply is taken out of the measure: 2 of 4 becomes 5 of 10.
        ([Mark(D(2), D(4), PARTLY), Mark(D(0), D(6), OUT)], D(5), D(10), 0, 1),
        ([Mark(D(0), D(4), OUT), Mark(D(0), D(6), OUT)], D(0), D(0), 0, 2),
        ([Mark(D(0), D(4), None), Mark(D(0), D(6), None)], D(0), D(10), 2, 0),
    ],
)
def test_section_score(marks, points, maximum, unmarked, inapplicable):
    scored = score_section(D(10), marks)
    assert (scored.points, scored.maximum, scored.unmarked, scored.inapplicable) == (
        points, maximum, unmarked, inapplicable,
    )


def test_section_rescaled_rounds_halves_up():
    assert score_section(D(10), [Mark(D(1), D(3), PARTLY), Mark(D(0), D(7), OUT)]).points == D("3.33")
    assert score_section(D(1), [Mark(D(1), D(8), PARTLY)]).points == D("0.13")


def test_sheet_score_without_an_applicable_section():
    scored = score_sheet([(D(60), [Mark(D(6), D(6), MET)]), (D(40), [Mark(D(0), D(4), OUT)])])
    assert (scored.points, scored.maximum, scored.is_complete) == (D(60), D(60), True)


def test_sheet_score_counts_what_is_marked():
    scored = score_sheet([(D(10), [Mark(D(0), D(4), UNMET), Mark(D(0), D(6), None)])])
    assert (scored.items, scored.marked, scored.unmarked, scored.is_complete) == (2, 1, 1, False)


@pytest.mark.parametrize(("value", "text"), [("86.50", "86.5"), ("100", "100"), ("0", "0"), ("0.10", "0.1"), ("9.995", "10")])
def test_plain_is_as_people_write(value, text):
    assert plain(D(value)) == text


@pytest.mark.parametrize(
    ("standard", "maximum", "appraisal", "bonus", "points", "working"),
    [
        (93, 100, 91, 0, D("92.6"), "93×80%＋91×20%＝92.6"),
        (40, 50, 60, 0, D(76), "80×80%＋60×20%＝76"),
        (100, 100, 100, 5, D(105), "100×80%＋100×20%＋5＝105"),
        (0, 0, 50, 0, D(10), "0×80%＋50×20%＝10"),
    ],
)
def test_composite(standard, maximum, appraisal, bonus, points, working):
    result = composite(
        standard=D(standard), maximum=D(maximum), appraisal=D(appraisal), standard_weight=80,
        appraisal_weight=20, bonus=D(bonus),
    )
    assert (result.points, result.working) == (points, working)


hundredths = st.integers(1, 2000).map(lambda n: D(n) / 100)


@st.composite
def mark(draw):
    maximum = draw(hundredths)
    level = draw(st.sampled_from([MET, PARTLY, UNMET, OUT, None]))
    part = draw(st.integers(0, 100))
    return Mark({MET: maximum, PARTLY: rounded(maximum * part / 100)}.get(level, D(0)), maximum, level)


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
    looked_at = [Mark(D(0), each.maximum, UNMET) if each.level is None else each for each in given_marks]
    assert score_section(section_points, looked_at).points == score_section(section_points, given_marks).points
