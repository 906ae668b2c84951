"""While maintenance is on, what is sent is not carried out, and what was typed is kept."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import kept_text
from core import maintenance
from core.acting import TypedAgain

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# A reader's own cookie, and nothing in the database.
OF_THE_READER = ("set_language", "preferences")
RETRY_AFTER = "300"


class MaintenanceMiddleware:
    """Answers what would write with the 503 page, before any view; it stands where the person is known.

    Somebody signed in finds what they typed in its form, at its address; a citizen at once, in the page that
    answers. Only the session of the former is written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if request.method in SAFE or not maintenance.is_on() or isinstance(request.POST, TypedAgain):
            return None
        if request.resolver_match and request.resolver_match.view_name in OF_THE_READER:
            return None
        page = kept_text.keep_for_later(request) or _page(request)
        page.status_code = 503
        page.headers["Retry-After"] = RETRY_AFTER
        return page


def _page(request: HttpRequest) -> HttpResponse:
    is_kept = request.user.is_authenticated and kept_text.KEPT in request.session
    form_at = request.get_full_path() if is_kept else ""
    said = maintenance.now()
    return render(request, "maintenance.html", {"form_at": form_at, "said": said})
