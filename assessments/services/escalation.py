"""Overdue findings: the unit is told first, then the offices over it, then the leading group."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import EscalationLevel
from assessments.models import Escalation, Finding
from assessments.models.findings import FindingQuerySet
from sites.calendar import arrangements, today, working_days_between
from sites.enums import Level, Stage
from sites.models import Site
from sites.services import filers, liaisons, people

OVERDUE = gettext_noop("%(site)s: findings not answered in time: %(n)s.")


def escalate_overdue() -> int:
    """Tell whoever has not been told yet, one line for each site and rung; returns how many went out.

    Safe to run as often as one likes: each finding, deadline and rung is told once. After an outage
    everything that was missed is told at the next run; an extension begins anew.
    """
    sites = Site.objects.filter(stage=Stage.RECTIFYING, pk__in=_untold().values("assessment__site"))
    return sum(_escalate(site) for site in sites.select_related("filing__organisation"))


def _untold() -> FindingQuerySet:
    """The overdue findings of which not everybody has been told."""
    done = Escalation.objects.filter(
        finding=OuterRef("pk"), deadline=OuterRef("deadline"), level=EscalationLevel.LEADING_GROUP
    )
    return Finding.objects.overdue(on=today()).exclude(Exists(done))


@transaction.atomic
def _escalate(site: Site) -> int:
    # Held, so that a second run, or an answer that comes in, waits for this one.
    held = _untold().filter(assessment__site=site).order_by("pk").select_for_update(of=("self",))
    late = _days_late(held.select_related("assessment__round__rulebook"))
    told = set(Escalation.objects.filter(finding__in=late).values_list("finding", "level", "deadline"))
    lines = 0
    for level in EscalationLevel:
        reached = [
            finding
            for finding, days in late.items()
            if days >= _days_before(finding, level) and (finding.pk, level, finding.deadline) not in told
        ]
        if reached:
            _tell(site, level, reached)
            lines += 1
    return lines


def _days_before(finding: Finding, level: EscalationLevel) -> int:
    """How many working days beyond the deadline they are told; the unit the very next day."""
    rulebook = finding.assessment.round.rulebook
    return {
        EscalationLevel.UNIT: 0,
        EscalationLevel.OFFICES: rulebook.escalation_offices_days,
        EscalationLevel.LEADING_GROUP: rulebook.escalation_leading_group_days,
    }[level]


def _days_late(findings: Iterable[Finding]) -> Mapping[Finding, int]:
    """Finding → how many working days it is overdue."""
    deadlines = {finding: finding.deadline for finding in findings if finding.deadline}
    arranged = arrangements(min(deadlines.values(), default=today()), today())
    return {finding: working_days_between(day, today(), arranged) for finding, day in deadlines.items()}


def _tell(site: Site, level: EscalationLevel, findings: list[Finding]) -> None:
    Escalation.objects.bulk_create(
        Escalation(finding=finding, level=level, deadline=finding.deadline or today(), on=today())
        for finding in findings
    )
    notify(
        _people_of(site, level),
        text=OVERDUE,
        about={"site": site, "n": len(findings)},
        url=findings[0].get_absolute_url(),
    )


def _people_of(site: Site, level: EscalationLevel) -> QuerySet[User]:
    if level == EscalationLevel.UNIT:
        return liaisons(site)
    if level == EscalationLevel.LEADING_GROUP:
        return people(Role.LEADING_GROUP)
    office = people(Role.OFFICE)
    return office | filers(site.filing) if site.level == Level.DISTRICT else office
