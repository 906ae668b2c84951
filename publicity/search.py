"""Search over all that is published. A word is found wherever it stands: two Chinese characters are enough.

Each kind of thing is asked once, and every word must stand in one of its texts. There are hundreds of sites
and thousands of papers at most, so the database looks through them; no index has to be kept true.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from sites.calendar import today
from sites.models import Programme, Site
from sites.site_fields import SEARCHED

from .models import Article, Naming, Notice
from .published import items_in_force

# Of each kind so many are shown at once; asked for by its kind alone, all of it, page by page.
SHOWN = 5
MOST_WORDS = 5
# Around the first word so many characters are shown on either side.
AROUND = 30


@dataclass(frozen=True)
class Hit:
    """Something found: where it is, what it is called, and the piece of its text the first word stands in."""

    title: str
    url: str
    on: datetime.date | None
    excerpt: str


@dataclass(frozen=True)
class Source:
    """A kind of thing that is searched: its records, the fields looked into, how a hit is shown."""

    key: str
    label: str | Promise
    records: Callable[[], QuerySet[Any]]
    fields: tuple[str, ...]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    text: Callable[[Any], str] = lambda _record: ""
    on: Callable[[Any], datetime.date | None] = lambda _record: None

    def found(self, words: Sequence[str]) -> QuerySet[Any]:
        return self.records().filter(self.holds_all(words))

    def holds_all(self, words: Sequence[str]) -> Q:
        """Every word stands in one of the fields."""
        return reduce(and_, (self._holds(word) for word in words))

    def _holds(self, word: str) -> Q:
        return reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.fields))

    def hit(self, record: Any, words: Sequence[str]) -> Hit:
        return Hit(self.title(record), self.url(record), self.on(record), excerpt(self.text(record), words))


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `has_more` than is shown, `total` where it was counted."""

    source: Source
    hits: list[Hit]
    has_more: bool
    total: int | None = None


def first_hits(source: Source, words: Sequence[str]) -> Group:
    """The first few of a kind, in one question."""
    found = list(source.found(words)[: SHOWN + 1])
    return Group(source, [source.hit(record, words) for record in found[:SHOWN]], len(found) > SHOWN)


def words_of(text: str) -> list[str]:
    """The words asked for, at most five; what follows is left out."""
    return text.split()[:MOST_WORDS]


def excerpt(text: str, words: Sequence[str]) -> str:
    """The piece of `text` around the first of `words` that stands in it; nothing where none does."""
    flat = " ".join(text.split())
    places = [place for word in words if (place := flat.casefold().find(word.casefold())) >= 0]
    if not places:
        return ""
    start = max(min(places) - AROUND, 0)
    end = min(places) + AROUND + max(map(len, words))
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")


SOURCES: tuple[Source, ...] = (
    Source(
        "sites",
        _("Demonstration sites"),
        lambda: Site.objects.listed().select_related("organisation"),
        SEARCHED,
        lambda site: f"{site.window_name}（{site.organisation}）",
        lambda site: reverse("publicity:site", args=[site.pk]),
        lambda site: site.address,
    ),
    Source(
        "notices",
        _("Public notices"),
        Notice.objects.published,
        ("title", "grounds"),
        str,
        lambda notice: notice.get_absolute_url(),
        lambda notice: notice.grounds,
        on=lambda notice: notice.published_on,
    ),
    Source(
        "namings",
        _("Namings"),
        Naming.objects.published,
        ("site__window_name", "site__organisation__name", "plaque_number"),
        lambda naming: f"{naming.site}（{naming.plaque_number}）",
        lambda naming: naming.get_absolute_url(),
        on=lambda naming: naming.named_on,
    ),
    Source(
        "articles",
        _("Experience"),
        lambda: Article.objects.listed(on=today()),
        ("title", "text"),
        str,
        lambda article: article.get_absolute_url(),
        lambda article: article.text,
        on=lambda article: article.published_on,
    ),
    Source(
        "items",
        _("Standards"),
        items_in_force,
        ("code", "text", "clause", "evidence_hint"),
        lambda item: f"{item.code} {item.text}",
        lambda item: reverse("publicity:standard", args=[item.section.standard.kind]) + f"#{item.code}",
        lambda item: f"{item.clause} {item.evidence_hint}",
    ),
    Source(
        "documents",
        _("Official papers"),
        lambda: Document.objects.published().standing().defer("context"),
        ("title",),
        str,
        lambda paper: reverse("publicity:verify_code", args=[paper.verification_code]),
        on=lambda paper: paper.issued_on,
    ),
    Source(
        "programmes",
        _("The plan"),
        Programme.objects.begun,
        ("title", "document_number", "text"),
        str,
        lambda programme: f"{reverse('publicity:programme')}?programme={programme.pk}",
        lambda programme: programme.text,
    ),
)
