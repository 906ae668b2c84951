"""Whole sheets worked out by hand, as a clerk would with pencil and paper: the portal must come to the same.

Each sheet says its working; nothing in it was taken from the code's own answers.
"""

from decimal import Decimal

import pytest

from assessments.enums import Band, MarkState, ScoreLevel
from assessments.scoring import (
    Mark,
    appraised,
    band,
    best_form,
    composite,
    gap_percent,
    level_of,
    percent,
    plain,
    points_after_faults,
    points_for,
    points_needed,
    score_sheet,
)

D = Decimal
MET, PARTLY, UNMET, OUT = ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET, ScoreLevel.INAPPLICABLE


def met(points) -> Mark:
    return Mark(D(points), D(points), MET)


def partly(points, of) -> Mark:
    return Mark(D(points), D(of), PARTLY)


def unmet(of) -> Mark:
    return Mark(D(0), D(of), UNMET)


def unmarked(of) -> Mark:
    return Mark(D(0), D(of), None)


def out(of) -> Mark:
    return Mark(D(0), D(of), OUT)


def put_off(mark: Mark) -> Mark:
    return Mark(mark.points, mark.maximum, mark.level, is_due=False)


def faulty(of, deduction, faults) -> Mark:
    left = points_after_faults(D(of), D(deduction), faults)
    return Mark(left, D(of), level_of(left, D(of)))


SHEETS = {
    # 3 + half of 3 (1.5) + 0 of 4 = 4.5 of 10; 6 + 3 = 9 of 10. Nothing left out: as it stands.
    # 4.5 + 9 = 13.5 of 20, that is 67.5 %.
    "levels alone": (
        [(10, [met(3), partly("1.5", 3), unmet(4)]), (10, [met(6), partly(3, 4)])],
        ["4.5", "9"], "13.5", "20", "67.5",
    ),
    # The item of 4 does not apply: 4.5 of the 6 that do. 4.5 ÷ 6 × 10 = 7.5.
    "inapplicable is left out above and below the line": (
        [(10, [met(3), partly("1.5", 3), out(4)])],
        ["7.5"], "7.5", "10", "75",
    ),
    # 1 ÷ 3 × 10 = 3.333… → 3.33; 2 ÷ 3 × 10 = 6.666… → 6.67; together 10 of 20: the rounded parts are added.
    "thirds": (
        [(10, [partly(1, 3), out(7)]), (10, [partly(2, 3), out(7)])],
        ["3.33", "6.67"], "10", "20", "50",
    ),
    # 1 ÷ 8 × 1 = 0.125, exactly half a hundredth over 0.12: halves go up, 0.13. Twice: 0.26, not 0.25.
    "halves go up in each section, before the sum": (
        [(1, [partly(1, 8)]), (1, [partly(1, 8)])],
        ["0.13", "0.13"], "0.26", "2", "13",
    ),
    # The second section has no item that applies: it counts neither here nor there. 8 of 10 → 80 %.
    "a whole section that does not apply": (
        [(10, [met(8), unmet(2)]), (40, [out(25), out(15)])],
        ["8", "0"], "8", "10", "80",
    ),
    # Not due (5, marked 5 before it was put off) and inapplicable (3): 2 of the remaining 2 + 2 = 4.
    # 2 ÷ 4 × 12 = 6.
    "not due and inapplicable in one section": (
        [(12, [met(2), unmet(2), put_off(met(5)), out(3)])],
        ["6"], "6", "12", "50",
    ),
    # Everything put off: the section is gone, also where marks had been given.
    "a section of which nothing is due": (
        [(10, [put_off(met(4)), put_off(unmarked(6))]), (10, [met(10)])],
        ["0", "10"], "10", "10", "100",
    ),
    # 4 − 3 × 0.5 = 2.5; 2 − 5 × 1 would be −3: 0; 4 − 0 × 1 = 4. Together 6.5 of 10.
    "faults cost their points, never below 0": (
        [(10, [faulty(4, "0.5", 3), faulty(2, 1, 5), faulty(4, 1, 0)])],
        ["6.5"], "6.5", "10", "65",
    ),
    # Looked at 6 of 10: 6. The 4 not looked at stay in the measure: 6 of 10, not 6 of 6.
    "half-way through": (
        [(10, [met(6), unmarked(4)])],
        ["6"], "6", "10", "60",
    ),
    # Faults on top of re-scaling: 3 − 2 × 0.75 = 1.5 and 2, of 3 + 2 = 5; 3.5 ÷ 5 × 7 = 4.9.
    "faults and re-scaling": (
        [(7, [faulty(3, "0.75", 2), met(2), out(2)])],
        ["4.9"], "4.9", "7", "70",
    ),
    # Nothing anywhere applies: 0 of 0, and 0 %.
    "nothing applies at all": ([(10, [out(10)]), (5, [put_off(met(5))])], ["0", "0"], "0", "0", "0"),
}  # fmt: skip


@pytest.mark.parametrize(("sections", "parts", "points", "maximum", "share"), SHEETS.values(), ids=SHEETS)
def test_sheet_worked_by_hand(sections, parts, points, maximum, share):
    scored = score_sheet([(D(weight), marks) for weight, marks in sections])

    assert [part.points for part in scored.sections] == [D(part) for part in parts]
    assert (scored.points, scored.maximum) == (D(points), D(maximum))
    assert percent(scored.points, scored.maximum) == D(share)


def test_what_a_sheet_says_of_its_items():
    """Five items beside no points, and no two the same."""
    marks = [unmet(2), unmarked(2), out(2), put_off(met(2)), faulty(2, 1, 9)]

    assert [mark.state for mark in marks] == [
        MarkState.UNMET,
        MarkState.UNMARKED,
        MarkState.INAPPLICABLE,
        MarkState.NOT_DUE,
        MarkState.UNMET,
    ]
    assert [mark.counts for mark in marks] == [True, True, False, False, True]
    (section,) = score_sheet([(D(10), marks)]).sections
    assert (section.earned, section.base, section.items) == (D(0), D(6), 4)
    assert (section.unmarked, section.inapplicable, section.not_due) == (1, 1, 1)


def test_put_off_items_are_not_asked_for():
    scored = score_sheet([(D(10), [met(4), put_off(unmarked(6))])])

    assert (scored.is_complete, scored.items, scored.marked) == (True, 1, 1)


def test_what_was_not_looked_at_earns_nothing_whatever_points_it_bears():
    (section,) = score_sheet([(D(10), [Mark(D(3), D(5), None), met(5)])]).sections
    assert (section.earned, section.base, section.points) == (D(5), D(10), D(5))


def test_sheet_without_anything_is_written_as_0():
    empty = score_sheet([])
    (section,) = score_sheet([(D(10), [])]).sections
    sums = (empty.points, empty.maximum, section.points, section.maximum, section.earned, section.base)
    assert [plain(value) for value in sums] == ["0"] * 6


@pytest.mark.parametrize(
    ("forms", "level"),
    [
        ([MET, UNMET], MET),
        ([UNMET, MET], MET),
        ([PARTLY, UNMET], PARTLY),
        ([PARTLY, PARTLY], PARTLY),
        ([UNMET, UNMET], UNMET),
        ([MET, MET], MET),
    ],
)
def test_of_two_forms_the_best_counts(forms, level):
    assert best_form(forms) == level


@pytest.mark.parametrize(
    ("faults", "left", "level"),
    [(0, "3", MET), (1, "2.2", PARTLY), (3, "0.6", PARTLY), (4, "0", UNMET), (999, "0", UNMET)],
)
def test_faults_at_0_8_each_of_3_points(faults, left, level):
    earned = points_after_faults(D(3), D("0.8"), faults)

    assert (earned, level_of(earned, D(3))) == (D(left), level)


# -- acceptances by hand -------------------------------------------------------


def accepted(standard, maximum, appraisal, **more):
    return composite(
        standard=D(standard),
        maximum=D(maximum),
        appraisal=D(appraisal),
        standard_weight=80,
        appraisal_weight=20,
        bonus_cap=D(5),
        **more,
    )


COMPOSITES = {
    # 46 of 50 = 92 %; 92 × 0.8 = 73.6, 85 × 0.2 = 17; together 90.6.
    "no bonus": (("46", 50, "85"), {}, "90.6", "92×80%＋85×20%＝90.6"),
    # Further forms count beside both: 92 × 0.8 = 73.6, 85 × 0.2 = 17, 70 × 0.1 = 7; together 97.6.
    "further forms": (
        ("46", 50, "85"), {"further": D(70), "further_weight": 10}, "97.6", "92×80%＋85×20%＋70×10%＝97.6",
    ),
    # Without a weight their score counts nothing, and nothing is said of it.
    "further forms without a weight": (
        ("46", 50, "85"), {"further": D(70)}, "90.6", "92×80%＋85×20%＝90.6",
    ),
    # The same with 3 of at most 5, counted from 80 on: 93.6.
    "bonus": (("46", 50, "85"), {"bonus": D(3), "bonus_from": D(80)}, "93.6", "92×80%＋85×20%＋3＝93.6"),
    # Exactly at the mark it counts: 80 × 0.8 = 64, + 18 = 82, + 3 = 85.
    "bonus at the mark": (
        ("80", 100, "90"), {"bonus": D(3), "bonus_from": D(80)}, "85", "80×80%＋90×20%＋3＝85",
    ),
    # A hundredth below it does not: 79.99 × 0.8 = 63.992, + 18 = 81.992 → 81.99.
    "bonus below the mark": (
        ("79.99", 100, "90"), {"bonus": D(3), "bonus_from": D(80)},
        "81.99", "79.99×80%＋90×20%＝81.99（加分3未计入：标准得分79.99低于80）",
    ),
    # 8 wanted, 5 is the highest: 92 × 0.8 + 17 + 5 = 95.6.
    "bonus above the highest": (
        ("92", 100, "85"), {"bonus": D(8)}, "95.6", "92×80%＋85×20%＋5＝95.6（加分8，按上限计5）",
    ),
    # 2 ÷ 3 = 66.67 % (rounded first, as printed); 66.67 × 0.8 = 53.336, + 12 = 65.336 → 65.34.
    "the printed share is what is weighted": (("2", 3, "60"), {}, "65.34", "66.67×80%＋60×20%＝65.34"),
}  # fmt: skip


@pytest.mark.parametrize(("terms", "more", "points", "working"), COMPOSITES.values(), ids=COMPOSITES)
def test_composite_worked_by_hand(terms, more, points, working):
    result = accepted(*terms, **more)

    assert (result.points, result.working) == (D(points), working)


@pytest.mark.parametrize(
    ("bonus", "working"),
    [
        ("0", "50×80%＋80×20%＝56"),  # too low for a bonus, and there is none: no word of it
        ("1", "50×80%＋80×20%＝56（加分1未计入：标准得分50低于60）"),
    ],
)
def test_bonus_is_spoken_of_only_where_there_is_one(bonus, working):
    assert accepted(50, 100, 80, bonus=D(bonus), bonus_from=D(60)).working == working


def test_bonus_counts_at_any_score_unless_it_is_said():
    assert accepted(0, 100, 100, bonus=D(1)).points == D(21)


def test_bonus_of_just_the_cap_counts_as_it_is():
    result = accepted(100, 100, 100, bonus=D(5))
    assert (result.bonus, result.working) == (D(5), "100×80%＋100×20%＋5＝105")


def test_veto_beats_the_best_score():
    marks = {"excellent": D(90), "good": D(80), "qualified": D(60)}

    assert band(accepted(100, 100, 100, bonus=D(5)).points, **marks) == Band.EXCELLENT
    assert band(accepted(100, 100, 100, bonus=D(5)).points, **marks, vetoed=True) == Band.UNQUALIFIED


@pytest.mark.parametrize(
    ("mark", "maximum", "needed"),
    [
        (80, 100, "80"),
        # 80 % of 68 is 54.4.
        (80, 68, "54.4"),
        # 80 % of 33.33 is 26.664. 26.66 makes 79.99 %: not enough; 26.67 makes 80.02 %.
        (80, "33.33", "26.67"),
        # 60 % of 7.77 is 4.662. 4.66 makes 59.97 %; 4.67 makes 60.10 %.
        (60, "7.77", "4.67"),
        # 79.99 of 99.99 makes 79.998 %: printed as 80, and it reaches 80.
        (80, "99.99", "79.99"),
        (0, 50, "0"),
        (80, 0, "0"),
    ],
)
def test_points_needed_for_the_pass_mark(mark, maximum, needed):
    assert points_needed(D(mark), D(maximum)) == D(needed)


def test_partly_by_a_share_that_does_not_come_out_even():
    # 33 % of 2.5 is 0.825: 0.83.
    assert points_for(PARTLY, D("2.5"), partly_percent=33) == D("0.83")


@pytest.mark.parametrize(
    ("answers", "score", "margin"),
    [
        ([(3, 2, 1, 0, 3)], "68", None),  # 100 + 80 + 60 + 0 + 100, by five; one answer has no margin
        ([(3,) * 5, (1,) * 5], "80", "39.2"),  # 100 and 60: 1.96 × √(800/2)
        ([(3,) * 5, (2,) * 5, (0,) * 5], "60", "59.88"),  # 100, 80 and 0: 1.96 × √(2800/3)
        ([(2,) * 5] * 40, "80", "0"),  # all of one mind
    ],
)
def test_appraisal_worked_by_hand(answers, score, margin):
    result = appraised(answers)
    assert result.sample == len(answers)
    assert result.score == Decimal(score)
    assert result.margin == (None if margin is None else Decimal(margin))


def test_appraisal_counts_each_question_by_itself():
    result = appraised([(3, 0, 1, 2, 3), (3, 0, 0, 2, 2)])
    assert result.questions == ((0, 0, 0, 2), (2, 0, 0, 0), (1, 1, 0, 0), (0, 0, 2, 0), (0, 0, 1, 1))


def test_appraisal_takes_no_answer_that_lacks_a_question():
    with pytest.raises(ValueError, match="zip"):
        appraised([[3, 3], [3]])


def test_appraisal_without_an_answer_is_no_score():
    with pytest.raises(ValueError, match="nobody has answered"):
        appraised([])


# -- how far the marks of one item lie apart ---------------------------------------------


def given(points: str, level: str | None = "partly") -> Mark:
    return Mark(Decimal(points), Decimal(3), level)


@pytest.mark.parametrize(
    ("marks", "gap"),
    [
        ([], "0"),
        ([given("1.5")], "0"),
        ([given("1.5"), given("1.5")], "0"),
        ([given("3", "met"), given("0", "unmet")], "100"),
        ([given("3", "met"), given("2.1")], "30"),
        ([given("3", "met"), given("2"), given("1.5")], "50"),
        ([given("3", "met"), given("0", None)], "0"),
        ([given("0", "inapplicable"), given("0", "inapplicable")], "0"),
        ([given("0", "inapplicable"), given("3", "met")], "100"),
        ([given("0", "inapplicable"), given("0", "unmet")], "100"),
        ([given("0", "inapplicable"), given("0", None)], "0"),
    ],
)
def test_gap_between_marks(marks, gap):
    assert gap_percent(marks) == Decimal(gap)


def test_gap_is_exact():
    """30.33 % is more than 30 %."""
    assert gap_percent([given("3", "met"), given("2.09")]) > 30
