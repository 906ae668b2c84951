"""Figures that took long to count are kept, in files that all processes of the home share.

What is kept is used while nothing was written since (`StaffBackend`'s `trail_end` tells), but not for
longer than `HOLDS`: marks and appraisal answers leave no entry in the trail. After that it is counted anew:
by whoever asks where that is quick, else by the worker, while readers see the kept figure with its time, or
that it is on its way. Where no worker has come, whoever asks counts after all.
"""

import datetime
import functools
import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, overload

from django.core.cache import cache, caches
from django.utils import timezone, translation

from accounts.backends import StaffBackend
from accounts.models import User
from core.queue import hand_over
from sites.calendar import today
from sites.models import Programme, Site
from tables.writing import Row

from .figure import Counted, Figure
from .registry import FIGURES
from .scope import Scope

logger = logging.getLogger(__name__)

# In seconds of counting: less is not worth keeping; up to this much somebody waits for the newest figure.
WORTH_KEEPING, QUICK = 0.02, 0.3
HOLDS = datetime.timedelta(seconds=60)
OLDEST = datetime.timedelta(minutes=10)
# What is expected of a figure never counted before: the dearest takes 1.5 s at 100,000 sites. From `LONG` on
# the worker counts it, and a page waits so long for that.
SECONDS_A_SITE = 15e-6
LONG = 1.0
PATIENCE = datetime.timedelta(seconds=90)
HOUR = 3600
# One recount of a figure at a time; after so many seconds its worker is given up.
RECOUNT_SECONDS = 120
KEPT_SECONDS = 24 * 3600
# A page of the table needs few of many rows: longer tables are kept in pieces.
PIECE = 500


class RowsGone(LookupError):
    """A piece of a kept table is no longer there: the figure is to be counted anew."""


@dataclass(frozen=True)
class Kept:
    """A figure as it stood at a time; `seconds` is how long it took to count.

    `written` is the reader's `trail_end` before it was counted.
    """

    counted: Counted
    at: datetime.datetime
    seconds: float
    written: datetime.datetime | None

    def is_current(self, reader: User) -> bool:
        return self.written == _written(reader) and timezone.now() - self.at <= HOLDS


@dataclass(frozen=True)
class Pieces(Sequence[Row]):
    """The rows of a long table, read from its files a piece at a time. Raises RowsGone."""

    key: str
    length: int

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, int):
            return self._piece(at // PIECE)[at % PIECE]
        start, stop, _step = at.indices(self.length)
        first = start // PIECE
        found = [row for n in range(first, (stop - 1) // PIECE + 1) for row in self._piece(n)]
        return found[start - first * PIECE : stop - first * PIECE]

    def __iter__(self) -> Iterator[Row]:
        for n in range((self.length - 1) // PIECE + 1):
            yield from self._piece(n)

    def _piece(self, n: int) -> Sequence[Row]:
        rows: Sequence[Row] | None = caches["figures"].get(f"{self.key}/{n}")
        if rows is None:
            raise RowsGone
        return rows


@dataclass(frozen=True)
class Ordered:
    """A figure that the worker counts for the first time: since when, and about how long it takes."""

    at: datetime.datetime
    seconds: int


def to_show(figure: Figure, scope: Scope) -> Kept | Ordered:
    """`look_up` for a page: nobody sits before an empty window while very many sites are counted first."""
    key = _key(figure, scope)
    if caches["figures"].get(key) is None:
        seconds = sites_about(scope.programme.pk, int(time.monotonic()) // HOUR) * SECONDS_A_SITE
        if seconds >= LONG:
            at = _recount_later(key, figure, scope)
            if timezone.now() - at <= PATIENCE:
                return Ordered(at, max(round(seconds), 1))
    return look_up(figure, scope)


@functools.lru_cache(8)
def sites_about(programme: int, _hour: int) -> int:
    """How many sites a programme has, near enough to tell very many from few: counted once an hour."""
    return Site.objects.filter(programme=programme).count()


def look_up(figure: Figure, scope: Scope) -> Kept:
    """The figure as it stands, or as it was counted not long ago."""
    key = _key(figure, scope)
    found: Kept | None = caches["figures"].get(key)
    if found is None:
        return _count(key, figure, scope)
    if found.is_current(scope.reader):
        return found
    if found.seconds < QUICK or timezone.now() - found.at > OLDEST:
        return _count(key, figure, scope)
    _recount_later(key, figure, scope)
    return found


def count_anew(figure: Figure, scope: Scope) -> Kept:
    """Whatever is kept."""
    return _count(_key(figure, scope), figure, scope)


def recount(order_key: str) -> None:
    """The worker's part: count what `order_key` orders, once. Safe to run twice."""
    order: dict[str, Any] | None = cache.get(order_key)
    if order is None:
        logger.info("figure %s: nothing to count", order_key)
        return
    try:
        with translation.override(order["language"]):
            _fill(order)
    finally:
        cache.delete(order_key)


def _fill(order: dict[str, Any]) -> None:
    """For a reader who is still there, and as far as that reader may see today."""
    figure = FIGURES[order["figure"]]
    reader = StaffBackend().get_user(order["reader"])
    programme = Programme.objects.prefetch_related("phases").filter(pk=order["programme"]).first()
    if reader is None or programme is None or not figure.is_for(reader):
        return
    chosen = figure.filter(order["filters"], programme=programme, reader=reader)
    count_anew(figure, Scope(programme, reader, chosen))


def _count(key: str, figure: Figure, scope: Scope) -> Kept:
    at, begun = timezone.now(), time.monotonic()
    counted = figure.count(scope)
    seconds = time.monotonic() - begun
    kept = Kept(counted, at, seconds, _written(scope.reader))
    if seconds >= WORTH_KEEPING:
        _keep(key, kept)
    return kept


def _keep(key: str, kept: Kept) -> None:
    """Pieces first, so that what is found is whole; they have a name of their own for each counting."""
    rows = kept.counted.rows
    if len(rows) > PIECE:
        name = f"{key}/{kept.at.timestamp()}"
        for n in range((len(rows) - 1) // PIECE + 1):
            piece = list(rows[n * PIECE : (n + 1) * PIECE])
            caches["figures"].set(f"{name}/{n}", piece, 2 * KEPT_SECONDS)
        kept = replace(kept, counted=replace(kept.counted, rows=Pieces(name, len(rows))))
    caches["figures"].set(key, kept, KEPT_SECONDS)


def _recount_later(key: str, figure: Figure, scope: Scope) -> datetime.datetime:
    """Order it, unless it is ordered, and say since when it is.

    While the broker is away nobody asks it again for `RECOUNT_SECONDS`.
    """
    order: dict[str, Any] = {
        "at": timezone.now(),
        "figure": figure.key,
        "reader": scope.reader.pk,
        "programme": scope.programme.pk,
        "filters": scope.filter.as_texts,
        "language": translation.get_language(),
    }
    if cache.add(f"{key}/order", order, RECOUNT_SECONDS):
        hand_over("desk.tasks.recount_figures", f"{key}/order")
        return timezone.now()
    return cast("datetime.datetime", cache.get(f"{key}/order", order)["at"])


def _key(figure: Figure, scope: Scope) -> str:
    """Readers share what is the same for all of them: their role, their district, what is kept from them."""
    reader = scope.reader
    told = json.dumps(
        [
            translation.get_language(),
            today().isoformat(),
            scope.programme.pk,
            reader.role,
            reader.district_id,
            figure.shut(reader),
            scope.filter.as_texts,
        ]
    )
    return f"figure/{figure.key}/{hashlib.sha256(_code() + told.encode()).hexdigest()}"


@functools.cache
def _code() -> bytes:
    """Of the modules here: what was pickled by others, before an upgrade, is not taken up."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()


def _written(reader: User) -> datetime.datetime | None:
    return getattr(reader, "trail_end", None)
