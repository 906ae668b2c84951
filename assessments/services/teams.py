"""Forming teams and changing them (plan, part five, three: 联合有关部门组成督查组)."""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import is_inspector, require_office
from accounts.services import notify
from assessments.eligibility import bars, named
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.models import Assessment, Round, Sheet, Team, TeamMember
from assessments.services.deliberation import go_on
from sites.models import Site
from sites.workflow import WorkflowError


@transaction.atomic
def form_team(
    *,
    round: Round,  # noqa: A002  # the domain's word
    name: str,
    leader: User,
    members: Iterable[User],
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: User,
) -> Team:
    """Form a team of at least two inspectors from two units; its leader signs. They are told.

    Raises ValidationError at the field, WorkflowError where the round sends no team out any more.
    """
    require_office(by)
    round = held(round)  # noqa: A001
    people = _together(leader, members)
    _check_people(people, round)
    _check_dates(round, starts_on, ends_on)
    if round.teams.filter(name=name).exists():
        raise ValidationError({"name": _("This round has a team of that name already.")})
    team = Team.objects.create(round=round, name=name, starts_on=starts_on, ends_on=ends_on)
    for user in people:
        TeamMember.objects.create(team=team, user=user, is_leader=user == leader)
    _tell_joined(team, people)
    return team


@transaction.atomic
def change_team(
    *,
    team: Team,
    name: str,
    leader: User,
    members: Iterable[User],
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: User,
) -> None:
    """Change a team while it has signed nothing; everybody concerned is told.

    Who has submitted a sheet stays in it; who joins may be barred from none of its sites.
    """
    require_office(by)
    round = held(team.round)  # noqa: A001
    # Held as a submission holds them: nobody submits while they leave.
    visits = list(
        Assessment.objects.filter(assignment__team=team)
        .select_related("site__filing")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    require_unsigned(visits, team)
    people, before = _together(leader, members), [member.user for member in _members(team)]
    _check_people(people, round, team)
    _check_dates(round, starts_on, ends_on)
    _check_days(team, starts_on, ends_on, by)
    if round.teams.filter(name=name).exclude(pk=team.pk).exists():
        raise ValidationError({"name": _("This round has a team of that name already.")})
    joined, left = _without(people, before), _without(before, people)
    _check_left(visits, left)
    _check_joined(visits, joined, by)
    news = _news(team, name=name, starts_on=starts_on, ends_on=ends_on)
    news |= _seat(team, people, leader, left)
    for visit in visits if joined or left else ():
        go_on(assessment=visit)
    _tell_joined(team, joined)
    _tell_left(team, left)
    if news or joined or left:
        _tell_changed(team, _without(people, joined))


def held(round: Round) -> Round:  # noqa: A002
    """The round read again and locked; WorkflowError where it sends no team out."""
    round = Round.objects.select_for_update().get(pk=round.pk)  # noqa: A001
    check_on_site(round)
    return round


def check_on_site(round: Round) -> None:  # noqa: A002
    if round.kind not in RoundKind.ON_SITE:
        raise WorkflowError(_("In a self-assessment no team goes out."))
    if not round.is_open:
        raise WorkflowError(_("This round is closed."))


def require_unsigned(visits: Sequence[Assessment], team: Team) -> None:
    if Sheet.objects.signed_finals().filter(assessment__in=visits).exists():
        raise WorkflowError(_("%(team)s has signed a sheet: it stays as it is.") % {"team": team})


def of_two_units(people: Iterable[User]) -> bool:
    return len({person.organisation_id for person in people}) >= Team.SMALLEST


def _together(leader: User, members: Iterable[User]) -> list[User]:
    """The leader and the others, each once."""
    return list({leader.pk: leader, **{user.pk: user for user in members}}.values())


def _without(people: Iterable[User], others: Iterable[User]) -> list[User]:
    taken = set(others)
    return [person for person in people if person not in taken]


def _members(team: Team) -> list[TeamMember]:
    return list(team.members.select_related("user"))


def _check_people(people: Sequence[User], round: Round, team: Team | None = None) -> None:  # noqa: A002
    if strangers := [user for user in people if not is_inspector(user)]:
        raise ValidationError({"members": _("%(name)s is not an inspector.") % {"name": strangers[0]}})
    if len(people) < Team.SMALLEST or not of_two_units(people):
        raise ValidationError({"members": _("A team has at least two members, from two units or more.")})
    others = TeamMember.objects.filter(team__round=round, user__in=people).exclude(team=team)
    if elsewhere := others.select_related("user", "team").first():
        told = _("%(name)s is in %(team)s already; a person is in one team of a round.")
        raise ValidationError({"members": told % {"name": elsewhere.user, "team": elsewhere.team}})


def _check_dates(round: Round, starts_on: datetime.date, ends_on: datetime.date) -> None:  # noqa: A002
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    told = _("Within the round: %(from)s to %(to)s.")
    words = {"from": date_format(round.opened_on), "to": date_format(round.due_on)}
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not round.opened_on <= day <= round.due_on:
            raise ValidationError({field: told % words})


def _check_days(team: Team, starts_on: datetime.date, ends_on: datetime.date, by: User) -> None:
    """No visit that is set falls out of the team's dates; a late one lies outside them anyway."""
    outside = Q(visit_on__lt=starts_on) | Q(visit_on__gt=ends_on, visit_on__lte=team.round.due_on)
    visit = team.assignments.filter(outside).select_related("assessment__site").order_by("visit_on").first()
    if visit and visit.visit_on:
        told = _("%(site)s is to be visited on %(day)s; change that day first.")
        words = {"site": _called(visit.assessment.site, by), "day": date_format(visit.visit_on)}
        raise ValidationError({"starts_on": told % words})


def _check_left(visits: Sequence[Assessment], left: Sequence[User]) -> None:
    submitted = Sheet.objects.filter(assessment__in=visits, role=SheetRole.INSPECTOR, author__in=left)
    if sheet := submitted.exclude(state=SheetState.DRAFT).select_related("author").first():
        told = _("%(name)s has submitted a sheet and stays in the team.")
        raise ValidationError({"members": told % {"name": sheet.author}})


def _check_joined(visits: Sequence[Assessment], joined: Sequence[User], by: User) -> None:
    sites: list[Site] = [visit.site for visit in visits]
    found = bars(joined, sites)
    told = _("%(people)s must stand aside from %(site)s.")
    barred = [(site, who) for site in sites if (who := named(found, joined, site))]
    if barred:
        lines = [told % {"people": who, "site": _called(site, by)} for site, who in barred]
        raise ValidationError({"members": lines})


def _called(site: Site, reader: User) -> str:
    """A site's name, unless the reader has stood aside from it."""
    is_aside = reader.recused_sites().filter(site=site).exists()
    return _("a site you have stood aside from") if is_aside else str(site)


def _news(team: Team, **fields: object) -> bool:
    """Write the team's own fields; whether any of them is another than before."""
    changed = [name for name, value in fields.items() if getattr(team, name) != value]
    for name in changed:
        setattr(team, name, fields[name])
    team.save(update_fields=changed)
    return bool(changed)


def _seat(team: Team, people: Sequence[User], leader: User, left: Sequence[User]) -> bool:
    """Let people leave and join, and hand the pen over; whether the leader is another one."""
    places = {member.user_id: member for member in _members(team)}
    for user in left:
        places.pop(user.pk).delete()
    led_before = next((user for user, place in places.items() if place.is_leader), None)
    if led_before is not None and led_before != leader.pk:
        places[led_before].is_leader = False
        places[led_before].save(update_fields=["is_leader"])
    for user in people:
        place = places.get(user.pk) or TeamMember(team=team, user=user)
        if place.pk is None or place.is_leader != (user == leader):
            place.is_leader = user == leader
            place.save()
    return led_before != leader.pk


def _tell_joined(team: Team, people: Iterable[User]) -> None:
    text = gettext_noop("You belong to %(team)s of “%(round)s” now.")
    _tell(people, text, team, team.round.get_absolute_url())


def _tell_left(team: Team, people: Iterable[User]) -> None:
    text = gettext_noop("You do not belong to %(team)s of “%(round)s” any more.")
    _tell(people, text, team, reverse("desk:home"))


def _tell_changed(team: Team, people: Iterable[User]) -> None:
    text = gettext_noop("%(team)s of “%(round)s” has been changed: look at its members and dates.")
    _tell(people, text, team, team.round.get_absolute_url())


def _tell(people: Iterable[User], text: str, team: Team, url: str) -> None:
    notify(people, text=text, about={"team": team, "round": team.round}, url=url)
