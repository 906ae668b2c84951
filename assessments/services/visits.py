"""Sending teams to sites, and the day of each visit."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import is_office, require_office
from accounts.services import notify
from assessments.bars import bars, named
from assessments.models import Assessment, Assignment, Draw, Team
from assessments.queries import lead_of, manned
from assessments.services.rounds import DUE_STAGES, assessment_for
from assessments.services.teams import check_on_site, require_unsigned
from sites.calendar import judged, today
from sites.models import Site
from sites.workflow import WorkflowError


@transaction.atomic
def assign(
    *,
    team: Team,
    site: Site,
    by: User,
    visit_on: datetime.date | None = None,
    on_day_off: bool = False,
    draw: Draw | None = None,
) -> Assignment:
    """Send a team to a site, and tell it. Nobody judges their own unit, or where a tie or recusal bars them.

    A site of whose team too few are left gets another one (`queries.manned`). Raises ValidationError, or
    WorkflowError where the site is not due.
    """
    require_office(by)
    check_on_site(team.round)
    if site.stage not in DUE_STAGES[team.round.kind]:
        raise WorkflowError(
            _("%(site)s is “%(stage)s” and not due for this round.")
            % {"site": site, "stage": site.get_stage_display()}
        )
    _check_bars(team, site)
    check_day(team, visit_on, on_day_off=on_day_off)
    assessment = assessment_for(round=team.round, site=site)
    _check_free(Assessment.objects.select_for_update().get(pk=assessment.pk))
    values = {"team": team, "assigned_by": by, "assigned_on": today(), "visit_on": visit_on, "draw": draw}
    assignment, _created = Assignment.objects.update_or_create(assessment=assessment, defaults=values)
    _tell_members(assignment, gettext_noop("Your team is to visit %(site)s."))
    return assignment


@transaction.atomic
def set_day(
    *, assignment: Assignment, visit_on: datetime.date | None, by: User, on_day_off: bool = False
) -> None:
    """Set or change the day of the visit; the office's to do, and the leader's. The team is told."""
    visit = Assessment.objects.select_for_update().get(pk=assignment.assessment_id)
    if not is_office(by) and lead_of(visit) != by:
        raise PermissionDenied
    check_on_site(assignment.team.round)
    require_unsigned([visit], assignment.team)
    check_day(assignment.team, visit_on, on_day_off=on_day_off)
    if assignment.visit_on == visit_on:
        return
    assignment.visit_on = visit_on
    assignment.save(update_fields=["visit_on"])
    _tell_members(assignment, gettext_noop("The visit of %(site)s is set to another day."), but=by)


def check_day(team: Team, visit_on: datetime.date | None, *, on_day_off: bool) -> None:
    """A day within the team's dates; one that is no working day only if that is said."""
    if visit_on is None:
        return
    first, last = team.starts_on or team.round.opened_on, team.ends_on or team.round.due_on
    if not first <= visit_on <= last:
        told = _("The team is on the road from %(from)s to %(to)s.")
        words = {"from": date_format(first), "to": date_format(last)}
        raise ValidationError({"visit_on": told % words})
    day = judged(visit_on)
    if not day.working and not on_day_off:
        told = _("%(day)s (%(what)s) is no working day; if that is meant, say so at the end of the form.")
        raise ValidationError({"visit_on": told % {"day": date_format(visit_on), "what": day.label}})


def _check_bars(team: Team, site: Site) -> None:
    people = [member.user for member in team.members.select_related("user__organisation")]
    if barred := named(bars(people, [site]), people, site):
        told = _("%(people)s must stand aside from %(site)s.")
        raise ValidationError(told % {"people": barred, "site": site})


def _check_free(assessment: Assessment) -> None:
    if manned().filter(pk=assessment.pk).exists():
        raise ValidationError(_("%(site)s has a team in this round already.") % {"site": assessment.site})


def _tell_members(assignment: Assignment, text: str, but: User | None = None) -> None:
    site, members = assignment.assessment.site, assignment.team.members.select_related("user")
    notify(
        [member.user for member in members if member.user != but],
        text=text,
        about={"site": site},
        url=site.get_absolute_url(),
    )
