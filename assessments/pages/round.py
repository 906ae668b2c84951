"""A round's teams as a person sees them: who is in them, how much they carry, what is wanting."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from assessments.models import Assessment, Assignment, Recusal, Round, Sheet, Team, TeamMember
from assessments.queries import count_of_standing, manned
from assessments.services.teams import of_two_units
from sites.models import Site


@dataclass(frozen=True)
class TeamPanel:
    """A team, its members (`load`: the sites they stand by), how many sites it goes to.

    One that has signed is not changed any more.
    """

    team: Team
    members: Sequence[TeamMember]
    sites: int
    has_signed: bool

    @property
    def is_of_one_unit(self) -> bool:
        """As a hand-over may leave it."""
        return not of_two_units(member.user for member in self.members)


def teams_of(shown: Round, user: User) -> list[TeamPanel]:
    """The round's teams, as far as they are this person's. Two queries."""
    seen = Site.objects.visible_to(user)
    sent = Assignment.objects.filter(team=OuterRef("pk"), assessment__site__in=seen).order_by()
    own: QuerySet[Team] = shown.teams.visible_to(user)
    teams = own.annotate(
        site_count=Coalesce(Subquery(sent.values("team").annotate(n=Count("pk")).values("n")), 0),
        has_signed=Exists(Sheet.objects.signed_finals().filter(assessment__assignment__team=OuterRef("pk"))),
    )
    members = TeamMember.objects.select_related("user__organisation").annotate(load=_load(seen))
    return [
        TeamPanel(team, list(team.members.all()), team.site_count, team.has_signed)
        for team in teams.prefetch_related(Prefetch("members", members))
    ]


def short_of_members(shown: Round, user: User) -> QuerySet[Assessment]:
    """The sites of whose team too few are left (`standing`); `is_fixed` where it has signed elsewhere."""
    sent = shown.assessments.visible_to(user).filter(assignment__isnull=False, spent_on=None)
    short = sent.exclude(pk__in=manned().values("pk"))
    signed = Sheet.objects.signed_finals().filter(assessment__assignment__team=OuterRef("assignment__team"))
    counted = short.annotate(standing=count_of_standing(), is_fixed=Exists(signed))
    return counted.select_related("site", "assignment__team")


def _load(seen: QuerySet[Site]) -> Coalesce:
    """How many of the sites a member's team goes to they have not stood aside from."""
    aside = Recusal.objects.filter(user=OuterRef(OuterRef("user"))).values("site")
    sent = Assignment.objects.filter(team=OuterRef("team"), assessment__site__in=seen)
    own = sent.exclude(assessment__site__in=aside).order_by().values("team")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
