"""Overdue findings: the unit is told first, then the offices over it, then the leading group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Rung:
    """Who is told, and after how many working days beyond the deadline; the unit the very next day."""

    level: EscalationLevel
    after: int


LADDER = (
    Rung(EscalationLevel.UNIT, 0),
    Rung(EscalationLevel.OFFICES, 3),
    Rung(EscalationLevel.LEADING_GROUP, 5),
)


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
        finding=OuterRef("pk"), deadline=OuterRef("deadline"), level=LADDER[-1].level
    )
    return Finding.objects.overdue(on=today()).exclude(Exists(done))


@transaction.atomic
def _escalate(site: Site) -> int:
    # Held, so that a second run, or an answer that comes in, waits for this one.
    held = _untold().filter(assessment__site=site).order_by("pk").select_for_update(of=("self",))
    late = _days_late(held)
    told = set(Escalation.objects.filter(finding__in=late).values_list("finding", "level", "deadline"))
    lines = 0
    for rung in LADDER:
        reached = [
            finding
            for finding, days in late.items()
            if days >= rung.after and (finding.pk, rung.level, finding.deadline) not in told
        ]
        if reached:
            _tell(site, rung, reached)
            lines += 1
    return lines


def _days_late(findings: Iterable[Finding]) -> Mapping[Finding, int]:
    """Finding → how many working days it is overdue."""
    deadlines = {finding: finding.deadline for finding in findings if finding.deadline}
    arranged = arrangements(min(deadlines.values(), default=today()), today())
    return {finding: working_days_between(day, today(), arranged) for finding, day in deadlines.items()}


def _tell(site: Site, rung: Rung, findings: list[Finding]) -> None:
    Escalation.objects.bulk_create(
        Escalation(finding=finding, level=rung.level, deadline=finding.deadline or today(), on=today())
        for finding in findings
    )
    notify(
        _people_of(site, rung.level),
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
