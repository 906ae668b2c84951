"""What every request passes: the largest body, the reader's language, no copy of a desk page left behind,
and a page of ours for what no view answered."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils import translation

from .acting import Refusal
from .addresses import told
from .ciphers import Unreadable
from .http import OF_STAFF
from .stored import Withheld, file_withheld

logger = logging.getLogger(__name__)


class BrowserLimitsMiddleware:
    """What a browser may do for our pages, and other sites with what they show; static files too.

    An inspector's page takes photographs and asks where it is; nothing else of a device is wanted.
    """

    UNWANTED = [
        "accelerometer",
        "autoplay",
        "bluetooth",
        "browsing-topics",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "gamepad",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "web-share",
        "xr-spatial-tracking",
    ]
    HEADERS = {
        "Permissions-Policy": ", ".join(
            ["camera=(self)", "geolocation=(self)", *(f"{name}=()" for name in UNWANTED)]
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class BodyLimitMiddleware:
    """Answers a body above PORTAL_BODY_MAX_BYTES with the 413 page before it is read.

    It stands before the check of a form's token: the token is in the body, so
    the check would take all of it in first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.PORTAL_BODY_MAX_BYTES:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class ProbesMiddleware:
    """Answers a load balancer, which asks a machine by its address and without TLS, as itself is asked for.

    It stands before what heeds the Host, which is no name of the portal's then.
    """

    ADDRESSES = ("/healthz", "/readyz")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in self.ADDRESSES or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponse = request.resolver_match.func(request)
        return answer


class ChosenLanguageMiddleware:
    """Chinese unless the reader chose otherwise with the language switch.

    Django's own middleware follows the browser's Accept-Language; here a
    clerk with an English Windows must still get the Chinese page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """The reader's own choice, by a cookie; Chinese where there is none that we know."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class PrivatePagesMiddleware:
    """What is shown to a signed-in person stays in no cache: offices share computers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(OF_STAFF):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class ErrorPagesMiddleware:
    """Answers with a page what would be bare, or a failure.

    A step that is not possible now and that no view caught is 409, with the reason; an address that only
    takes what a form sends is 405: one comes there by signing in again after a form was sent. A stored file
    that is lost or was changed is 503, and so is a value in the database that cannot be opened. What fails in
    any layer is answered by `core.failures`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return render(request, "409.html", {"why": str(exception)}, status=409)
        if isinstance(exception, Withheld):
            file_withheld.send(sender=Withheld, file=str(exception), url=request.path)
            page = render(request, "503.html", status=503)
            page.headers["Retry-After"] = "120"
            return page
        if isinstance(exception, Unreadable):
            logger.error("%s: %s", told(request)[0], str(exception))
            return render(request, "unreadable.html", status=503)
        return None
