"""Drawing who goes where: from conditions that are written down, by a seed that is written down (双随机).

Both are on record before anybody sees what they give; a draw that does not suit can be abandoned, not undone.
"""

import datetime
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from assessments import drawing
from assessments.drawing import Conditions, Crew, Person, Why, Wished
from assessments.eligibility import Bars, bars
from assessments.enums import DrawKind, DrawState
from assessments.models import Draw, Round, Team, TeamMember
from assessments.services.rounds import sites_due
from assessments.services.teams import form_team, held
from assessments.services.visits import assign
from core.locks import change_once
from sites.calendar import today
from sites.models import Site
from sites.workflow import WorkflowError


@dataclass(frozen=True, kw_only=True)
class Balanced:
    """Sites to be spread over teams that stand."""

    teams: Sequence[Team]
    limit: int


@dataclass(frozen=True, kw_only=True)
class Random:
    """Teams to be drawn from `people`, and sites for them: `site_count` of those due, or all."""

    people: Sequence[User]
    team_count: int
    team_size: int
    site_count: int | None
    limit: int
    starts_on: datetime.date
    ends_on: datetime.date


Wanted = Balanced | Random


@transaction.atomic
def draw(*, round: Round, wanted: Wanted, by: User) -> Draw:  # noqa: A002
    """Draw, by a seed made here and now, and put it on record; nothing is sent before `hold`.

    Raises ValidationError with the sites that are left over, and why: then there is no result, and no record.
    WorkflowError where the round sends no team out, or an earlier draw is neither held nor abandoned.
    """
    require_office(by)
    round = held(round)  # noqa: A001
    if round.draws.waiting().exists():
        raise WorkflowError(_("A draw of this round still waits: hold it, or abandon it, first."))
    conditions = _conditions(round, wanted, by)
    if not conditions["sites"]:
        raise ValidationError(_("No site is due for this round, or all have a team."))
    seed = secrets.token_hex(8)
    try:
        result = drawing.draw(conditions, seed)
    except drawing.TooFew as error:
        raise ValidationError({"people": _too_few(wanted, error)}) from None
    except drawing.LeftOver as error:
        raise ValidationError(_left_over(conditions, error)) from None
    return Draw.objects.create(
        round=round,
        kind=DrawKind.RANDOM if isinstance(wanted, Random) else DrawKind.BALANCED,
        seed=seed,
        conditions=conditions,
        result=result,
        drawn_by=by,
        drawn_on=today(),
    )


@transaction.atomic
def hold(*, draw: Draw, by: User) -> None:
    """Form and send the teams as they were drawn: all of it, or nothing.

    Raises WorkflowError where it does not wait any more, or there is something else to draw from by now.
    """
    require_office(by)
    round = held(draw.round)  # noqa: A001
    _settle(draw, DrawState.HELD, by)
    wanted = _wanted(draw)
    if _conditions(round, wanted, by) != draw.conditions:
        raise WorkflowError(
            _(
                "There is something else to draw from by now: other people, teams or sites, or others who "
                "must stand aside. This draw cannot be held: abandon it for that reason and draw again."
            )
        )
    teams = _drawn_teams(draw, wanted, by)
    sites = Site.objects.select_related("filing", "programme").in_bulk(
        [int(code) for sent in draw.result["teams"] for code in sent["sites"]]
    )
    for sent in draw.result["teams"]:
        for code in sent["sites"]:
            assign(team=teams[sent["name"]], site=sites[int(code)], draw=draw, by=by)


@transaction.atomic
def abandon(*, draw: Draw, reason: str, by: User) -> None:
    """Say why a draw is not held; it stays on record and counts. Also in a round that is closed by now.

    Whoever sees draws reads the reason, those as well who stand aside from a site: it names none.
    """
    require_office(by)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why the draw is not held.")})
    sites = draw.conditions["sites"]
    if named := {name for site in sites for name in (site["name"], site["unit"]) if name in reason}:
        told = _("Others read this who may not know of the site: leave out %(names)s.")
        raise ValidationError({"reason": told % {"names": _(", ").join(sorted(named))}})
    _settle(draw, DrawState.ABANDONED, by, reason)


def _settle(draw: Draw, state: DrawState, by: User, reason: str = "") -> None:
    """Once: of two people one wins, and the other is told."""
    waiting = Draw.objects.waiting().filter(pk=draw.pk)
    if not change_once(waiting, state=state, settled_by=by, settled_on=today(), reason=reason):
        raise WorkflowError(_("This draw is held or abandoned already."))


def is_repeatable(draw: Draw) -> bool:
    """Whether the conditions and the seed on record give the result on record."""
    try:
        return bool(drawing.draw(draw.conditions, draw.seed) == draw.result)
    except (drawing.TooFew, drawing.LeftOver):
        return False


def pool(round: Round) -> QuerySet[User]:  # noqa: A002
    """The inspectors who are in no team of the round yet."""
    taken = TeamMember.objects.filter(team__round=round).values("user")
    free = User.objects.filter(role=Role.INSPECTOR, is_active=True).exclude(pk__in=taken)
    return free.select_related("organisation").order_by("name", "pk")


def free_by_unit(round: Round) -> list[tuple[str, int]]:  # noqa: A002
    """Of which units the free inspectors are, and how many of each, the most first."""
    return Counter(str(person.organisation) for person in pool(round)).most_common()


def crewed(round: Round) -> QuerySet[Team]:  # noqa: A002
    """The round's teams with their people."""
    return round.teams.prefetch_related("members__user__organisation")


# -- what a draw is made from ----------------------------------------------------------------


def _conditions(round: Round, wanted: Wanted, by: User) -> Conditions:  # noqa: A002
    sites = list(sites_due(round).visible_to(by).order_by("pk"))
    if isinstance(wanted, Random):
        people, loads = list(wanted.people), {}
    else:
        people = [member.user for team in wanted.teams for member in team.members.all()]
        loads = _loads(round)
    return {
        "people": _people(people, loads, bars(people, sites)),
        "sites": [
            {"code": str(site.pk), "name": site.window_name, "unit": site.organisation.name} for site in sites
        ],
        "limit": wanted.limit,
        **(_of_random(round, wanted) if isinstance(wanted, Random) else _of_teams(wanted)),
    }


def _people(people: Iterable[User], loads: dict[int, int], barred: Bars) -> list[Person]:
    found: dict[int, dict[str, str]] = {}
    for (person, site), why in barred.items():
        found.setdefault(person, {})[str(site)] = why
    known = {person.pk: person for person in people}
    return [
        {
            "code": person.username,
            "name": person.name,
            "unit": str(person.organisation),
            "load": loads.get(person.pk, 0),
            "barred": found.get(person.pk, {}),
        }
        for person in sorted(known.values(), key=lambda one: one.username)
    ]


def _of_teams(wanted: Balanced) -> Wished:
    crews: list[Crew] = [
        {"name": team.name, "members": [member.user.username for member in team.members.all()]}
        for team in wanted.teams
    ]
    return {"teams": crews}


def _of_random(round: Round, wanted: Random) -> Wished:  # noqa: A002
    count: Wished = {"site_count": wanted.site_count} if wanted.site_count else {}
    return {
        "names": _free_names(round, wanted.team_count),
        "size": wanted.team_size,
        **count,
        "starts_on": wanted.starts_on.isoformat(),
        "ends_on": wanted.ends_on.isoformat(),
    }


def _loads(round: Round) -> dict[int, int]:  # noqa: A002
    """How many sites each person of the round's teams is sent to already."""
    sent = TeamMember.objects.filter(team__round=round, team__assignments__isnull=False).order_by()
    return dict(sent.values_list("user").annotate(n=Count("team__assignments")))


def _free_names(round: Round, count: int) -> list[str]:  # noqa: A002
    taken, number = set(round.teams.values_list("name", flat=True)), 0
    names: list[str] = []
    while len(names) < count:
        number += 1
        if (name := f"督查{number}组") not in taken:
            names.append(name)
    return names


def _wanted(draw: Draw) -> Wanted:
    """What was asked for, of the teams or the people that are still there for it."""
    made: Conditions = draw.conditions
    if draw.kind == DrawKind.BALANCED:
        teams = crewed(draw.round).filter(name__in=[crew["name"] for crew in made["teams"]])
        return Balanced(teams=list(teams), limit=made["limit"])
    people = pool(draw.round).filter(username__in=[person["code"] for person in made["people"]])
    return Random(
        people=list(people),
        team_count=len(made["names"]),
        team_size=made["size"],
        site_count=made.get("site_count"),
        limit=made["limit"],
        starts_on=datetime.date.fromisoformat(made["starts_on"]),
        ends_on=datetime.date.fromisoformat(made["ends_on"]),
    )


def _drawn_teams(draw: Draw, wanted: Wanted, by: User) -> dict[str, Team]:
    """The teams by name: those that stand, or those drawn, formed now."""
    if isinstance(wanted, Balanced):
        return {team.name: team for team in wanted.teams}
    people = {person.username: person for person in wanted.people}
    crews = {sent["name"]: [people[code] for code in sent["members"]] for sent in draw.result["teams"]}
    days = {"starts_on": wanted.starts_on, "ends_on": wanted.ends_on}
    return {
        name: form_team(round=draw.round, name=name, leader=crew[0], members=crew[1:], by=by, **days)
        for name, crew in crews.items()
    }


# -- what cannot be drawn --------------------------------------------------------------------


def _too_few(wanted: Wanted, error: drawing.TooFew) -> list[str]:
    """How many are missing, from where, and what to do."""
    assert isinstance(wanted, Random)  # noqa: S101  # teams that stand are not formed
    told = [
        _(
            "%(people)d inspectors do not make %(teams)d teams of %(size)d with members from two units each: "
            "%(missing)d more are missing."
        )
        % {
            "people": len(wanted.people),
            "teams": wanted.team_count,
            "size": wanted.team_size,
            "missing": error.missing,
        }
    ]
    if error.full:
        told.append(
            _("They must be of other units than %(units)s, of which every team has as many as it may.")
            % {"units": _(", ").join(error.full)}
        )
    return [*told, _("Choose more people, open the accounts of others, or draw fewer or smaller teams.")]


def _left_over(conditions: Conditions, error: drawing.LeftOver) -> list[str]:
    """A sentence for each way in which sites are left, naming them."""
    names = {site["code"]: site["name"] for site in conditions["sites"]}
    told = {
        Why.BARRED: _("No team may go to: %(sites)s. In each somebody must stand aside; change the teams."),
        Why.FULL: _("The limit of %(limit)d sites per person leaves over: %(sites)s."),
    }
    left = {why: [names[code] for code, own in error.sites.items() if own == why] for why in Why}
    return [
        told[why] % {"sites": _(", ").join(sites), "limit": conditions["limit"]}
        for why, sites in left.items()
        if sites
    ]
