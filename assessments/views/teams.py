"""Teams: forming and changing them, sending them to sites, the day of a visit."""

import datetime
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from assessments.eligibility import team_bars
from assessments.enums import RoundKind
from assessments.forms import AssignForm, ReceiverForm, TeamForm, VisitForm
from assessments.models import Assessment, Round, Team
from assessments.rules import leads
from assessments.services import draws, rounds, teams, visits
from core.acting import attempt, carried_out
from sites.enums import Stage
from sites.models import Site

from .pages import PAGE, form_page, nobody_free, visible_round


@login_required
def team_add(request: StaffRequest, pk: int) -> HttpResponse:
    """The office forms a team of a round."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    if page := nobody_free(request, shown, title=_("Form a team")):
        return page
    form = TeamForm(request.POST or None, round=shown)
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
        parent=shown.title,
        cancel_url=shown.get_absolute_url(),
    )


@login_required
def team_edit(request: StaffRequest, pk: int, team_pk: int) -> HttpResponse:
    """The office changes a team that has signed nothing."""
    shown = visible_round(request.user, pk)
    team = get_object_or_404(shown.teams.visible_to(request.user).select_related("round"), pk=team_pk)
    require_office(request.user)
    form = TeamForm(request.POST or None, round=shown, team=team, initial=TeamForm.initial_of(team))
    if form.is_valid() and carried_out(
        form, lambda: teams.change_team(team=team, by=request.user, **form.cleaned_data)
    ):
        if form.has_changed():
            messages.success(request, _("%(team)s is changed; those concerned are told.") % {"team": team})
        return redirect(shown)
    return form_page(
        request,
        form,
        title=_("Change %(team)s") % {"team": team},
        lead=_("As long as it has signed nothing. Who has submitted a sheet stays in it."),
        submit_label=_("Save"),
        parent=shown.title,
        cancel_url=shown.get_absolute_url(),
    )


@login_required
def send_team(request: StaffRequest, site_pk: int) -> HttpResponse:
    """To where the site is sent a team: its open round, or a new one where it is due in none that is open."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    require_office(request.user)
    kind = RoundKind.ACCEPTANCE if site.stage == Stage.RECTIFIED else RoundKind.INSPECTION
    opened = list(Round.objects.open().filter(programme=site.programme_id, kind=kind))
    due = [one for one in opened if rounds.sites_due(one).filter(pk=site.pk).exists()]
    if not due and (kind == RoundKind.ACCEPTANCE or not opened):
        query = {"programme": site.programme_id, "kind": kind.value}
        return redirect(reverse("assessments:round_open", query=query))
    ready = [one for one in due if one.teams.exists()] or due
    return redirect("assessments:assign", pk=(ready or opened)[0].pk)


@login_required
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Send teams to sites, a line a site; each by itself, so one that is refused holds up no other."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    due = rounds.sites_due(shown).visible_to(request.user)
    sites, crews = list(due[:PAGE]), list(draws.crewed(shown))
    form = AssignForm(request.POST or None, teams=crews, sites=sites, barred=team_bars(crews, sites))
    if not form.is_valid():
        context = {"round": shown, "form": form, "teams": crews, "more": due.count() - len(sites)}
        status = 422 if form.is_bound else 200
        return render(request, "assessments/assign.html", context, status=status)
    for sending in form.sendings():
        sent = attempt(
            request,
            partial(
                visits.assign,
                team=sending.team,
                site=sending.site,
                visit_on=sending.visit_on,
                on_day_off=form.cleaned_data["on_day_off"],
                by=request.user,
            ),
            success=_("%(team)s goes to %(site)s.") % {"team": sending.team, "site": sending.site},
        )
        if sent:
            _warn_if_late(request, shown, sending.visit_on)
    return redirect(shown)


@login_required
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    """The day of one visit: the office's to set, and the leader's."""
    sent = Assessment.objects.visible_to(request.user).filter(assignment__isnull=False)
    related = ("site", "round", "assignment__team__round")
    assessment = get_object_or_404(sent.select_related(*related), pk=pk)
    if not is_office(request.user) and not leads(assessment, request.user):
        raise PermissionDenied
    assignment, back = assessment.assignment, assessment.round.get_absolute_url()
    form = VisitForm(request.POST or None, initial={"visit_on": assignment.visit_on})
    if form.is_valid() and carried_out(
        form, lambda: visits.set_day(assignment=assignment, by=request.user, **form.cleaned_data)
    ):
        _warn_if_late(request, assessment.round, form.cleaned_data["visit_on"])
        return redirect(back)
    team: Team = assignment.team
    return form_page(
        request,
        form,
        title=_("Day of the visit to %(site)s") % {"site": assessment.site},
        lead=team.name,
        submit_label=_("Save"),
        parent=assessment.round.title,
        cancel_url=back,
    )


@login_required
def visit_receiver(request: StaffRequest, pk: int) -> HttpResponse:
    """Who receives the team: the unit's to say, the office's and the leader's."""
    sent = Assessment.objects.visible_to(request.user).filter(assignment__isnull=False)
    related = ("site__organisation", "round", "assignment__team")
    assessment = get_object_or_404(sent.select_related(*related), pk=pk)
    if not visits.may_name_receiver(assessment, request.user):
        raise PermissionDenied
    back = assessment.site.get_absolute_url()
    form = ReceiverForm(request.POST or None, assignment=assessment.assignment)
    if form.is_valid() and carried_out(
        form,
        lambda: visits.name_receiver(
            assignment=assessment.assignment,
            name=form.cleaned_data["received_by"],
            phone=form.cleaned_data["received_phone"],
            by=request.user,
        ),
    ):
        messages.success(request, _("The team is told who receives it."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("Who receives the team at %(site)s") % {"site": assessment.site},
        lead=_("Left empty, the team asks for the site's liaison."),
        submit_label=_("Save"),
        parent=str(assessment.site),
        cancel_url=back,
    )


def _warn_if_late(request: StaffRequest, shown: Round, visit_on: datetime.date | None) -> None:
    if visit_on and visits.is_late(shown, visit_on):
        told = _("The visit on %(day)s lies after the round's due date, %(due)s.")
        words = {"day": date_format(visit_on), "due": date_format(shown.due_on)}
        messages.warning(request, told % words)
