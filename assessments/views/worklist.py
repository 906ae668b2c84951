"""A person's own sheets: an inspector's visits, a liaison's self-assessment."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import User
from assessments.enums import SheetRole, SheetState
from assessments.models import Assessment, Round, Sheet
from assessments.queries import count_of_items
from assessments.services import sheets
from sites.chosen import chosen_programme
from sites.enums import Stage
from sites.models import Site
from sites.workflow import WorkflowError

from .pages import PAGE


@dataclass(frozen=True)
class WorkRow:
    """One site on a person's list: the own sheet, the final one, and where to begin or go on."""

    site: Site
    round: Round | None
    own: Sheet | None
    final: Sheet | None
    item_count: int
    url: str


@login_required
def my_sheets(request: StaffRequest) -> HttpResponse:
    """Where this person still has to mark, and what became of it."""
    number, programme = request.GET.get("page"), chosen_programme(request)
    if request.user.role == Role.INSPECTOR:
        visits = Paginator(_visits(request.user).filter(round__programme=programme), PAGE).get_page(number)
        context = {"page_obj": visits, "rows": [_visit_row(visit) for visit in visits]}
    elif request.user.role == Role.LIAISON:
        own_sites = Paginator(_own_sites(request.user).filter(programme=programme), PAGE).get_page(number)
        context = {"page_obj": own_sites, "rows": [_site_row(site) for site in own_sites]}
    else:
        raise PermissionDenied
    return render(request, "assessments/sheet_list.html", context)


@login_required
def self_sheet(request: StaffRequest, site_pk: int) -> HttpResponse:
    """To the site's self sheet, which its liaison begins by opening it."""
    site = get_object_or_404(Site.objects.visible_to(request.user).select_related("programme"), pk=site_pk)
    try:
        return redirect(sheets.self_sheet(site=site, by=request.user))
    except WorkflowError as error:
        messages.error(request, str(error))
        return redirect("assessments:my_sheets")


@login_required
def inspect(request: StaffRequest, pk: int) -> HttpResponse:
    """To the inspector's own sheet for a site, which is begun by opening it."""
    visible = Assessment.objects.visible_to(request.user).select_related("round", "site")
    assessment = get_object_or_404(visible, pk=pk)
    try:
        return redirect(sheets.inspector_sheet(assessment=assessment, by=request.user))
    except WorkflowError as error:
        messages.error(request, str(error))
        return redirect("assessments:my_sheets")


def _visits(user: User) -> QuerySet[Assessment]:
    done = Sheet.objects.filter(assessment=OuterRef("pk"), author=user).exclude(state=SheetState.DRAFT)
    sheets_seen = Sheet.objects.visible_to(user).filter(Q(author=user) | Q(role=SheetRole.FINAL))
    return (
        Assessment.objects.visible_to(user)
        .filter(assignment__team__members__user=user)
        .select_related("round", "site__organisation")
        .annotate(item_count=count_of_items(OuterRef("standard")), is_done=Exists(done))
        .prefetch_related(Prefetch("sheets", sheets_seen.annotate(marked=Count("scores"))))
        .order_by("is_done", F("round__closed_on").desc(nulls_first=True), "round__due_on", "site_id")
    )


def _own_sites(user: User) -> QuerySet[Site]:
    begun = Sheet.objects.filter(role=SheetRole.SELF).select_related("assessment__round")
    begun = begun.annotate(
        marked=Count("scores"), item_count=count_of_items(OuterRef("assessment__standard"))
    )
    return (
        Site.objects.visible_to(user)
        .filter(Q(stage=Stage.BUILDING) | Q(assessments__sheets__role=SheetRole.SELF))
        .distinct()
        .select_related("organisation")
        .prefetch_related(Prefetch("assessments__sheets", begun.order_by("-pk")))
    )


def _visit_row(assessment: Assessment) -> WorkRow:
    seen = list(assessment.sheets.all())
    return WorkRow(
        site=assessment.site,
        round=assessment.round,
        own=next((sheet for sheet in seen if sheet.role == SheetRole.INSPECTOR), None),
        final=next((sheet for sheet in seen if sheet.role == SheetRole.FINAL), None),
        item_count=assessment.item_count,  # type: ignore[attr-defined]  # annotated
        url=reverse("assessments:inspect", args=[assessment.pk]),
    )


def _site_row(site: Site) -> WorkRow:
    own = next((sheet for each in site.assessments.all() for sheet in each.sheets.all()), None)
    return WorkRow(
        site=site,
        round=own.assessment.round if own else None,
        own=own,
        final=None,
        item_count=own.item_count if own else 0,  # type: ignore[attr-defined]  # annotated
        url=reverse("assessments:self_sheet", args=[site.pk]),
    )
