"""Search over records of many kinds. A word is found wherever it stands: two Chinese characters are enough.

Every word must stand in one of a record's texts. The database looks through them in the order in which they
are shown, as far as the first COUNTED hits of a kind; no index of words has to be kept true. All kinds are
asked in one question.
"""

import datetime
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.core.paginator import Page
from django.db.models import BigIntegerField, Case, Count, F, Q, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber
from django_stubs_ext import StrOrPromise

from .paging import Pages
from .union import Part, UnionOf

# Of each kind so many are shown at once; asked for by its kind alone, all of it, page by page.
SHOWN = 5
# And so many are counted; where there are others, the page says that there are more.
COUNTED = 200
MOST_WORDS = 5
# Where nothing holds all the words, so many are shown that hold the most of their pieces.
NEAREST = 8
# So many characters are looked for; the rest is left out, and the page says so.
MOST_CHARACTERS = 60
# Around the first word so many characters are shown on either side.
AROUND = 30
# Whoever looks: a person, or, on the public pages, nobody in particular.
Reader = TypeVar("Reader")


class Found(NamedTuple):
    """A record as the database gives it; `spot` is what its address needs beside its key.

    `source` is the place of its kind among those that were asked, `rank` its own among the `total` found of
    its kind, where they were counted.
    """

    source: int
    key: int
    title: str
    text: str = ""
    on: datetime.date | None = None
    spot: str = ""
    total: int = 0
    rank: int = 0


FOUND = UnionOf(Found)


@dataclass(frozen=True)
class Query:
    """What somebody looks for; of a text shorter than `shortest` only a whole code is found."""

    text: str
    shortest: int = 1
    was_cut: bool = False

    @property
    def words(self) -> list[str]:
        """At most five; what follows is left out."""
        return self.text.split()[:MOST_WORDS]

    @classmethod
    def of(cls, typed: str, *, shortest: int) -> "Query":
        """Full-width letters, digits and spaces are read as plain ones; brackets stay as they are."""
        plain = "".join(unicodedata.normalize("NFKC", c) if c.isalnum() else c for c in typed)
        words = plain.split()
        kept = cls(" ".join(words)[:MOST_CHARACTERS].strip(), shortest)
        return cls(kept.text, shortest, was_cut=kept.text.split() != words or kept.words != words)

    @property
    def is_short(self) -> bool:
        """Too short to be part of a name: it can only be a whole code."""
        return max(map(len, self.words), default=0) < self.shortest


class Sought(NamedTuple):
    """What the database is asked for: the words, or a whole code, and what each kind reads in the text.

    Nothing of it is looked into when the question is put together, so it can be prepared.
    """

    text: str
    words: tuple[str, ...]
    is_short: bool
    read: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Hit:
    """Something found: where it is, what it is called, and the piece of its text the first word stands in."""

    title: str
    url: str
    on: datetime.date | None
    excerpt: str


def _title(found: Found) -> str:
    return found.title


def _by_words_alone(*_read: object) -> Q:
    return Q(pk=None)


def _nothing_more(_text: str) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class SearchKind(Generic[Reader]):
    """A kind of record that is searched: the `records` this reader may see, and the `fields` looked into.

    `title`, `text`, `on` and `spot` are what is shown of a record, as paths of fields or expressions; `told`
    puts a title into words that the database does not know, and `url` is where a hit leads. `codes` are the
    fields of which a whole value is found however short. `known_by` finds a record by what else people may
    know it by, and is given what `reads` makes of the text. `order` is that of the hits.
    """

    key: str
    label: StrOrPromise
    records: Callable[[Reader], Part]
    fields: tuple[str, ...]
    title: Combinable | str
    url: Callable[[Found, Reader], str]
    order: tuple[str, ...]
    text: Combinable | str = ""
    on: str | None = None
    spot: Combinable | str = ""
    told: Callable[[Found], str] = _title
    codes: tuple[str, ...] = ()
    reads: Callable[[str], tuple[Any, ...]] = _nothing_more
    known_by: Callable[..., Q] = _by_words_alone
    offered_to: Callable[[Reader], bool] = lambda _reader: True

    def part(
        self,
        sought: Sought,
        read: tuple[Any, ...],
        reader: Reader,
        *,
        at_most: int | None = None,
        total: object = 0,
        rank: object = 0,
    ) -> Part:
        """What is found, the first so many; `read` is what this kind reads in the text."""
        found = self.records(reader).filter(self._wanted(sought, read))
        if at_most:
            first = found.order_by(*self.order).values("pk")[:at_most]
            found = found.model._default_manager.filter(pk__in=first)
        return FOUND.part(
            found,
            key="pk",
            title=self.title,
            text=self.text,
            on=self.on,
            spot=self.spot,
            total=total,
            rank=rank,
        )

    def page(self, query: Query, reader: Reader) -> Part:
        """All of it in its order, as tuples for `Found`; one query, which can be sliced."""
        sought = sought_of([self], query)
        return FOUND.query([self.part(sought, sought.read[0], reader)]).order_by(*self.order)

    def nearest(self, pieces: Sequence[str], least: int, reader: Reader) -> Part:
        """The NEAREST of what holds so many of these pieces; one in its name, the first field, is two."""
        name, *others = self.fields
        held = reduce(add, (_weighed({name: 2} | dict.fromkeys(others, 1), piece) for piece in pieces))
        near = self.records(reader).annotate(nearness=held).filter(nearness__gte=least)
        first = near.order_by("-nearness", *self.order).values("pk")[:NEAREST]
        return FOUND.part(
            self.records(reader).filter(pk__in=first).annotate(nearness=held),
            key="pk",
            title=self.title,
            text=self.text,
            on=self.on,
            spot=self.spot,
            rank="nearness",
        )

    def hit(self, found: Found, query: Query, reader: Reader) -> Hit:
        return Hit(self.told(found), self.url(found, reader), found.on, excerpt(found.text, query.words))

    def _wanted(self, sought: Sought, read: tuple[Any, ...]) -> Q:
        if sought.is_short:
            return reduce(or_, (Q(**{f"{code}__iexact": sought.text}) for code in self.codes), Q(pk=None))
        return reduce(and_, (self._holds(word) for word in sought.words)) | self.known_by(*read)

    def _holds(self, word: str) -> Q:
        return reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.fields))


def _weighed(fields: Mapping[str, int], piece: str) -> Case:
    """How much it counts that the piece stands in one of these fields."""
    held = (When(**{f"{field}__icontains": piece}, then=Value(weight)) for field, weight in fields.items())
    return Case(*held, default=Value(0), output_field=BigIntegerField())


@dataclass(frozen=True)
class Group(Generic[Reader]):
    """What was found of one kind, whether there is more than is shown, and more than was counted."""

    source: SearchKind[Reader]
    hits: list[Hit]
    total: int
    has_more: bool = False
    is_more_than_total: bool = False


def sought_of(kinds: Iterable[SearchKind[Reader]], query: Query) -> Sought:
    read = tuple(kind.reads(query.text) for kind in kinds)
    return Sought(query.text, tuple(query.words), query.is_short, read)


def first_few(kinds: Sequence[SearchKind[Reader]], sought: Sought, reader: Reader) -> Part:
    """The first few of each of these kinds, of which there is at least one; one question."""
    parts = []
    for kind, read in zip(kinds, sought.read, strict=True):
        in_turn = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in kind.order]
        total, rank = Window(Count("pk")), Window(RowNumber(), order_by=in_turn)
        counted = kind.part(sought, read, reader, at_most=COUNTED + 1, total=total, rank=rank)
        parts.append(counted.filter(row_rank__lte=SHOWN))
    return FOUND.query(parts).order_by("row_source", "row_rank")


def search(kinds: Sequence[SearchKind[Reader]], query: Query, reader: Reader) -> list[Group[Reader]]:
    """The groups of `first_few`."""
    return grouped(kinds, first_few(kinds, sought_of(kinds, query), reader), query, reader)


def nearest(
    kinds: Sequence[SearchKind[Reader]], pieces: Sequence[str], least: int, query: Query, reader: Reader
) -> list[Hit]:
    """Of all kinds together what comes nearest, the nearest first; one question."""
    parts = [kind.nearest(pieces, least, reader) for kind in kinds]
    rows = FOUND.query(parts).order_by("-row_rank", "row_source", "row_key")[:NEAREST]
    return [kinds[found.source].hit(found, query, reader) for found in FOUND.rows(rows)]


def grouped(
    kinds: Sequence[SearchKind[Reader]], rows: Iterable[tuple[Any, ...]], query: Query, reader: Reader
) -> list[Group[Reader]]:
    """What `first_few` found, kind by kind, each of which anything was found with how many there are."""
    groups: dict[int, Group[Reader]] = {}
    for found in FOUND.rows(rows):
        kind = kinds[found.source]
        total = min(found.total, COUNTED)
        group = Group(kind, [], total, total > SHOWN, found.total > COUNTED)
        groups.setdefault(found.source, group).hits.append(kind.hit(found, query, reader))
    return list(groups.values())


def hits_on_page(
    kind: SearchKind[Reader], page: Page[tuple[object, ...]], query: Query, reader: Reader
) -> Group[Reader]:
    """A page of `Pages` over `kind.page`."""
    hits = [kind.hit(found, query, reader) for found in FOUND.rows(page)]
    pages = cast("Pages", page.paginator)
    return Group(kind, hits, pages.count, is_more_than_total=pages.has_more)


def excerpt(text: str, words: Sequence[str]) -> str:
    """The piece of `text` around the first of `words` that stands in it; nothing where none does."""
    flat = " ".join(text.split())
    places = [place for word in words if (place := flat.casefold().find(word.casefold())) >= 0]
    if not places:
        return ""
    start = max(min(places) - AROUND, 0)
    end = min(places) + AROUND + max(map(len, words))
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
