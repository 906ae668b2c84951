"""The plan's six goals: four by their sections, two by what bears on them."""

from decimal import Decimal

import pytest

from assessments.enums import ScoreLevel
from assessments.goals import SCORED, SUPERVISED_BY, GoalPart, closed_findings, goals
from assessments.marks import SectionMarks
from assessments.models import Finding, Score
from standards.enums import Kind
from standards.models import Item, Section
from tests.assessments import builders

NOTHING = {"answered": [], "rectified": GoalPart(0, 0)}


def sheet(levels: dict[str, str], *, goal: str = SCORED[0], points: int = 20):
    """A sheet of one section, whose items are worth two points each."""
    section = Section(name=goal, points=Decimal(points))
    rows = []
    for ordinal, (code, level) in enumerate(levels.items()):
        earned = Decimal(2) if level == ScoreLevel.MET else Decimal(1) if level == ScoreLevel.PARTLY else 0
        score = Score(level=level, points=Decimal(earned), max_points=Decimal(2))
        rows.append((Item(code=code, points=Decimal(2), ordinal=ordinal), score))
    return (SectionMarks(section, tuple(rows)),)


def test_rate_is_the_sites_points_of_what_they_could_earn():
    """20 of 20 and 15 of 20: 87.5 %, for each kind by itself; a section nobody has is no rate."""
    found = goals(
        [
            (Kind.GOVERNMENT_AFFAIRS, sheet({"a": "met", "b": "met"})),
            (Kind.GOVERNMENT_AFFAIRS, sheet({"a": "met", "b": "partly"})),
            (Kind.SERVICE, sheet({"a": "partly", "b": "partly"})),
        ],
        **NOTHING,
    )
    assert found.sites == {Kind.GOVERNMENT_AFFAIRS: 2, Kind.SERVICE: 1}
    assert found.rates[0].by_kind == {Kind.GOVERNMENT_AFFAIRS: Decimal("87.5"), Kind.SERVICE: Decimal(50)}
    assert [rate.goal for rate in found.rates] == list(SCORED)
    assert found.rates[1].by_kind == {Kind.GOVERNMENT_AFFAIRS: None, Kind.SERVICE: None}


def test_section_that_does_not_apply_to_a_site_is_left_out():
    found = goals(
        [
            (Kind.SERVICE, sheet({"a": "inapplicable"})),
            (Kind.SERVICE, sheet({"a": "met"})),
        ],
        **NOTHING,
    )
    assert found.rates[0].by_kind[Kind.SERVICE] == 100


def test_supervision_counts_its_items_that_are_met():
    """Partly met is not met; what does not apply is not counted; other items say nothing."""
    levels = {"ZW-2.3": "met", "ZW-2.4": "partly", "ZW-2.5": "inapplicable", "ZW-1.1": "unmet"}
    found = goals([(Kind.GOVERNMENT_AFFAIRS, sheet(levels))], **NOTHING)
    (supervised,) = found.supervised
    assert (supervised.kind, supervised.met) == (Kind.GOVERNMENT_AFFAIRS, GoalPart(1, 2))


def test_supervision_of_services_has_its_own_items():
    found = goals([(Kind.SERVICE, sheet({"BS-2.11": "met", "BS-3.24": "met", "ZW-2.3": "met"}))], **NOTHING)
    assert found.supervised[0].met == GoalPart(2, 2)


def test_effect_is_the_mean_of_the_sites_appraisals_and_the_findings_closed():
    found = goals([], answered=[(30, Decimal(80)), (90, Decimal(91))], rectified=GoalPart(5, 6))
    assert (found.appraisals.sites, found.appraisals.people, found.appraisals.score) == (
        2,
        120,
        Decimal("85.5"),
    )
    assert (found.rectified.left, found.rectified.percent) == (1, Decimal("83.33"))
    assert goals([], **NOTHING).appraisals is None


@pytest.mark.django_db
def test_items_of_supervision_are_in_the_standards():
    for kind, codes in SUPERVISED_BY.items():
        found = Item.objects.filter(section__standard__kind=kind, section__standard__state="published")
        assert found.filter(code__in=codes).count() == len(codes)


@pytest.mark.django_db
def test_sections_bear_the_goals_names():
    for kind in Kind:
        names = Section.objects.filter(standard__kind=kind).order_by("ordinal").values_list("name", flat=True)
        assert tuple(names) == SCORED


@pytest.mark.django_db
def test_withdrawn_finding_is_neither_open_nor_closed():
    site = builders.building()
    builders.rectified(site)
    assert closed_findings([site.pk]) == GoalPart(2, 2)
    Finding.objects.filter(pk=builders.findings(site)[0].pk).update(state="withdrawn")
    assert closed_findings([site.pk]) == GoalPart(1, 1)
