"""A person's own sheets: an inspector's visits, a liaison's self-assessment."""

import datetime
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_stubs_ext import WithAnnotations

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_inspector, is_liaison
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.models import Assessment, Round, Sheet
from assessments.pages.along import open_sheets
from assessments.queries import count_of_items, count_of_marks
from assessments.services import sheets
from core.http import onward, record_address
from sites.chosen import chosen_programme
from sites.enums import Stage
from sites.models import Site
from sites.workflow import WorkflowError

from .pages import PAGE


class _Marked(TypedDict):
    """How many items have a mark."""

    marked: int


class _Sized(TypedDict):
    """How many items want one."""

    item_count: int


class _Both(_Marked, _Sized):
    """Of a self sheet, which is asked both."""


MarkedSheet: TypeAlias = "WithAnnotations[Sheet, _Marked]"
_SelfSheet: TypeAlias = "WithAnnotations[Sheet, _Both]"
_Visit: TypeAlias = "WithAnnotations[Assessment, _Sized]"


@dataclass(frozen=True)
class WorkRow:
    """One site on a person's list: the own sheet, the final one, and where to begin or go on."""

    site: Site
    round: Round | None
    own: "MarkedSheet | None"
    final: Sheet | None
    item_count: int
    url: str
    pocket_url: str
    visit_on: datetime.date | None = None

    @property
    def left(self) -> int:
        """How many items still want a mark."""
        return self.item_count - (self.own.marked if self.own else 0)

    @property
    def next(self) -> str:
        """What happens next, and by whom."""
        if self.round is None or self.own is None:
            return self._beginning()
        if self.own.is_draft:
            words = ngettext(
                "%(n)d item is left for you to answer.", "%(n)d items are left for you to answer.", self.left
            )
            return words % {"n": self.left} if self.left else _("All answered: submit it.")
        if self.own.role == SheetRole.SELF:
            waits = self.site.stage == Stage.SELF_ASSESSED
            return _("Submitted: waiting for the inspection team.") if waits else _("Submitted.")
        if self.final is None:
            return self._others()
        if self.final.is_draft:
            return _("Waiting for the leader to settle and sign the final sheet.")
        return _("Signed.")

    @property
    def may_begin(self) -> bool:
        return self.own is None and not self._is_closed and not self._waits_for_unit

    @property
    def _is_closed(self) -> bool:
        return self.round is not None and not self.round.is_open

    @property
    def _waits_for_unit(self) -> bool:
        is_inspected = self.round is not None and self.round.kind == RoundKind.INSPECTION
        return is_inspected and self.site.stage == Stage.BUILDING

    def _others(self) -> str:
        if self._is_closed:
            return _("The round is closed; members who began a sheet can still submit it.")
        return _("Waiting for the other members to submit their sheets.")

    def _beginning(self) -> str:
        if self._is_closed:
            return _("The round is closed.")
        waits = self._waits_for_unit
        return _("Waiting for the unit to submit its self-assessment.") if waits else _("Begin the sheet.")


@login_required
def my_sheets(request: StaffRequest) -> HttpResponse:
    """Where this person still has to mark, and what became of it."""
    number, programme = request.GET.get("page"), chosen_programme(request)
    context: dict[str, Any]
    if is_inspector(request.user):
        visits = Paginator(_visits(request.user).filter(round__programme=programme), PAGE).get_page(number)
        context = {"page_obj": visits, "rows": [_visit_row(visit) for visit in visits]}
    elif is_liaison(request.user):
        own_sites = Paginator(_own_sites(request.user).filter(programme=programme), PAGE).get_page(number)
        context = {"page_obj": own_sites, "rows": [_site_row(site) for site in own_sites]}
    else:
        raise PermissionDenied
    context["inspects"] = is_inspector(request.user)
    response = render(request, "assessments/sheet_list.html", context)
    # A phone lets go of what it keeps of all others (static/portal/sheet-worker.js).
    response["Open-Sheets"] = open_sheets(request.user)
    return response


@login_required
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """What this device has not sent yet: the device knows, the portal only draws the page."""
    if not (is_inspector(request.user) or is_liaison(request.user)):
        raise PermissionDenied
    return render(request, "assessments/queue.html")


@login_required
def self_sheet(request: StaffRequest, site_pk: int, page: str = "assessments:sheet") -> HttpResponse:
    """To the site's self sheet, which its liaison begins by opening it."""
    site = get_object_or_404(Site.objects.visible_to(request.user).select_related("programme"), pk=site_pk)
    try:
        return redirect(page, sheets.self_sheet(site=site, by=request.user).pk)
    except WorkflowError as error:
        messages.error(request, str(error))
        return redirect("assessments:my_sheets")


@login_required
def inspect(request: StaffRequest, pk: int, page: str = "assessments:sheet") -> HttpResponse:
    """To the inspector's own sheet for a site, which is begun by opening it; a script is told the way."""
    visible = Assessment.objects.visible_to(request.user).select_related("round", "site")
    assessment = get_object_or_404(visible, pk=pk)
    try:
        sheet = sheets.inspector_sheet(assessment=assessment, by=request.user)
    except WorkflowError as error:
        messages.error(request, str(error))
        return redirect("assessments:my_sheets")
    return onward(request, reverse(page, args=[sheet.pk]))


def _visits(user: User) -> QuerySet[_Visit]:
    done = Sheet.objects.filter(assessment=OuterRef("pk"), author=user).exclude(state=SheetState.DRAFT)
    signed = Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))
    sheets_seen = Sheet.objects.visible_to(user).filter(Q(author=user) | Q(role=SheetRole.FINAL))
    visits = (
        Assessment.objects.visible_to(user)
        .filter(assignment__team__members__user=user)
        .select_related("round", "site__organisation", "assignment")
        .annotate(item_count=count_of_items(OuterRef("standard"), OuterRef("round")))
        .annotate(is_done=Exists(done), is_signed=Exists(signed))
        .prefetch_related(Prefetch("sheets", sheets_seen.annotate(marked=count_of_marks())))
        .order_by(
            F("round__closed_on").desc(nulls_first=True),
            "is_signed",
            "is_done",
            F("assignment__visit_on").asc(nulls_last=True),
            "round__due_on",
            "site_id",
        )
    )
    return cast("QuerySet[_Visit]", visits)


def _own_sites(user: User) -> QuerySet[Site]:
    begun = Sheet.objects.filter(role=SheetRole.SELF).select_related("assessment__round")
    begun = begun.annotate(
        marked=count_of_marks(),
        item_count=count_of_items(OuterRef("assessment__standard"), OuterRef("assessment__round")),
    )
    return (
        Site.objects.visible_to(user)
        .filter(Q(stage=Stage.BUILDING) | Q(assessments__sheets__role=SheetRole.SELF))
        .distinct()
        .select_related("organisation")
        .prefetch_related(Prefetch("assessments__sheets", begun.order_by("-pk")))
    )


def _visit_row(assessment: _Visit) -> WorkRow:
    seen = cast("list[MarkedSheet]", list(assessment.sheets.all()))
    own = next((sheet for sheet in seen if sheet.role == SheetRole.INSPECTOR), None)
    return WorkRow(
        site=assessment.site,
        round=assessment.round,
        own=own,
        final=next((sheet for sheet in seen if sheet.role == SheetRole.FINAL), None),
        item_count=assessment.item_count,
        url=reverse("assessments:inspect", args=[assessment.pk]),
        pocket_url=_pocket(own) or reverse("assessments:inspect_pocket", args=[assessment.pk]),
        visit_on=assessment.assignment.visit_on,
    )


def _site_row(site: Site) -> WorkRow:
    begun = (sheet for each in site.assessments.all() for sheet in each.sheets.all())
    own = cast("_SelfSheet | None", next(begun, None))
    return WorkRow(
        site=site,
        round=own.assessment.round if own else None,
        own=own,
        final=None,
        item_count=own.item_count if own else 0,
        url=reverse("assessments:self_sheet", args=[site.pk]),
        pocket_url=_pocket(own) or reverse("assessments:self_sheet_pocket", args=[site.pk]),
    )


def _pocket(own: Sheet | None) -> str:
    """Where a sheet that is begun stands itself: a device keeps that page, not the way there."""
    return record_address("assessments:pocket", own.pk) if own else ""
