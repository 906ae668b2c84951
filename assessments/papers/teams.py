"""成立督查组的通知 of a round, and the 介绍信 that a team shows at each site (plan, part five, three)."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from accounts.models import Organisation, User
from assessments.models import Assessment, Round, Team, TeamMember
from documents.contexts import listed_sites, site_fields
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue
from sites.models import Site


def issue_notice(
    round: Round,  # noqa: A002  # the domain's word
    context: dict[str, Any],
    *,
    sites: Sequence[Site],
    replaces: Document | None,
    by: User,
) -> Document:
    """To the departments the members come from, and to the units that are visited."""
    return issue(
        kind=DocumentKind.TEAM_NOTICE,
        programme=round.programme,
        title=f"{OFFICE}关于成立督查组开展{round.title}工作的通知",
        sites=sites,
        also_to=_departments(round),
        by=by,
        context={**context, "replaces": replaces.full_number if replaces else ""},
    )


def issue_letter(visit: Assessment, context: dict[str, Any], *, by: User) -> Document:
    """One letter for one visit; the team carries it."""
    team = visit.assignment.team
    return issue(
        kind=DocumentKind.INTRODUCTION_LETTER,
        programme=visit.round.programme,
        title=f"{team.name}赴{visit.site.window_name}{_occasion(visit.round)}介绍信",
        sites=[visit.site],
        by=by,
        context=context,
    )


def notice_fields(round: Round, teams: Sequence[Team], visits: Sequence[Assessment]) -> dict[str, Any]:  # noqa: A002
    """The notice's fields as the teams are today."""
    sites = listed_sites(visit.site for visit in visits)
    return {
        "round": round.title,
        "round_key": round.pk,
        "occasion": _occasion(round),
        "departments": [organisation.name for organisation in _of(teams)],
        "teams": [_team(team, round) for team in teams],
        "sites": [
            {**row, "team": visit.assignment.team.name} for row, visit in zip(sites, visits, strict=True)
        ],
    }


def letter_fields(visit: Assessment, members: Sequence[TeamMember]) -> dict[str, Any]:
    """The letter's fields; `members` are those of the team who go there."""
    team, day = visit.assignment.team, visit.assignment.visit_on
    days = _days(team, visit.round)
    return {
        **site_fields(visit.site),
        "visit_key": visit.pk,
        "round": visit.round.title,
        "occasion": _occasion(visit.round),
        "team": team.name,
        "people": [_person(member) for member in members],
        **days,
        # A late visit lies after the team's last day.
        "ends_on": max(days["ends_on"], day or days["ends_on"]),
    }


def _team(team: Team, round: Round) -> dict[str, Any]:  # noqa: A002
    return {
        "name": team.name,
        "people": [_person(member) for member in team.members.all()],
        **_days(team, round),
    }


def _person(member: TeamMember) -> dict[str, str]:
    organisation = member.user.organisation
    return {
        "name": member.user.name,
        "unit": organisation.name if organisation else "",
        "role": "组长" if member.is_leader else "成员",
    }


def _days(team: Team, round: Round) -> dict[str, Any]:  # noqa: A002
    """A team without dates of its own goes out while the round is open."""
    return {"starts_on": team.starts_on or round.opened_on, "ends_on": team.ends_on or round.due_on}


def _occasion(round: Round) -> str:  # noqa: A002
    with translation.override("zh-hans"):
        return str(round.get_kind_display())


def _departments(round: Round) -> list[Organisation]:  # noqa: A002
    return _of(round.teams.prefetch_related("members__user__organisation"))


def _of(teams: Sequence[Team] | Any) -> list[Organisation]:
    """Where the members come from, each once."""
    people = [member.user for team in teams for member in team.members.all()]
    return list({one.organisation_id: one.organisation for one in people if one.organisation}.values())
