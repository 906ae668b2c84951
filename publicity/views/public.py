"""The campaign as the public sees it: home, the plan, the standards."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from publicity.models import Appraisal, Article, Naming, Notice
from publicity.pages.plan import timeline
from publicity.published import counts_by_stage
from publicity.services.articles import practices_by_code
from publicity.website_columns import COLUMNS
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import DesignatedUnit, Extension
from standards.models import Standard

# Of each column on the home page.
NEWEST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, how far the programme is, what is open to the reader in any programme, what is new."""
    counts = counts_by_stage(chosen_programme(request))
    running = Notice.objects.published().running(on=today()).order_by("ends_on", "pk")
    context = {
        "counts": counts.items(),
        "total": sum(counts.values()),
        "notices": running.annotate(site_count=Count("entries", filter=Q(entries__removed_on=None))),
        "appraisals": Appraisal.objects.open(on=today()).select_related("site").order_by("closes_on", "pk"),
        "namings": Naming.objects.published()[:NEWEST],
        "new_notices": Notice.objects.published()[:NEWEST],
        "articles": Article.objects.listed(on=today())[:NEWEST],
    }
    return render(request, "publicity/home.html", context)


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The plan: facts, phases, full text, designated units. The record comes with the context processor."""
    chosen = chosen_programme(request)
    extensions = Extension.objects.filter(phase__programme=chosen).select_related("phase")
    context = {
        "timeline": timeline(chosen) if chosen else None,
        "units": DesignatedUnit.objects.filter(programme=chosen).select_related("organisation"),
        "extensions": extensions.order_by("phase__ordinal", "new_end"),
    }
    return render(request, "publicity/programme.html", context)


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    published = Standard.objects.published().annotate(item_count=Count("sections__items"))
    return render(
        request, "publicity/standard_list.html", {"standards": published.prefetch_related("sections")}
    )


@require_safe
def standard(request: HttpRequest, kind: str) -> HttpResponse:
    """One standard in full, as it is in force, with the way to the good practices of its items."""
    found = get_object_or_404(Standard.objects.published().with_items(), kind=kind)
    practices = practices_by_code(found.kind)
    sections = [
        (
            section,
            [(item.code, number) for item in section.items.all() if (number := practices.get(item.code))],
        )
        for section in found.sections.all()
    ]
    return render(request, "publicity/standard_detail.html", {"standard": found, "sections": sections})


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every column of this site, each with what it holds."""
    return render(request, "publicity/site_map.html", {"columns": COLUMNS.values()})


@require_safe
def report_error(request: HttpRequest) -> HttpResponse:
    """我为政府网站找错: whom to tell of a mistake on this site."""
    return render(request, "publicity/report_error.html")
