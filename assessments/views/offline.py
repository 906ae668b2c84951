"""Phones without a network: the keeper of pages, the home screen, a sheet that was finished out there."""

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_inspector
from assessments.enums import SheetRole
from assessments.forms import FinishForm, KeptReportForm, VisitReportForm
from assessments.pages.along import AlongPage, open_sheets
from assessments.services import visit_reports
from assessments.services.sheets import submit_kept_sheet
from core.acting import carried_out
from core.forms import Form
from sites.calendar import today

from .sheets import visible_sheet
from .visit_reports import led_visit


@require_safe
def sheet_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps pages for work without network; it holds nothing personal.

    It answers for the whole portal, so that nothing pressed on a page ends at the browser's own error.
    """
    paths = [finders.find(f"portal/{name}") for name in ("seal.js", "sheet-worker.js")]
    if None in paths:
        raise Http404
    content = b"".join(Path(str(path)).read_bytes() for path in paths)
    response = HttpResponse(content, content_type="text/javascript")
    response["Service-Worker-Allowed"] = get_script_prefix()
    return response


@require_safe
def no_network(request: HttpRequest) -> HttpResponse:
    """What a device shows in place of a page that it cannot fetch; the same for everybody of a role."""
    context = {"inspects": request.user.is_authenticated and is_inspector(request.user)}
    return render(request, "assessments/no_network.html", context)


@require_safe
def locked(request: HttpRequest) -> HttpResponse:
    """Where a phone with a PIN leads while it is locked (static/portal/seal.js).

    A device keeps it in clear: it is the same for everybody, signed in or not, and says nothing of a person.
    """
    return render(request, "assessments/locked.html")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """By which a phone puts the portal on its home screen; it opens at the person's visits.

    In Chinese for everybody: it is fetched without a sign-in, and its name stays where it was put.
    """
    with translation.override("zh-hans"):
        told = {
            "name": _("Wuhai Open Government Demonstration Sites"),
            "short_name": _("On-site inspection"),
            "lang": "zh-Hans",
            "start_url": reverse("assessments:take_along"),
            "scope": get_script_prefix(),
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#9f1b1f",
            "icons": [
                {
                    "src": static(f"portal/icon-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in (192, 512)
            ],
        }
    return JsonResponse(told, content_type="application/manifest+json")


@login_required
@require_safe
def take_along(request: StaffRequest) -> HttpResponse:
    """What this inspector's phone keeps for days without a network; the home screen's icon opens it."""
    if not is_inspector(request.user):
        raise PermissionDenied
    page = AlongPage(request.user, today())
    response = render(request, "assessments/take_along.html", {"page": page})
    response["Open-Sheets"] = open_sheets(request.user)
    return response


@login_required
@require_POST
def sheet_finish(request: StaffRequest, pk: int) -> JsonResponse:
    """Submit a sheet that was finished on a phone; by the same key as often as it likes. 409 says why not.

    Only an inspector's own: a final sheet is signed, and a unit's submitted, by whoever is at the portal.
    """
    sheet = visible_sheet(request.user, pk)
    if sheet.role != SheetRole.INSPECTOR or sheet.author_id != request.user.pk:
        raise PermissionDenied
    form = FinishForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: submit_kept_sheet(sheet=sheet, by=request.user, **form.cleaned_data)
    ):
        return JsonResponse({"finished": form.cleaned_data["key"]})
    return _refused(form)


@login_required
@require_POST
def visit_report_kept(request: StaffRequest, pk: int) -> JsonResponse:
    """Sign a report as a phone kept it; by the same key as often as it likes. 409 says why not."""
    visit = led_visit(request.user, pk)
    kept = KeptReportForm(request.POST)
    form = VisitReportForm(request.POST, noted=visit_reports.noted(visit, request.user))

    def verb() -> None:
        visit_reports.sign_kept(assessment=visit, filled=form.checked, by=request.user, **kept.cleaned_data)

    if kept.is_valid() and carried_out(kept, verb):
        return JsonResponse({"signed": kept.cleaned_data["key"]})
    return _refused(kept)


def _refused(form: Form) -> JsonResponse:
    problem = " ".join(str(line) for lines in form.errors.values() for line in lines)
    return JsonResponse({"problem": problem}, status=409, json_dumps_params={"ensure_ascii": False})
