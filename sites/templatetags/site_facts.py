"""What a page says of a site besides its name."""

import datetime
from collections.abc import Iterator

from django import template

from core.templatetags.portal import days_left_words
from sites.calendar import days_late, late_words, today
from sites.models import Replacement, Site
from sites.services.versions import changes_of
from sites.site_fields import OF_WINDOW, Seen, facts
from sites.taken import Change

register = template.Library()


@register.inclusion_tag("sites/_facts.html")
def site_facts(site: Site, where: str) -> dict[str, Iterator[tuple[str, str]]]:
    """The site's facts that are read `where`: a name of `Seen`, in any case."""
    return {"facts": facts(site, Seen[where.upper()])}


@register.simple_tag
def due_words(due: datetime.date) -> str:
    """How far off a day is on which something is due; what is late is late by working days, as everywhere."""
    left = (due - today()).days
    return str(days_left_words(left)) if left >= 0 else late_words(days_late(due, today()))


@register.filter
def changed_with_window(replacement: Replacement) -> list[Change]:
    """What a replacement changes besides the window's name, which stands in its head."""
    fields = [field for field in OF_WINDOW if field.name != "window_name"]
    return changes_of(fields, replacement.before, replacement.after)
