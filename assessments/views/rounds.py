"""Rounds: opening and closing them, forming teams, sending teams to sites."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.acting import attempt, carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office
from assessments.enums import RoundKind
from assessments.forms import AssignForm, RecusalForm, RoundForm, TeamForm
from assessments.models import Assessment, Round, Sheet, TeamMember
from assessments.queries import count_of_items
from assessments.services import rounds
from sites.chosen import chosen_programme, kept
from sites.models import Site

from .pages import PAGE, form_page


class RoundList(LoginRequiredMixin, ListView[Round]):
    """The rounds, the newest first; an inspector sees those its teams are in."""

    template_name = "assessments/round_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> QuerySet[Round]:
        return Round.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_open=self.request.user.role == Role.OFFICE,
            open_url=kept(self.request, reverse("assessments:round_open")),
            **kwargs,
        )


@login_required
def round_open(request: StaffRequest) -> HttpResponse:
    """The office opens a round of the chosen programme, under the programme's versions."""
    require_office(request.user)
    programme = chosen_programme(request)
    if programme is None:
        raise Http404
    form = RoundForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: rounds.open_round(programme=programme, by=request.user, **form.cleaned_data)
    ):
        return redirect(kept(request, reverse("assessments:rounds")))
    return form_page(
        request,
        form,
        title=_("Open a round"),
        lead=_(
            "It belongs to %(number)s; the versions of the standards and of the rulebook that are set there "
            "are frozen for it."
        )
        % {"number": programme.document_number},
        submit_label=_("Open the round"),
        cancel_url=kept(request, reverse("assessments:rounds")),
    )


@login_required
def round_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Teams, and how far each site's sheets are; in a self-assessment also who has not begun."""
    shown = _round(request.user, pk)
    on_site = shown.kind in RoundKind.ON_SITE
    progress = Paginator(_progress(shown, request.user), PAGE)
    progress.count = shown.site_count  # type: ignore[attr-defined]  # counted with the round, not again
    sees_all = request.user.role in Role.CITY_WIDE
    context = {
        "round": shown,
        "members": _members(shown, request.user) if on_site else [],
        "not_begun": _not_begun(shown)[:PAGE] if sees_all and not on_site and shown.is_open else [],
        "page_obj": progress.get_page(request.GET.get("page")),
        "on_site": on_site,
        "may_rerun": sees_all,
        "may_run": request.user.role == Role.OFFICE and shown.is_open,
    }
    return render(request, "assessments/round_detail.html", context)


@login_required
def team_add(request: StaffRequest, pk: int) -> HttpResponse:
    """The office forms a team of a round."""
    shown = _round(request.user, pk)
    require_office(request.user)
    form = TeamForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: rounds.form_team(round=shown, by=request.user, **form.cleaned_data)
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
    shown = _round(request.user, pk)
    require_office(request.user)
    due = rounds.sites_due(shown)
    form = AssignForm(
        request.POST or None,
        teams=[member.team for member in _members(shown, request.user)],
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
            lambda site=site: rounds.assign(team=team, site=site, by=request.user),  # type: ignore[misc]
            success=_("%(team)s goes to %(site)s.") % {"team": team, "site": site},
        )
    return redirect(shown)


@login_required
def round_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a round, once the office has said yes to it."""
    shown = _round(request.user, pk)
    require_office(request.user)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(form, lambda: rounds.close_round(round=shown, by=request.user)):
        return redirect(shown)
    return form_page(
        request,
        form,
        title=_("Close the round “%(round)s”?") % {"round": shown},
        lead=_(
            "No new sheet can be begun afterwards; sheets that are begun can still be submitted and signed."
        ),
        submit_label=_("Close the round"),
        cancel_url=shown.get_absolute_url(),
        danger=True,
    )


@login_required
def recuse(request: StaffRequest, site_pk: int) -> HttpResponse:
    """An inspector stands aside; afterwards the site is out of their sight."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    if request.user.role != Role.INSPECTOR:
        raise PermissionDenied
    form = RecusalForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: rounds.recuse(user=request.user, site=site, reason=form.cleaned_data["reason"])
    ):
        return redirect("assessments:my_sheets")
    return form_page(
        request,
        form,
        title=_("Stand aside from %(site)s") % {"site": site},
        lead=_("You will no longer see this site, its sheets or its papers. You cannot take this back."),
        submit_label=_("Stand aside"),
        cancel_url=site.get_absolute_url(),
        danger=True,
    )


def _round(user: User, pk: int) -> Round:
    """The round with the number of its sites this person sees."""
    seen = Count("assessments", filter=Q(assessments__site__in=Site.objects.visible_to(user)))
    return get_object_or_404(
        Round.objects.visible_to(user).select_related("rulebook").annotate(site_count=seen), pk=pk
    )


def _members(shown: Round, user: User) -> list[TeamMember]:
    """The members of the round's teams by team; of one's own teams for an inspector."""
    members = TeamMember.objects.filter(team__round=shown)
    if user.role == Role.INSPECTOR:
        members = members.filter(team__in=TeamMember.objects.filter(user=user).values("team"))
    return list(
        members.select_related("team__round", "user__organisation").order_by("team__name", "-is_leader", "pk")
    )


def _not_begun(shown: Round) -> QuerySet[Site]:
    """The sites whose self-assessment is due and that have not opened their sheet."""
    return rounds.sites_due(shown).exclude(assessments__round=shown)


def _progress(shown: Round, user: User) -> QuerySet[Assessment]:
    """The round's sites with the sheets this person may see, each with the number of items marked."""
    sheets = (
        Sheet.objects.visible_to(user)
        .select_related("author")
        .annotate(marked=Count("scores"))
        .order_by("pk")
    )
    return (
        Assessment.objects.visible_to(user)
        .filter(round=shown)
        .select_related("site__organisation", "assignment__team")
        .annotate(item_count=count_of_items(OuterRef("standard")))
        .prefetch_related(Prefetch("sheets", sheets))
        .order_by("site__level", "site_id")
    )
