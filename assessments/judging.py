"""A rulebook's numbers put to scores: composite, band, pass mark. The sums themselves are in `scoring`."""

from decimal import Decimal

from standards.models import Rulebook

from .enums import Band
from .scoring import Composite, SheetScore, band, composite, percent, points_needed


def share_of(score: SheetScore) -> Decimal:
    """A sheet's score in percent of what its site can earn."""
    return percent(score.points, score.maximum)


def pass_points(rulebook: Rulebook, score: SheetScore) -> Decimal:
    """The pass mark in points of this site's maximum, which items left out may lower."""
    return points_needed(rulebook.pass_mark, score.maximum)


def composite_by(
    rulebook: Rulebook,
    score: SheetScore,
    *,
    appraisal: Decimal,
    further: Decimal | None = None,
    bonus: Decimal = Decimal(0),
) -> Composite:
    """An acceptance's composite score by a rulebook; without a score of further forms they count nothing."""
    return composite(
        standard=score.points,
        maximum=score.maximum,
        appraisal=appraisal,
        standard_weight=rulebook.standard_weight,
        appraisal_weight=rulebook.appraisal_weight,
        further=further or Decimal(0),
        further_weight=rulebook.further_weight,
        bonus=bonus,
        bonus_cap=rulebook.bonus_cap,
        bonus_from=rulebook.bonus_from,
    )


def band_by(rulebook: Rulebook, points: Decimal, *, vetoed: bool = False) -> Band:
    """等次 of a score by a rulebook's bands; a veto is always the last."""
    return band(
        points,
        excellent=rulebook.excellent_from,
        good=rulebook.good_from,
        qualified=rulebook.qualified_from,
        vetoed=vetoed,
    )
