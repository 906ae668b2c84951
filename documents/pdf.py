"""WeasyPrint, held to three promises: nothing is fetched, equal input gives equal bytes, fonts load once.

Imported when a paper is made, and by a worker before it forks (documents/tasks.py).
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

# Pango's font map must not be shared between threads, and the epoch below belongs to the whole process.
_one_at_a_time = threading.Lock()


class AssetRefusedError(RuntimeError):
    """A paper asked for something outside itself."""


class RefusingFetcher(URLFetcher):
    """Refuses every address, http, file and data alike: a paper's assets are handed over, never fetched."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        """Stop the rendering: a paper that lacks a part of itself must not be issued."""
        raise FatalURLFetchingError(f"a paper may not fetch {url[:200]}")


_refusing = RefusingFetcher()


def write_pdf(html: str, *, stylesheet: str, identifier: bytes, stamped: str) -> bytes:
    """The PDF of a paper's HTML; `stamped` is the ISO date its fonts are stamped with."""
    with _one_at_a_time, _stopped_clock(stamped):
        try:
            content: bytes = HTML(string=html, url_fetcher=_refusing).write_pdf(
                stylesheets=[_stylesheet(stylesheet)],
                font_config=_fonts(),
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier,
            )
        except FatalURLFetchingError as error:
            raise AssetRefusedError(str(error)) from error
    return content


@cache
def _fonts() -> Any:
    """Found once per process: that alone costs most of a second."""
    return FontConfiguration()


@cache
def _stylesheet(name: str) -> Any:
    path = settings.BASE_DIR / "templates" / "documents" / name
    return CSS(string=path.read_text(encoding="utf-8"), font_config=_fonts(), url_fetcher=_refusing)


@contextmanager
def _stopped_clock(day: str) -> Iterator[None]:
    """Stamp subset fonts with the day of issue.

    HarfBuzz writes no time into a subset; fontTools, WeasyPrint's fallback
    where HarfBuzz's subsetter is not installed, would write the second.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
