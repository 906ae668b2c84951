"""What is filed for a site: its library, and the items nothing is filed for."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from accounts.models import User
from assessments.forms import LibraryFilter
from assessments.models import Evidence
from assessments.pages.evidence import library, with_remarks, with_rights
from assessments.services.evidence import items_to_show, may_file
from sites.models import Site

from .pages import PAGE


@login_required
@require_safe
def evidence_library(request: StaffRequest, site_pk: int) -> HttpResponse:
    """All evidence of a site, newest first, with the remarks on it."""
    site = visible_site(request.user, site_pk)
    wanted = LibraryFilter(request.GET)
    found = library(site, request.user)
    if wanted.show_only == "remarks":
        found = with_remarks(found, request.user)
    page = Paginator(wanted.narrow(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "site": site,
        "filter": wanted,
        "page_obj": page,
        "pieces": with_rights(with_remarks(list(page), request.user), site, request.user),
        "is_empty": not found,
        "may_file": may_file(site=site, by=request.user),
    }
    return render(request, "assessments/evidence_library.html", context)


@login_required
@require_safe
def evidence_missing(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The items without evidence, by section; the unit may add some to each, or point to what it has."""
    site = visible_site(request.user, site_pk)
    shown = Evidence.objects.visible_to(request.user).current().filter(site=site)
    pointed = shown.exclude(pointers=None).values("pointers__item")
    context = {
        "site": site,
        "items": items_to_show(site=site).exclude(pk__in=pointed).select_related("section"),
        "has_evidence": shown.exists(),
        "may_file": may_file(site=site, by=request.user),
    }
    return render(request, "assessments/evidence_missing.html", context)


def visible_site(user: User, pk: int) -> Site:
    return get_object_or_404(Site.objects.visible_to(user).select_related("organisation"), pk=pk)
