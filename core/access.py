"""Each request: its id, a line in the log when it was answered, and its part of the metrics."""

import ipaddress
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core import request_id
from core.addresses import told
from core.conditions import configured
from core.conditions.measures import HOUR

log = logging.getLogger("portal.access")
LINE = "%(method)s %(path)s %(status)d %(ms)d ms %(role)s"
# What is being answered, for what is done deep below a view; None outside of requests.
request_now: ContextVar[HttpRequest | None] = ContextVar("request_now", default=None)
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}


class AccessMiddleware:
    """Outside of all that may answer but the static files'."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.observe: Callable[[str, str, int, float], None] | None = None
        if settings.PORTAL_METRICS:
            from core import metrics  # noqa: PLC0415  # loaded where they are wanted

            metrics.begin()
            self.observe = metrics.observe_request

    def __call__(self, request: HttpRequest) -> HttpResponse:
        here = request_id.of(request)
        before, outer = request_id.current.set(here), request_now.set(request)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._tell(request, response.status_code, time.perf_counter() - started)
            response.headers[request_id.HEADER] = here
            return response
        finally:
            request_id.current.reset(before)
            request_now.reset(outer)

    def _tell(self, request: HttpRequest, status: int, seconds: float) -> None:
        method = request.method if request.method in METHODS else "OTHER"
        path, route = told(request)
        facts = {
            "method": method,
            "path": path,
            "status": status,
            "ms": round(1000 * seconds),
            "role": role_of(request),
        }
        # Not log.info: who called it is known, and to find it out is half of what a line costs.
        log.handle(logging.LogRecord(log.name, logging.INFO, "", 0, LINE, (facts,), None))
        if self.observe:
            self.observe(route, str(method), status, seconds)
        if proxies := _misjudged(request):
            hour = int(time.time()) // HOUR
            _note_proxy(request.META.get("REMOTE_ADDR", ""), proxies, hour)


def role_of(request: HttpRequest) -> str:
    """The role of who is signed in, never who it is; - where nobody was asked for."""
    user = getattr(request, "_cached_user", None)  # to ask for it would be a query
    if user is None or not user.is_authenticated:
        return "-"
    return user.role or "none"


# What a proxy adds to a request, one or another.
OF_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def _misjudged(request: HttpRequest) -> str:
    """How the proxies before us are other than PORTAL_PROXIES says; empty where they are not."""
    if not settings.PORTAL_PROXIES:
        return configured.UNTRUSTED if any(name in request.META for name in OF_PROXIES) else ""
    named = [each for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    is_asked_by_machines = request.path_info in ("/healthz", "/readyz")
    return configured.FEWER if len(named) < settings.PORTAL_PROXIES and not is_asked_by_machines else ""


@lru_cache(64)
def _note_proxy(neighbour: str, proxies: str, _hour: int) -> None:
    """From a private address it is one of ours; once an hour and address, on a full disk not at all."""
    with suppress(ValueError, OSError):
        if ipaddress.ip_address(neighbour).is_private:
            configured.note_proxy(proxies)
