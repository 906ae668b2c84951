"""The campaign as the public sees it: home, the plan, the standards."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from publicity.models import Naming, Notice
from publicity.published import counts_by_stage
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import DesignatedUnit, Extension
from standards.models import Standard


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, how far the programme is, what is open to the reader now in any programme."""
    counts = counts_by_stage(chosen_programme(request))
    running = Notice.objects.published().running(on=today()).order_by("ends_on", "pk")
    context = {
        "counts": counts.items(),
        "total": sum(counts.values()),
        "notices": running.annotate(site_count=Count("entries", filter=Q(entries__removed_on=None))),
        "namings": Naming.objects.published()[:6],
    }
    return render(request, "publicity/home.html", context)


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The plan: facts, phases, full text, designated units. The record comes with the context processor."""
    chosen = chosen_programme(request)
    units = DesignatedUnit.objects.filter(programme=chosen).select_related("organisation")
    extensions = Extension.objects.filter(phase__programme=chosen).select_related("phase")
    in_order = extensions.order_by("phase__ordinal", "new_end")
    return render(request, "publicity/programme.html", {"units": units, "extensions": in_order})


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    published = Standard.objects.published().annotate(item_count=Count("sections__items"))
    return render(
        request, "publicity/standard_list.html", {"standards": published.prefetch_related("sections")}
    )


@require_safe
def standard(request: HttpRequest, kind: str) -> HttpResponse:
    """One standard in full, as it is in force."""
    found = get_object_or_404(Standard.objects.published().with_items(), kind=kind)
    return render(request, "publicity/standard_detail.html", {"standard": found})
