"""A supervisor's two questions, and the administrator's one."""

import logging

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from core import brakes
from core.enums import Severity
from core.health import conditions, examine
from desk.rules import reads_health

# What a limit counts, for who reads the page; one without a line here is shown by its own name.
LIMIT_NAMES = {
    "sign_in_known": _("wrong passwords, from a known browser or address"),
    "sign_in_account": _("wrong passwords of strangers"),
    "sign_in_account_hour": _("wrong passwords of strangers"),
    "sign_in_account_day": _("wrong passwords of strangers"),
    "sign_in_device": _("wrong passwords of strangers"),
    "sign_in_address": _("wrong passwords of strangers"),
    "sign_in_address_hour": _("wrong passwords of strangers"),
    "sign_in_house_hour": _("wrong passwords at one account, from a known address, of an hour"),
    "sign_in_house_day": _("wrong passwords at one account, from a known address, of a day"),
    "second_factor": _("wrong codes of the second factor"),
    "second_factor_day": _("wrong codes of the second factor, of a day"),
    "second_factor_known": _("wrong codes of the second factor, from a known browser"),
    "own_password": _("wrong own passwords and codes before a signature"),
    "own_password_hour": _("wrong own passwords and codes before a signature, of an hour"),
    "change_password": _("changes of a password"),
    "link_digits": _("wrong digits behind a link"),
    "trail_of_tries": _("failed sign-ins named one by one in the trail"),
    "trail_of_all_tries": _("failed sign-ins named one by one in the trail"),
    "exports_account": _("tables taken out"),
    "looks_account": _("looks at objections, enquiries and letters"),
    "dossiers_account": _("dossiers fetched"),
    "files_account": _("papers and files fetched"),
    "corrections_account": _("requests to put one's data right"),
    "uploads_account": _("files uploaded"),
    "uploads_address": _("files uploaded"),
    "objections_device": _("objections handed in"),
    "objections_address": _("objections handed in"),
    "enquiries_device": _("enquiries handed in"),
    "enquiries_address": _("enquiries handed in"),
    "suggestions_address": _("answers looked up while somebody types"),
    "api_address": _("data drawn anew for programs"),
    "attachments_device": _("files handed in later"),
    "attachments_address": _("files handed in later"),
    "receipts_device": _("receipt codes that do not exist"),
    "receipts_address": _("receipt codes that do not exist"),
    "appraisal_codes_device": _("appraisal codes that do not exist"),
    "appraisal_codes_address": _("appraisal codes that do not exist"),
}

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
def limits(request: StaffRequest) -> HttpResponse:
    """Every limit, and how it stands: how many places are taken, by how many, who has to wait, since when."""
    if not reads_health(request.user):
        raise PermissionDenied
    rows = [(held, LIMIT_NAMES.get(held.limit.name, held.limit.name)) for held in brakes.standing()]
    return render(request, "desk/limits.html", {"rows": rows})


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
