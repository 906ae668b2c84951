"""Teams: forming them, sending them to sites."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.acting import attempt, carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office
from assessments.forms import AssignForm, TeamForm
from assessments.models import Round, TeamMember
from assessments.services import rounds, teams

from .pages import PAGE, form_page, visible_round


@login_required
def team_add(request: StaffRequest, pk: int) -> HttpResponse:
    """The office forms a team of a round."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    form = TeamForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: teams.form_team(round=shown, by=request.user, **form.cleaned_data)
    ):
        return redirect(shown)
    return form_page(
        request,
        form,
        title=_("Form a team"),
        lead=shown.title,
        submit_label=_("Form the team"),
        cancel_url=shown.get_absolute_url(),
    )


@login_required
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a team to sites; each by itself, so one that is barred does not hold up the others."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    due = rounds.sites_due(shown)
    form = AssignForm(
        request.POST or None,
        teams=[member.team for member in members_shown(shown, request.user)],
        sites=due if request.method == "POST" else due[:PAGE],
    )
    if not form.is_valid():
        return form_page(
            request,
            form,
            title=_("Send a team to sites"),
            lead=_("The sites that are due for this round and have no team yet."),
            submit_label=_("Send the team"),
            cancel_url=shown.get_absolute_url(),
        )
    team = form.cleaned_data["team"]
    for site in form.cleaned_data["sites"]:
        attempt(
            request,
            lambda site=site: teams.assign(team=team, site=site, by=request.user),  # type: ignore[misc]
            success=_("%(team)s goes to %(site)s.") % {"team": team, "site": site},
        )
    return redirect(shown)


def members_shown(shown: Round, user: User) -> list[TeamMember]:
    """The members of the round's teams by team; of one's own teams for an inspector."""
    members = TeamMember.objects.filter(team__round=shown)
    if user.role == Role.INSPECTOR:
        members = members.filter(team__in=TeamMember.objects.filter(user=user).values("team"))
    return list(
        members.select_related("team__round", "user__organisation").order_by("team__name", "-is_leader", "pk")
    )
