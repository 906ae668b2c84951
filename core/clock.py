"""The campaign's one clock; `sites.calendar` counts days from it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_pinned: ContextVar[datetime.date | None] = ContextVar("pinned_today", default=None)


def today() -> datetime.date:
    """The business date: that of `pinned`, else `PORTAL_TODAY`, else the real date in Wuhai."""
    return _pinned.get() or settings.PORTAL_TODAY or timezone.localdate()


@contextmanager
def pinned(day: datetime.date) -> Iterator[None]:
    """Let `today()` be `day` inside the block: for rehearsals that walk through months."""
    token = _pinned.set(day)
    try:
        yield
    finally:
        _pinned.reset(token)
