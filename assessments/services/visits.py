"""Sending teams to sites, and the day of each visit."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import is_office, require_office
from accounts.services import notify
from assessments.eligibility import bars, named
from assessments.models import Assessment, Assignment, Draw, Round, Sheet, Team
from assessments.queries import manned
from assessments.rules import leads
from assessments.services.rounds import DUE_STAGES, assessment_for, check_due
from assessments.services.teams import check_on_site, require_unsigned
from core.locks import change_once
from sites.calendar import judged, today
from sites.models import Site
from sites.rules import is_own_unit
from sites.services import staff_of
from sites.workflow import WorkflowError

DAY_SET = gettext_noop("The visit of %(site)s is set for %(day)s.")
RECEIVER = gettext_noop("%(site)s has named who receives your team.")
DAY_CLEARED = gettext_noop("The day of the visit of %(site)s is open again.")


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
    """Send a team to a site, and tell it; the unit the day, if it is set.

    Nobody judges their own unit, or where a tie or recusal bars them. A site of whose team too few are left
    gets another one (`queries.manned`). Raises ValidationError, or WorkflowError where the site is not due.
    """
    require_office(by)
    check_on_site(team.round)
    if site.stage not in DUE_STAGES[team.round.kind]:
        raise WorkflowError(
            _("%(site)s is “%(stage)s” and not due for this round.")
            % {"site": site, "stage": site.get_stage_display()}
        )
    check_due(team.round, site)
    _check_bars(team, site)
    check_day(team, visit_on, on_day_off=on_day_off)
    assessment = assessment_for(round=team.round, site=site)
    _check_free(Assessment.objects.select_for_update().get(pk=assessment.pk))
    values = {"team": team, "assigned_by": by, "assigned_on": today(), "visit_on": visit_on, "place": None}
    values["draw"] = draw
    assignment, _created = Assignment.objects.update_or_create(assessment=assessment, defaults=values)
    _tell(_members(assignment), assignment, gettext_noop("Your team is to visit %(site)s."))
    if visit_on:
        _tell(staff_of(site), assignment, DAY_SET)
    return assignment


@transaction.atomic
def set_day(
    *, assignment: Assignment, visit_on: datetime.date | None, by: User, on_day_off: bool = False
) -> None:
    """Set, move or clear the day of a visit, the office or the leader. Team and unit are told."""
    visit = Assessment.objects.select_for_update().get(pk=assignment.assessment_id)
    if not is_office(by) and not leads(visit, by):
        raise PermissionDenied
    check_on_site(visit.round)
    require_unsigned([visit], assignment.team)
    check_day(assignment.team, visit_on, on_day_off=on_day_off)
    if assignment.visit_on == visit_on:
        return
    assignment.visit_on, assignment.place = visit_on, None
    assignment.save(update_fields=["visit_on", "place"])
    concerned = {*_members(assignment), *staff_of(assignment.assessment.site)} - {by}
    _tell(concerned, assignment, DAY_SET if visit_on else DAY_CLEARED)


@transaction.atomic
def move(*, assignment: Assignment, is_up: bool, by: User) -> None:
    """One place up or down among the visits of its day which the leader has still to make.

    At the end of them it stays where it is. Raises PermissionDenied, and WorkflowError without a day.
    """
    Team.objects.select_for_update().get(pk=assignment.team_id)
    if not leads(assignment.assessment, by):
        raise PermissionDenied
    if assignment.visit_on is None:
        raise WorkflowError(_("The day of this visit is not set yet."))
    order = list(Assignment.objects.filter(team=assignment.team_id, visit_on=assignment.visit_on).in_order())
    done = set(Sheet.objects.submitted_by(by).values_list("assessment", flat=True))
    left = [each for each in order if each.assessment_id not in done]
    if assignment not in left:
        return
    to = left.index(assignment) + (-1 if is_up else 1)
    if not 0 <= to < len(left):
        return
    goal = order.index(left[to])
    order.remove(assignment)
    order.insert(goal, assignment)
    for place, each in enumerate(order, start=1):
        change_once(Assignment.objects.filter(pk=each.pk).exclude(place=place), place=place)


@transaction.atomic
def name_receiver(*, assignment: Assignment, name: str, phone: str, by: User) -> None:
    """Say who receives the team at the site, the unit itself, the office or the leader; the team is told.

    With an empty name it is the site's liaison again.
    """
    visit = Assessment.objects.select_for_update().select_related("site").get(pk=assignment.assessment_id)
    if not may_name_receiver(visit, by):
        raise PermissionDenied
    check_on_site(visit.round)
    require_unsigned([visit], assignment.team)
    if phone and not name:
        raise ValidationError({"received_by": _("Say whose telephone it is.")})
    if (assignment.received_by, assignment.received_phone) == (name, phone):
        return
    assignment.received_by, assignment.received_phone = name, phone
    assignment.save(update_fields=["received_by", "received_phone"])
    _tell({*_members(assignment)} - {by}, assignment, RECEIVER)


def may_name_receiver(assessment: Assessment, user: User) -> bool:
    return is_own_unit(user, assessment.site) or is_office(user) or leads(assessment, user)


def is_late(round: Round, visit_on: datetime.date) -> bool:  # noqa: A002
    """After the round's due date: an open round still takes the visit, and whoever sets the day is told."""
    return visit_on > round.due_on


def check_day(team: Team, visit_on: datetime.date | None, *, on_day_off: bool) -> None:
    """A day within the team's dates, or a late one; one that is no working day only if that is said."""
    if visit_on is None:
        return
    first, last = team.starts_on or team.round.opened_on, team.ends_on or team.round.due_on
    if not (first <= visit_on <= last or is_late(team.round, visit_on)):
        told = _("The team is on the road from %(from)s to %(to)s.")
        words = {"from": date_format(first), "to": date_format(last)}
        raise ValidationError({"visit_on": told % words})
    day = judged(visit_on)
    if not day.working and not on_day_off:
        told = _(
            "%(day)s (%(what)s) is not a working day; if that is intended, tick the box at the end of the "
            "form."
        )
        raise ValidationError({"visit_on": told % {"day": date_format(visit_on), "what": day.label}})


def _check_bars(team: Team, site: Site) -> None:
    people = [member.user for member in team.members.select_related("user__organisation")]
    if barred := named(bars(people, [site]), people, site):
        told = _("%(people)s must stand aside from %(site)s.")
        raise ValidationError(told % {"people": barred, "site": site})


def _check_free(assessment: Assessment) -> None:
    if manned().filter(pk=assessment.pk).exists():
        raise ValidationError(_("%(site)s has a team in this round already.") % {"site": assessment.site})


def _members(assignment: Assignment) -> QuerySet[User]:
    return User.objects.filter(memberships__team=assignment.team_id)


def _tell(people: Iterable[User], assignment: Assignment, text: str) -> None:
    site = assignment.assessment.site
    about = {"site": site, "day": assignment.visit_on}
    notify(people, text=text, about=about, url=site.get_absolute_url())
