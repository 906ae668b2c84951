"""A member of staff's home, the sites on the desk, the trail, and a supervisor's two questions."""

from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from redis import Redis
from redis.exceptions import RedisError

from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import Notification
from assessments.models import Evidence, Sheet
from assessments.queries import findings_of
from publicity.models.appraisal import PRINTING
from sites import services
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import Filing, Site
from tables.writing import export_response

from . import trail
from .exports import SITE_HEADS, site_rows
from .forms import SiteFilter
from .ladder import ladder
from .next_step import next_step, with_facts

PAGE = 50


@login_required
def home(request: StaffRequest) -> HttpResponse:
    """What waits for me, and what I was told since I last looked."""
    if request.user.role == Role.AUDITOR:
        return redirect("desk:trail")
    context = {
        "notifications": Notification.objects.visible_to(request.user).unread()[:20],
        "opens_first_accounts": not request.user.role,
    }
    return render(request, "desk/home.html", context)


@login_required
@require_POST
def notifications_read(request: StaffRequest) -> HttpResponse:
    """Mark everything I was told as read."""
    Notification.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("desk:home")


class SiteList(LoginRequiredMixin, ListView[Site]):
    """The sites I may see, narrowed by the filters."""

    template_name = "desk/site_list.html"
    paginate_by = PAGE
    context_object_name = "sites"
    request: StaffRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or with `?format=` the whole list as a table."""
        if "format" not in request.GET:
            return super().get(request, *args, **kwargs)
        return export_response(request, _("Sites"), SITE_HEADS, site_rows(self.get_queryset()))

    def get_queryset(self) -> QuerySet[Site]:
        self.filter = SiteFilter(self.request.GET)
        sites = Site.objects.visible_to(self.request.user).select_related(
            "organisation", "filing__organisation"
        )
        return self.filter.narrow(sites.filter(programme=chosen_programme(self.request)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@login_required
def site_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one site in one place."""
    sites = services.with_posts(Site.objects.visible_to(request.user)).prefetch_related("liaisons", "plans")
    site = get_object_or_404(with_facts(sites, today=today(), reader=request.user), pk=pk)
    history = list(site.history.select_related("by"))
    onward = next_step(site)
    context = {
        "site": site,
        "history": history[::-1],
        "ladder": ladder(site, history),
        "onward": onward,
        "gaps": services.missing(site),
        "onward_url": onward.url if onward and onward.role == request.user.role else "",
        "sees_list": Filing.objects.visible_to(request.user).filter(pk=site.filing_id).exists(),
        "sheets": Sheet.objects.visible_to(request.user)
        .filter(assessment__site=site)
        .select_related("assessment__round", "author"),
        "findings": findings_of(site).visible_to(request.user).select_related("item")
        if request.user.role != Role.AUDITOR
        else [],
        "documents": site.documents.visible_to(request.user),
        "poster_of": site.appraisal if request.user.role in PRINTING else None,  # type: ignore[attr-defined]
        "evidence_count": Evidence.objects.visible_to(request.user).current().filter(site=site).count(),
        "replacements": site.replacements.with_people(),
    }
    return render(request, "desk/site_detail.html", context)


class Trail(LoginRequiredMixin, UserPassesTestMixin, ListView[LogEntry]):
    """Who did what, when; for auditors only."""

    template_name = "desk/trail.html"
    paginate_by = PAGE
    context_object_name = "entries"
    raise_exception = True
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and self.request.user.role == Role.AUDITOR

    def get_queryset(self) -> QuerySet[LogEntry]:
        return trail.seen_by(self.request.user).select_related("actor", "content_type")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = [
            (entry, trail.ACTIONS[entry.action], trail.changes(entry)) for entry in context["entries"]
        ]
        return context


def healthz(request: HttpRequest) -> HttpResponse:
    """The process serves."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Database and broker answer; 503 names the one that does not."""
    connection.ensure_connection()
    try:
        Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).ping()
    except RedisError:
        return JsonResponse({"database": "ok", "broker": "down"}, status=503)
    return JsonResponse({"database": "ok", "broker": "ok"})
