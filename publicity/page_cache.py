"""Public pages are kept, and let go when anything was written: drawn once for all who read the same.

`public_page` marks a view; the middleware, outside of all others but the static files', answers from what is
kept before a session, a form's token or a template is touched. Nothing signed-in is ever kept.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from auditlog.models import LogEntry
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_http_date

from documents.models import Document
from sites.calendar import today

View = Callable[..., HttpResponseBase]
MARK = "is_public_page"
DRAWN_UPON = "_public_page_stamp"
# A larger answer, a file of data, is made anew each time.
LARGEST = 256 * 1024
# Our own proxy keeps what bears it for a second, and takes it off (deploy/install/files/nginx-kept.conf).
FOR_PROXY = "X-Accel-Expires"
# Of a reader's cookies a public page heeds these two; with one of the others it is somebody's own.
HEEDED = (settings.LANGUAGE_COOKIE_NAME, "elder")
OWN = (settings.SESSION_COOKIE_NAME, "messages")
# The number of the trail's last change and when the last paper was made: while they stand, so do the pages.
# Who only looked changed nothing; their entries are walked over, of which there are few since that change.
STAMP = (
    f"SELECT (SELECT id FROM {LogEntry._meta.db_table}"  # noqa: S608  # names of our own tables
    f" WHERE action <> {LogEntry.Action.ACCESS} ORDER BY id DESC LIMIT 1), "
    f"(SELECT MAX(finished_at) FROM {Document._meta.db_table})"
)
# On PostgreSQL somebody who began earlier may commit later, under a smaller number that the stamp does not
# show: a page that was drawn while anybody wrote is drawn anew after this (seconds).
UNSETTLED, LONGEST = 1.0, 60.0
NOBODY_WRITES = ", pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot())"


def public_page(view: View) -> View:
    """Mark a view: its page is the same for all who are not signed in, and may be kept."""
    setattr(view, MARK, True)
    return view


@dataclass(frozen=True)
class Stamp:
    """What a page is drawn upon, and whether nobody was writing just then."""

    of: tuple[object, object]
    is_settled: bool


@dataclass(frozen=True)
class Kept:
    """An answer as it goes out, what it was drawn upon, and until when (monotonic clock) it is good."""

    stamp: Stamp
    until: float
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def is_current(self) -> bool:
        return self.stamp.of == _stamp().of and time.monotonic() < self.until

    def response(self) -> HttpResponse:
        response = HttpResponse(self.body)
        for name, value in self.headers:
            response.headers[name] = value
        return response


class PublicPageMiddleware:
    """Keeps marked answers for as long as nothing was written, in the process, a minute at most.

    The validators tell a reader's browser whether its own copy is still the same: `ETag` is of the content,
    `Last-Modified` when this content was first drawn here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_everybodys(request):
            return self.get_response(request)
        pages, key = caches["pages"], _key(request)
        kept = cast("Kept | None", pages.get(key))
        if kept is None or not kept.is_current():
            response = self.get_response(request)
            stamp = getattr(request, DRAWN_UPON, None)
            if stamp is None or not _may_be_kept(request, response):
                return response
            kept = _drawn(response, stamp, kept)
            pages.set(key, kept)
        response = kept.response()
        modified = parse_http_date(response.headers["Last-Modified"])
        answer = get_conditional_response(request, response.headers["ETag"], modified, response)
        return cast("HttpResponse", answer)

    def process_view(self, request: HttpRequest, view: View, _args: object, _kwargs: object) -> None:
        """Before a marked page is drawn: what is written from now on makes another page."""
        if getattr(view, MARK, False) and _is_everybodys(request):
            setattr(request, DRAWN_UPON, _stamp())


def _is_everybodys(request: HttpRequest) -> bool:
    """Somebody only reads, who brings nothing that makes the page their own."""
    return request.method in ("GET", "HEAD") and not any(name in request.COOKIES for name in OWN)


def _key(request: HttpRequest) -> str:
    heeded = [request.COOKIES.get(name, "") for name in HEEDED]
    asked = (request.scheme or "", request.get_host(), request.get_full_path(), *heeded, today().isoformat())
    return hashlib.sha256("\0".join(asked).encode()).hexdigest()


def _stamp() -> Stamp:
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(STAMP + NOBODY_WRITES if is_postgres else STAMP)
        entry, paper, *settled = cursor.fetchone()
    return Stamp((entry, paper), all(settled))


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """A whole page of no great size that sets no cookie; HEAD has no body to keep."""
    if request.method != "GET" or response.status_code != 200 or response.cookies:
        return False
    return not response.streaming and len(response.content) <= LARGEST


def _drawn(response: HttpResponse, stamp: Stamp, before: Kept | None) -> Kept:
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    is_same = before is not None and dict(before.headers)["ETag"] == etag
    patch_vary_headers(response, ("Cookie",))
    response.headers["Cache-Control"] = "no-cache"  # a copy is good only while the portal says so
    response.headers[FOR_PROXY] = "1"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = (
        dict(before.headers)["Last-Modified"] if before and is_same else http_date()
    )
    until = time.monotonic() + (LONGEST if stamp.is_settled else UNSETTLED)
    return Kept(stamp, until, tuple(response.items()), response.content)
