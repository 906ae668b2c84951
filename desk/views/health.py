"""A supervisor's two questions, and the administrator's one."""

import logging

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from core.enums import Severity
from core.health import conditions, examine
from desk.rules import reads_health

log = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process serves."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """What every page needs does what it is for, asked anew; 503 names each that does not, and no more."""
    reports = examine(condition for condition in conditions if condition.for_readers)
    found = {}
    for report in reports:
        is_down = report.found.severity == Severity.ERROR
        found[report.condition.id] = "down" if is_down else "ok"
        if is_down:
            log.warning("%s is down: %s", report.condition.id, report.found.words)
    return JsonResponse(found, status=503 if "down" in found.values() else 200)


@login_required
@require_safe
def system(request: StaffRequest) -> HttpResponse:
    """How well the portal is, for whoever looks after the machine: what is not in order comes first."""
    if not reads_health(request.user):
        raise PermissionDenied
    order = [Severity.ERROR, Severity.WARNING, Severity.OK]
    reports = sorted(examine(), key=lambda report: order.index(report.found.severity))
    context = {"reports": reports, "amiss": sum(not report.is_well for report in reports)}
    return render(request, "desk/system.html", context)
