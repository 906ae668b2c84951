"""What is printed of a notice to hang up: the poster for the notice board, on A4 or A3."""

import datetime
import json
from functools import lru_cache

from core.http import full_address
from documents.rendering import qr, render_sheet
from documents.typesetting import break_title
from publicity.models import Notice

# What each paper is of A4.
SIZES = {"a4": 1.0, "a3": 1.414}
# More sites than these stand two abreast.
ONE_BELOW_THE_OTHER = 6


def notice_poster(notice: Notice, size: str) -> bytes:
    """The essentials in large type: which sites, until when, how to object; the code leads to the notice."""
    entries = list(notice.entries.all())
    facts = {
        "size": size,
        "title": notice.title,
        "number": notice.document.full_number if notice.document else "",
        "grounds": notice.grounds,
        "sites": [{**entry.snapshot, "is_off": entry.removed_on is not None} for entry in entries],
        "abreast": len(entries) > ONE_BELOW_THE_OTHER,
        "type": round(_type(len(entries)) * SIZES[size], 1),
        "starts_on": notice.published_on.isoformat(),
        "ends_on": notice.ends_on.isoformat(),
        "is_extended": notice.extensions.exists(),
        "contact": {
            name: getattr(notice, name) for name in ("office", "address", "postcode", "telephone", "hours")
        },
        "web": full_address("publicity:notice", notice.pk),
    }
    return _drawn(json.dumps(facts))


def _type(sites: int) -> float:
    """The size of type, in points on A4, with which so many sites and all the rest fill one page."""
    lines = 34.5 + 3.1 * sites if sites <= ONE_BELOW_THE_OTHER else 47 + 1.15 * sites
    return max(8.5, min(16.5, 765 / lines))


@lru_cache(16)
def _drawn(facts: str) -> bytes:
    """Drawn once for all who ask: everybody may, and each drawing takes the better part of a second."""
    context = json.loads(facts)
    drawn = {"qr": qr(context["web"], "公示页面二维码"), "title_lines": break_title(context["title"], [])}
    return render_sheet(
        "notice_poster.html",
        {**context, **drawn},
        stylesheet="notice_poster.css",
        on=datetime.date.fromisoformat(context["starts_on"]),
    )
