"""The trail and its seals, for auditors only."""

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.exported import exported
from accounts.http import StaffRequest
from audit.models import Anchored, Check, HeadKey, Seal
from core.queue import hand_over
from desk.rules import reads_trail
from desk.trail.filter import TrailFilter
from desk.trail.reading import seen_by
from desk.trail.shown_entries import HEADS, LONGEST_TABLE, shown_entries, table_rows

PAGE = 50


@login_required
@require_safe
def trail(request: StaffRequest) -> HttpResponse:
    """Who did, saw and took out what, the newest first; with `?format=` as a table.

    Pages are asked for by the entry before (`?before=`): the trail is too long to be counted for each.
    """
    _require_auditor(request)
    narrowed = TrailFilter(request.GET)
    entries = narrowed.narrow(seen_by(request.user)).select_related("actor", "content_type")
    if "format" in request.GET:
        return _export(request, entries)
    before = request.GET.get("before", "")
    page = list((entries.filter(pk__lt=int(before)) if before.isdecimal() else entries)[: PAGE + 1])
    context = {
        "filter": narrowed,
        "lines": shown_entries(page[:PAGE], request.user),
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_first": not before,
        "last_check": Check.objects.first(),
    }
    return render(request, "desk/trail.html", context)


@login_required
@require_safe
def seals(request: StaffRequest) -> HttpResponse:
    """What is sealed, and whether it held when it was last checked."""
    _require_auditor(request)
    made = Seal.objects.order_by("-pk").defer("entries")
    top = Seal.objects.aggregate(top=Max("last_entry"))["top"] or 0
    context = {
        "page_obj": Paginator(made, PAGE).get_page(request.GET.get("page")),
        "head": made.first(),
        "head_key": HeadKey.objects.order_by("-pk").first(),
        "anchors": Anchored.objects.filter(address__in=settings.PORTAL_TRAIL_ANCHORS),
        "checks": Check.objects.all()[:10],
        "unsealed": LogEntry.objects.filter(pk__gt=top).count(),
    }
    return render(request, "desk/seals.html", context)


@login_required
@require_POST
def check(request: StaffRequest) -> HttpResponse:
    """Have the worker check the trail: a long one takes a while."""
    _require_auditor(request)
    if hand_over("desk.tasks.check_trail", request.user.pk):
        messages.success(
            request, _("The trail is being checked; reload this page in a moment to see the result.")
        )
    else:
        messages.warning(
            request, _("The queue cannot be reached now; the trail is checked daily once it is back.")
        )
    return redirect("desk:seals")


def _export(request: StaffRequest, entries: QuerySet[LogEntry]) -> HttpResponse:
    if entries[LONGEST_TABLE:].exists():
        told = _(
            "A table holds at most %(n)d entries, and these are more: choose a shorter time or a filter."
        )
        messages.error(request, told % {"n": LONGEST_TABLE})
        narrowed = request.GET.copy()
        del narrowed["format"]
        return redirect(f"{reverse('desk:trail')}?{narrowed.urlencode()}")
    return exported(request, _("Trail"), HEADS, table_rows(entries, request.user), about=LogEntry)


def _require_auditor(request: StaffRequest) -> None:
    if not reads_trail(request.user):
        raise PermissionDenied
