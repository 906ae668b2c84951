"""The papers of a round's teams: the notice that forms them, and a letter of introduction for each visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_city
from assessments.models import Assessment, Recusal, Round, Sheet, Team, TeamMember
from assessments.papers import teams as papers
from assessments.services.results import says
from assessments.services.teams import held
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import withdraw
from sites.models import Site
from sites.workflow import InvalidTransition

# The act that two people decide (assessments.offers.decisions).
TEAM_PAPERS = "round.team_papers"


@dataclass(frozen=True)
class TeamPaper:
    """A paper that counts, if one was issued, and what one of today says; `visit` of a letter."""

    paper: Document | None
    context: Mapping[str, Any]
    visit: Assessment | None = None

    @property
    def is_current(self) -> bool:
        return self.paper is not None and says(self.paper, self.context)


@dataclass(frozen=True)
class TeamPapers:
    """A round's notice, none while it has no team, and the letters of the visits that are not signed yet."""

    notice: TeamPaper | None
    letters: Sequence[TeamPaper]
    visits: Sequence[Assessment]

    @property
    def due(self) -> list[TeamPaper]:
        """Those to be issued, or issued anew."""
        return [one for one in (self.notice, *self.letters) if one and not one.is_current]

    @property
    def is_out_of_date(self) -> bool:
        """Whether a paper was issued that tells of other people, days or sites than those of today."""
        return any(one.paper for one in self.due)


def team_papers(round: Round, teams: Sequence[Team] | None = None) -> TeamPapers:  # noqa: A002
    """The papers of a round and its visits; as many questions however many teams and sites there are.

    `teams`: all of the round's with their members, where they have been read already.
    """
    if teams is None:
        members = TeamMember.objects.select_related("user__organisation")
        teams = list(round.teams.prefetch_related(Prefetch("members", members)))
    if not teams:
        return TeamPapers(None, (), ())
    visits = _visits(round)
    issued = _issued(round, visits)
    notices = [paper for paper in issued if paper.kind == DocumentKind.TEAM_NOTICE]
    letters = {paper.context["visit_key"]: paper for paper in issued if paper not in notices}
    going = _going(teams, visits)
    return TeamPapers(
        TeamPaper(notices[-1] if notices else None, papers.notice_fields(round, teams, visits)),
        [
            TeamPaper(letters.get(visit.pk), papers.letter_fields(visit, going[visit.pk]), visit)
            for visit in visits
            if not visit.is_signed
        ],
        visits,
    )


@transaction.atomic
def issue_team_papers(*, round: Round, by: User) -> list[Document]:  # noqa: A002
    """Issue what is missing, and anew what is out of date; an older paper is withdrawn and names the new one.

    Raises ValidationError without a team, or where a site is shut to `by`; InvalidTransition where all are
    current; WorkflowError once the round is closed.
    """
    require_city(by)
    round = held(round)  # noqa: A001
    found = team_papers(round)
    if found.notice is None:
        raise ValidationError(_("Form a team first."))
    sites = [visit.site for visit in found.visits]
    if Site.objects.visible_to(by).filter(pk__in=[site.pk for site in sites]).count() < len(sites):
        raise ValidationError(
            _("You have stood aside from a site of this round: somebody else issues its papers.")
        )
    if not found.due:
        raise InvalidTransition(_("The notice and the letters say what holds today."))
    return [_issue(round, one, sites, by) for one in found.due]


def _issue(round: Round, due: TeamPaper, sites: Sequence[Site], by: User) -> Document:  # noqa: A002
    if due.visit:
        made = papers.issue_letter(due.visit, dict(due.context), by=by)
    else:
        made = papers.issue_notice(round, dict(due.context), sites=sites, replaces=due.paper, by=by)
    if due.paper:
        reason = f"督查组或督查对象有变动，已由{made.full_number}代替。"
        withdraw(document=due.paper, reason=reason, successor=made)
    return made


def _visits(round: Round) -> list[Any]:  # noqa: A002
    """The visits that count; `is_signed` where the team has signed."""
    signed = Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))
    sent = round.assessments.filter(assignment__isnull=False, spent_on=None)
    related = ("site__organisation", "round__programme", "assignment__team__round")
    return list(sent.annotate(is_signed=Exists(signed)).select_related(*related).order_by("pk"))


def _going(teams: Sequence[Team], visits: Sequence[Assessment]) -> dict[int, list[TeamMember]]:
    """By visit, the members of its team without those who stood aside (`queries.standing_members`)."""
    aside = set(
        Recusal.objects.filter(site__in=[visit.site_id for visit in visits]).values_list("user", "site")
    )
    members = {team.pk: list(team.members.all()) for team in teams}
    return {
        visit.pk: [
            member
            for member in members[visit.assignment.team_id]
            if (member.user_id, visit.site_id) not in aside
        ]
        for visit in visits
    }


def _issued(round: Round, visits: Sequence[Assessment]) -> list[Document]:  # noqa: A002
    """The round's notices and its visits' letters that count, the oldest first."""
    notices = Q(kind=DocumentKind.TEAM_NOTICE, context__round_key=round.pk)
    keys = [visit.pk for visit in visits]
    letters = Q(kind=DocumentKind.INTRODUCTION_LETTER, context__visit_key__in=keys)
    standing = Document.objects.standing().filter(notices | letters, programme=round.programme_id)
    return list(standing.order_by("issued_on", "pk"))
