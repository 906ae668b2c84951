"""Drawing who goes where: from conditions that are written down, by a seed that is written down (双随机)."""

import datetime
import hashlib
import json
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
from assessments.bars import Bars, bars
from assessments.drawing import Conditions, Person, Result, Why
from assessments.enums import DrawKind
from assessments.models import Draw, Round, Team, TeamMember
from assessments.services.rounds import sites_due
from assessments.services.teams import check_on_site, form_team, held
from assessments.services.visits import assign
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


@dataclass(frozen=True)
class Preview:
    """What a draw would give; `digest` stands for what it is made from."""

    conditions: Conditions
    result: Result
    digest: str


class ConditionsChanged(WorkflowError):
    """What is drawn from is another than the caller saw."""

    def __init__(self) -> None:
        super().__init__(_("What is drawn from has changed since you saw it; below is the new draw."))


def preview(*, round: Round, wanted: Wanted, seed: str, by: User) -> Preview:  # noqa: A002
    """The draw without holding it. Raises ValidationError with the sites that are left over, and why.

    WorkflowError where the round sends no team out.
    """
    check_on_site(round)
    conditions = _conditions(round, wanted, by)
    if not conditions["sites"]:
        raise ValidationError(_("No site is due for this round, or all have a team."))
    try:
        result = drawing.draw(conditions, seed)
    except drawing.TooFew:
        raise ValidationError({"people": _too_few(wanted)}) from None
    except drawing.LeftOver as error:
        raise ValidationError(_left_over(conditions, error)) from None
    return Preview(conditions, result, _digest(conditions))


@transaction.atomic
def hold(*, round: Round, wanted: Wanted, seed: str, seen: str, by: User) -> Draw:  # noqa: A002
    """Hold the draw: teams and sites as drawn, with everything that proves it. All of it, or nothing.

    `seen` is the digest of the conditions its preview was made from; of others ConditionsChanged is raised.
    """
    require_office(by)
    round = held(round)  # noqa: A001
    drawn = preview(round=round, wanted=wanted, seed=seed, by=by)
    if drawn.digest != seen:
        raise ConditionsChanged
    draw = Draw.objects.create(
        round=round,
        kind=DrawKind.RANDOM if isinstance(wanted, Random) else DrawKind.BALANCED,
        seed=seed,
        conditions=drawn.conditions,
        result=drawn.result,
        drawn_by=by,
        drawn_on=today(),
    )
    teams = _drawn_teams(round, wanted, drawn, by)
    sites = Site.objects.select_related("filing", "programme").in_bulk(
        [int(code) for sent in drawn.result["teams"] for code in sent["sites"]]
    )
    for sent in drawn.result["teams"]:
        for code in sent["sites"]:
            assign(team=teams[sent["name"]], site=sites[int(code)], draw=draw, by=by)
    return draw


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
    conditions: Conditions = {
        "people": _people(people, loads, bars(people, sites)),
        "sites": [
            {"code": str(site.pk), "name": site.window_name, "unit": site.organisation.name} for site in sites
        ],
        "limit": wanted.limit,
    }
    return conditions | (_of_random(round, wanted) if isinstance(wanted, Random) else _of_teams(wanted))  # type: ignore[return-value]


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


def _of_teams(wanted: Balanced) -> dict[str, object]:
    crews = [
        {"name": team.name, "members": [member.user.username for member in team.members.all()]}
        for team in wanted.teams
    ]
    return {"teams": crews}


def _of_random(round: Round, wanted: Random) -> dict[str, object]:  # noqa: A002
    return {
        "names": _free_names(round, wanted.team_count),
        "size": wanted.team_size,
        **({"site_count": wanted.site_count} if wanted.site_count else {}),
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


def _digest(conditions: Conditions) -> str:
    return hashlib.sha256(json.dumps(conditions, sort_keys=True).encode()).hexdigest()


def _drawn_teams(round: Round, wanted: Wanted, drawn: Preview, by: User) -> dict[str, Team]:  # noqa: A002
    """The teams by name: those that stand, or those drawn, formed now."""
    if isinstance(wanted, Balanced):
        return {team.name: team for team in wanted.teams}
    people = {person.username: person for person in wanted.people}
    crews = {sent["name"]: [people[code] for code in sent["members"]] for sent in drawn.result["teams"]}
    days = {"starts_on": wanted.starts_on, "ends_on": wanted.ends_on}
    return {
        name: form_team(round=round, name=name, leader=crew[0], members=crew[1:], by=by, **days)
        for name, crew in crews.items()
    }


# -- what cannot be drawn --------------------------------------------------------------------


def _too_few(wanted: Wanted) -> str:
    assert isinstance(wanted, Random)  # noqa: S101  # teams that stand are not formed
    return _(
        "%(people)d inspectors do not make %(teams)d teams of %(size)d with members from two units each; "
        "choose more people, or draw fewer or smaller teams."
    ) % {"people": len(wanted.people), "teams": wanted.team_count, "size": wanted.team_size}


def _left_over(conditions: Conditions, error: drawing.LeftOver) -> list[str]:
    """A sentence for each way in which sites are left, naming them."""
    names = {site["code"]: site["name"] for site in conditions["sites"]}
    told = {
        Why.BARRED: _("No team may go to: %(sites)s. In each somebody must stand aside; change the teams."),
        Why.FULL: _("The limit of %(limit)d sites a person leaves over: %(sites)s."),
    }
    left = {why: [names[code] for code, own in error.sites.items() if own == why] for why in Why}
    return [
        told[why] % {"sites": _(", ").join(sites), "limit": conditions["limit"]}
        for why, sites in left.items()
        if sites
    ]
