"""Opening rounds, forming teams, assigning sites, standing aside."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.enums import RoundKind
from assessments.models import Assessment, Assignment, Recusal, Round, Team, TeamMember
from assessments.queries import standing_members
from assessments.services.final_sheet import draw_up_final_when_ready
from audit.services import change_once
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme, Site
from sites.workflow import WorkflowError

# The stage in which a site is due for a round of a kind.
DUE_STAGES: dict[str, tuple[Stage, ...]] = {
    RoundKind.SELF: (Stage.BUILDING,),
    RoundKind.INSPECTION: (Stage.BUILDING, Stage.SELF_ASSESSED),
    RoundKind.ACCEPTANCE: (Stage.RECTIFIED,),
    RoundKind.RECHECK: (Stage.NAMED, Stage.WARNED),
}


@transaction.atomic
def open_round(
    *, programme: Programme, kind: RoundKind, title: str, due_on: datetime.date, by: User
) -> Round:
    """Open a round and freeze its programme's versions; one of a kind is open at a time."""
    require_office(by)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.rounds.filter(kind=kind).open().exists():
        raise ValidationError(_("A round of this kind is open already; close it first."))
    if due_on < today():
        raise ValidationError({"due_on": _("The due date lies in the past.")})
    last = programme.rounds.filter(kind=kind).aggregate(Max("ordinal"))["ordinal__max"] or 0
    opened = Round.objects.create(
        programme=programme,
        kind=kind,
        ordinal=last + 1,
        title=title,
        rulebook=programme.rulebook_used,
        opened_on=today(),
        due_on=due_on,
        opened_by=by,
    )
    opened.standards.set(programme.standards.all())
    return opened


@transaction.atomic
def close_round(*, round: Round, by: User) -> None:  # noqa: A002  # the domain's word
    """Close a round: no new sheets; what was signed stays."""
    require_office(by)
    if not change_once(Round.objects.open().filter(pk=round.pk), closed_on=today()):
        raise WorkflowError(_("This round is closed already."))


def open_round_of(programme: Programme, kind: RoundKind) -> Round:
    """The open round of a kind; raises WorkflowError with what to do when there is none."""
    found = programme.rounds.filter(kind=kind).open().select_related("rulebook").first()
    if found is None:
        raise WorkflowError(
            _("No round “%(kind)s” is open; the municipal office opens it.") % {"kind": kind.label}
        )
    return found


def assessment_for(*, round: Round, site: Site) -> Assessment:  # noqa: A002
    """The site's place in a round, made on first use with the round's frozen standard."""
    if not round.is_open:
        raise WorkflowError(_("This round is closed."))
    assessment, _created = Assessment.objects.get_or_create(
        round=round, site=site, defaults={"standard": round.standards.get(kind=site.kind)}
    )
    return assessment


def sites_due(round: Round) -> QuerySet[Site]:  # noqa: A002
    """The sites this round still has to send a team to; a team that stood aside as a whole is none."""
    recused = Recusal.objects.filter(user=OuterRef("user"), site=OuterRef(OuterRef("site")))
    members = TeamMember.objects.filter(team__assignments__assessment=OuterRef("pk")).exclude(Exists(recused))
    return (
        Site.objects.filter(programme=round.programme_id, stage__in=DUE_STAGES[round.kind])
        .exclude(assessments__in=round.assessments.filter(Exists(members)))
        .select_related("organisation")
    )


@transaction.atomic
def form_team(*, round: Round, name: str, leader: User, members: Iterable[User], by: User) -> Team:  # noqa: A002
    """Form a team; its leader signs. Everybody in it is an inspector."""
    require_office(by)
    round = Round.objects.select_for_update().get(pk=round.pk)  # noqa: A001
    _check_on_site(round)
    people = {leader.pk: leader, **{user.pk: user for user in members}}
    if strangers := [user for user in people.values() if user.role != Role.INSPECTOR]:
        raise ValidationError(_("%(name)s is not an inspector.") % {"name": strangers[0]})
    if round.teams.filter(name=name).exists():
        raise ValidationError({"name": _("This round has a team of that name already.")})
    team = Team.objects.create(round=round, name=name)
    for user in people.values():
        TeamMember.objects.create(team=team, user=user, is_leader=user.pk == leader.pk)
    return team


@transaction.atomic
def assign(*, team: Team, site: Site, by: User) -> Assignment:
    """Send a team to a site. Nobody judges their own unit or a site they stood aside from."""
    require_office(by)
    _check_on_site(team.round)
    if site.stage not in DUE_STAGES[team.round.kind]:
        raise WorkflowError(
            _("%(site)s is “%(stage)s” and not due for this round.")
            % {"site": site, "stage": site.get_stage_display()}
        )
    barred = team.members.filter(
        Q(user__organisation=site.organisation_id) | Q(user__recusals__site=site)
    ).select_related("user")
    if barred:
        raise ValidationError(
            _("%(people)s must stand aside from %(site)s: own unit or a declared recusal.")
            % {"people": _(", ").join(member.user.name for member in barred), "site": site}
        )
    assessment = assessment_for(round=team.round, site=site)
    if standing_members(assessment).exists():
        raise ValidationError(_("%(site)s has a team in this round already.") % {"site": site})
    assignment, _created = Assignment.objects.update_or_create(
        assessment=assessment, defaults={"team": team, "assigned_by": by, "assigned_on": today()}
    )
    notify(
        [member.user for member in team.members.select_related("user")],
        text=gettext_noop("Your team is to visit %(site)s."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return assignment


@transaction.atomic
def recuse(*, user: User, site: Site, reason: str) -> Recusal:
    """Stand aside from a site: from now on it is out of this person's sight, for good."""
    if user.role != Role.INSPECTOR:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say what ties you to this site.")})
    # Held as a submission holds them: of two last ones, one must see the other's.
    own = list(
        Assessment.objects.select_for_update().filter(
            site=site, pk__in=Assignment.objects.filter(team__members__user=user).values("assessment")
        )
    )
    recusal, _created = Recusal.objects.get_or_create(
        user=user, site=site, defaults={"reason": reason.strip(), "declared_on": today()}
    )
    # The others may have waited for this person's sheet alone.
    for assessment in own:
        draw_up_final_when_ready(assessment=assessment, by=user)
    notify(
        User.objects.filter(role=Role.OFFICE, is_active=True),
        text=gettext_noop("%(name)s stands aside from %(site)s."),
        about={"name": user, "site": site},
        url=site.get_absolute_url(),
    )
    return recusal


def _check_on_site(round: Round) -> None:  # noqa: A002
    if round.kind not in RoundKind.ON_SITE:
        raise WorkflowError(_("In a self-assessment no team goes out."))
    if not round.is_open:
        raise WorkflowError(_("This round is closed."))
