"""The open steps that are kept against those worked out anew from every site: the same after any change."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from core.prepared import Prepared
from desk.models import OpenStep
from desk.next_step import right_until, steps
from desk.open_steps import bring_up_to_date
from desk.open_steps.touches import IDLE
from desk.site_facts import SiteWithFacts, with_facts
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site

KEPT = ("what", "role", "url", "since", "due", "right_until")


def _facts(day: datetime.date) -> QuerySet[SiteWithFacts]:
    return with_facts(Site.objects.exclude(stage__in=IDLE), today=day).order_by("pk")


# To build the question anew after each test took longer than anything else that was done after it.
_facts_of_all = Prepared(_facts)


def kept() -> Counter[tuple[Any, ...]]:
    bring_up_to_date()
    rows = OpenStep.objects.exclude(knows_letter=False).select_related("site").order_by()
    return Counter(_about(step.site, *(getattr(step, name) for name in KEPT)) for step in rows)


def worked_out() -> Counter[tuple[Any, ...]]:
    """Of the sites of one list at one stage one speaks for all."""
    found: Counter[tuple[Any, ...]] = Counter()
    if not Site.objects.exclude(stage__in=IDLE).exists():
        return found
    spoken: set[tuple[int, str]] = set()
    sites = with_facts(Site.objects.exclude(stage__in=IDLE), today=today()).order_by("pk")
    with translation.override(None):
        for site in sites:
            if site.stage in Stage.WITH_LIST and (site.filing_id, site.stage) in spoken:
                continue
            spoken.add((site.filing_id, site.stage))
            for step in steps(site):
                due = step.due or OpenStep._meta.get_field("due").default
                row = (str(step.what), step.role or "", step.url, site.stage_since, due, right_until(site))
                found[_about(site, *row)] += 1
    return found


def _about(site: Site, *row: Any) -> tuple[Any, ...]:
    of_list = site.stage in Stage.WITH_LIST
    return ("list", site.filing_id, *row) if of_list else ("site", site.pk, *row)
