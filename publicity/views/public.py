"""The campaign as the public sees it: home, the plan, the standards."""

import datetime

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from core.personal import PERSONAL, Whose
from core.prepared import prepared
from publicity import linked_data
from publicity.forms import ItemFilter
from publicity.models import Appraisal, Article, Naming, Notice
from publicity.pages.plan import timeline
from publicity.pages.plan_text import lines
from publicity.published import counts_by_state, named_elsewhere
from publicity.services.articles import practices_by_code
from publicity.website_columns import COLUMNS
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import DesignatedUnit, Extension
from standards.citing import look_up
from standards.models import Item, Standard

# Of each column on the home page.
NEWEST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, how far the programme is, what is open to the reader in any programme, what is new."""
    counts = counts_by_state(chosen_programme(request))
    day = today()
    context = {
        "linked_data": linked_data.website(),
        "counts": counts.items(),
        "total": sum(counts.values()),
        "named_elsewhere": named_elsewhere(request),
        "notices": list(_running_notices(day)),
        "appraisals": list(_open_appraisals(day)),
        "namings": _namings()[:NEWEST],
        "new_notices": _notices()[:NEWEST],
        "articles": _articles(day)[:NEWEST],
    }
    return render(request, "publicity/home.html", context)


# Each reads what its list shows of a record, and no more.


@prepared
def _running_notices(day: datetime.date) -> QuerySet[Notice]:
    running = Notice.objects.published().running(on=day).order_by("ends_on", "pk")
    counted = running.annotate(site_count=Count("entries", filter=Q(entries__removed_on=None)))
    return counted.filter(site_count__gt=0).only("title", "ends_on")


@prepared
def _open_appraisals(day: datetime.date) -> QuerySet[Appraisal]:
    running = Appraisal.objects.open(on=day).select_related("site").order_by("closes_on", "pk")
    return running.only("closes_on", "site__window_name")


@prepared
def _namings() -> QuerySet[Naming]:
    shown = Naming.objects.published().select_related(None).select_related("site")
    return shown.only("named_on", "site__window_name", "site__stage", "site__programme")


@prepared
def _notices() -> QuerySet[Notice]:
    return Notice.objects.published().only("title", "published_on", "ends_on", "state")


@prepared
def _articles(day: datetime.date) -> QuerySet[Article]:
    return Article.objects.listed(on=day).only("title", "kind", "published_on")


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The plan: facts, phases, full text, designated units. The record comes with the context processor."""
    chosen = chosen_programme(request)
    # Asked only where a phase was prolonged.
    prolonged = [phase.pk for phase in chosen.phases.all() if phase.extended_to] if chosen else []
    extensions = Extension.objects.filter(phase__in=prolonged).select_related("phase")
    designated = DesignatedUnit.objects.filter(programme=chosen)
    units = list(designated.select_related("organisation", "resolution"))
    context = {
        "timeline": timeline(chosen) if chosen else None,
        "lines": lines(chosen, units) if chosen else [],
        "units": units,
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
    look_up(item for section in found.sections.all() for item in section.items.all())
    form, practices = ItemFilter(request.GET), practices_by_code(found.kind)
    words = form.words()
    sections = []
    for section in found.sections.all():
        items = [item for item in section.items.all() if _holds(item, words)]
        told = [(item.code, number) for item in items if (number := practices.get(item.code))]
        if items:
            sections.append((section, items, told))
    context = {
        "standard": found,
        "sections": sections,
        "form": form,
        "words": words,
        "found": sum(len(items) for _section, items, _told in sections),
        "unfolded": bool(words) or "all" in request.GET,
    }
    return render(request, "publicity/standard_detail.html", context)


def _holds(item: Item, words: list[str]) -> bool:
    """The item says each of these words somewhere."""
    said = f"{item.code} {item.text} {item.clause} {item.evidence_hint} {item.disclosure_form}".lower()
    return all(word in said for word in words)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every column of this site, each with what it holds."""
    districts = Organisation.objects.districts().only("short_name")
    return render(request, "publicity/site_map.html", {"columns": COLUMNS.values(), "districts": districts})


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """The register of personal data: what is kept of whom, what for, who sees it, how long."""
    kinds = {
        Whose.CITIZEN: _("Of whoever objects, writes or appraises"),
        Whose.GUEST: _("Of whoever is invited or heard"),
        Whose.STAFF: _("Of whoever works with this portal, or is named by a unit for its work"),
    }
    parts = [(title, [each for each in PERSONAL if each.whose == whose]) for whose, title in kinds.items()]
    return render(request, "publicity/personal_data.html", {"parts": parts})


@require_safe
def report_error(request: HttpRequest) -> HttpResponse:
    """我为政府网站找错: whom to tell of a mistake on this site."""
    return render(request, "publicity/report_error.html")
