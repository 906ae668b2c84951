"""A rulebook's numbers put to scores, each worked by hand: every number of it counts in its own place."""

from decimal import Decimal

import pytest

from assessments.enums import Band
from assessments.judging import band_by, composite_by, pass_points, share_of
from assessments.scoring import SheetScore
from standards.models import Rulebook

D = Decimal
# No two numbers are alike, so that none can stand in for another one.
RULEBOOK = Rulebook(
    standard_weight=70,
    appraisal_weight=30,
    bonus_cap=D(2),
    bonus_from=D(60),
    pass_mark=D(80),
    excellent_from=D(90),
    good_from=D(75),
    qualified_from=D(55),
)


def score(points, maximum=200) -> SheetScore:
    return SheetScore(sections=(), points=D(points), maximum=D(maximum), items=1, unmarked=0)


def test_share_is_in_percent_of_what_can_be_earned():
    assert share_of(score(150)) == D(75)


def test_pass_mark_is_in_points_of_what_can_be_earned():
    """79.995 % is rounded up to 80: 159.99 of 200 are enough."""
    assert pass_points(RULEBOOK, score(0)) == D("159.99")


@pytest.mark.parametrize(
    ("points", "bonus", "total", "counted"),
    [
        (150, 0, "79.50", 0),  # 75 × 70 % + 90 × 30 %
        (150, 1, "80.50", 1),
        (150, 5, "81.50", 2),  # no more than the cap
        (120, 1, "70.00", 1),  # 60 × 70 % + 27 + 1: just enough for a bonus
        ("119.9", 1, "68.97", 0),  # 59.95 × 70 % + 27
    ],
)
def test_composite(points, bonus, total, counted):
    result = composite_by(RULEBOOK, score(points), appraisal=D(90), bonus=D(bonus))
    assert (result.points, result.bonus) == (D(total), D(counted))


def test_further_forms_count_by_the_rulebook_s_weight():
    weighing = Rulebook(standard_weight=60, appraisal_weight=25, further_weight=15, bonus_cap=D(2))
    result = composite_by(weighing, score(150), appraisal=D(90), further=D(70))
    assert result.working == "75×60%＋90×25%＋70×15%＝78"
    assert composite_by(weighing, score(150), appraisal=D(90)).points == D("67.5")


def test_composite_without_a_bonus():
    assert composite_by(RULEBOOK, score(150), appraisal=D(90)).working == "75×70%＋90×30%＝79.5"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("100", Band.EXCELLENT),
        ("90", Band.EXCELLENT),
        ("89.99", Band.GOOD),
        ("75", Band.GOOD),
        ("74.99", Band.QUALIFIED),
        ("55", Band.QUALIFIED),
        ("54.99", Band.UNQUALIFIED),
    ],
)
def test_band(points, expected):
    assert band_by(RULEBOOK, D(points)) == expected
    assert band_by(RULEBOOK, D(points), vetoed=True) == Band.UNQUALIFIED
