"""Dossiers: asking for one, watching it being made, fetching and deleting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from audit.services import note_export
from core.acting import carried_out
from core.enums import FileState
from core.stored import saved_to_disk
from desk.dossiers import services
from desk.dossiers.forms import ArchiveCodesForm
from desk.dossiers.rights import may_ask, may_ask_for_campaign, still_holds
from desk.forms import DistrictForm
from desk.models import ArchiveCodes, Dossier
from desk.models.dossiers import KEPT
from sites.chosen import choose, chosen_programme, programme_or_404
from sites.models import Site

PAGE = 50


@login_required
@require_safe
def dossier_list(request: StaffRequest) -> HttpResponse:
    """My dossiers, and for those who have whole districts or a whole campaign made the buttons that do."""
    if not may_ask(request.user):
        raise PermissionDenied
    mine = Dossier.objects.visible_to(request.user).filter(programme=chosen_programme(request))
    context = {
        "page_obj": Paginator(mine.select_related("site", "district", "programme"), PAGE).get_page(
            request.GET.get("page")
        ),
        "form": DistrictForm(user=request.user),
        "campaign": chosen_programme(request) if may_ask_for_campaign(request.user) else None,
        "codes": ArchiveCodes.current() if is_office(request.user) else None,
        "kept_days": KEPT.days,
    }
    return render(request, "desk/dossier_list.html", context)


@login_required
@require_safe
def dossier_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One dossier: its progress, then its file, or why there is none."""
    dossier = _dossier_or_404(request, pk)
    choose(request, dossier.programme)
    ready = dossier.state == FileState.READY
    context = {
        "dossier": dossier,
        "may_fetch": ready and still_holds(dossier, request.user),
        "kept_until": dossier.kept_until,
    }
    return render(request, "desk/dossier_detail.html", context)


@login_required
@require_safe
def dossier_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The progress bar alone, asked for every second; the whole page once the worker is through."""
    dossier = _dossier_or_404(request, pk)
    if "HX-Request" not in request.headers:
        return redirect(dossier)
    if not dossier.is_pending:
        return HttpResponseClientRefresh()
    return render(request, "desk/_dossier_progress.html", {"dossier": dossier})


@login_required
@require_POST
def dossier_add_site(request: StaffRequest, pk: int) -> HttpResponse:
    """Have a site's dossier made."""
    sites = Site.objects.visible_to(request.user).select_related("programme")
    return redirect(services.ask_for_site(site=get_object_or_404(sites, pk=pk), by=request.user))


@login_required
@require_POST
def dossier_add_district(request: StaffRequest) -> HttpResponse:
    """Have one made of a district's whole list; a district's office cannot name another one."""
    form = DistrictForm(request.POST, user=request.user)
    if not form.is_valid():
        raise Http404
    programme, district = programme_or_404(request), form.cleaned_data["district"]
    return redirect(services.ask_for_district(district=district, programme=programme, by=request.user))


@login_required
@require_POST
def dossier_add_campaign(request: StaffRequest) -> HttpResponse:
    """Have one made of all sites of a programme."""
    return redirect(services.ask_for_campaign(programme=programme_or_404(request), by=request.user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def archive_codes(request: StaffRequest) -> HttpResponse:
    """What the 档号 in dossiers begin with."""
    require_office(request.user)
    form = ArchiveCodesForm(request.POST or None, instance=ArchiveCodes.current())
    if form.is_valid() and carried_out(
        form, lambda: services.set_codes(values=form.cleaned_data, by=request.user)
    ):
        messages.success(request, _("It stands in every dossier that is made from now on."))
        return redirect("desk:dossiers")
    return render(request, "desk/archive_codes.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def dossier_download(request: StaffRequest, pk: int) -> FileResponse:
    """The archive, for who may still see all that is in it; each download goes into the trail."""
    dossier = _dossier_or_404(request, pk)
    if dossier.state != FileState.READY or not still_holds(dossier, request.user):
        raise Http404
    response = saved_to_disk(dossier.file, dossier.file_name, "application/zip", sha256=dossier.sha256)
    note_export(dossier, name=dossier.file_name, limit="dossiers_account")
    return response


@login_required
@require_POST
def dossier_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the archive off the disk before its time."""
    services.delete(dossier=_dossier_or_404(request, pk), by=request.user)
    messages.success(request, _("The archive is deleted; it can be made anew at any time."))
    return redirect("desk:dossiers")


def _dossier_or_404(request: StaffRequest, pk: int) -> Dossier:
    related = Dossier.objects.select_related("site", "district", "programme")
    return get_object_or_404(related.visible_to(request.user), pk=pk)
