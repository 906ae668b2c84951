"""Forming teams and sending them to sites."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.enums import RoundKind
from assessments.models import Assignment, Round, Team, TeamMember
from assessments.queries import standing_members
from assessments.services.rounds import DUE_STAGES, assessment_for
from sites.calendar import today
from sites.models import Site
from sites.workflow import WorkflowError


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


def _check_on_site(round: Round) -> None:  # noqa: A002
    if round.kind not in RoundKind.ON_SITE:
        raise WorkflowError(_("In a self-assessment no team goes out."))
    if not round.is_open:
        raise WorkflowError(_("This round is closed."))
