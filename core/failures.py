"""The answer to what failed (Django's handler500): 503 and what to do where the machine refused, else 500.

A database that is away, full or only reads, and a storage that takes no file, may refuse anything anywhere:
in a view, in a middleware before it, at a commit after it. So the answer asks neither. What was typed stands
in its page and nowhere else, to be sent again as it was, token and key included: where it was taken after
all, it is not done twice (`core.once`). A file has to be chosen again, so a form with files is shown again
first (`accounts.kept_text`).
"""

import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from core.middleware import language_of

# A field beside what is sent again: shown in its form, and not carried out.
SHOW_AGAIN = "show-again"
RETRY_AFTER = "120"
ANSWERED = "_answered_as_failed"
# Passwords are typed there, and in no page of ours that is shown.
SECRET = ("/accounts/", "/admin/")
_READ_ONLY = "25006"


def answer(request: HttpRequest) -> HttpResponseBase:
    """Called while the failure is handled; one request has one answer, however many layers fail over it."""
    if not is_refused_by_machine(sys.exception()):
        return server_error(request)
    page: HttpResponse = getattr(request, ANSWERED, None) or _unsaved(request)
    setattr(request, ANSWERED, page)
    return page


def is_refused_by_machine(failure: BaseException | None) -> bool:
    """Whether the database or the storage cannot do now what it could on another day; else it is our mistake.

    A file that is not there is one, and so is a table; a body that broke off is the reader's.
    """
    if isinstance(failure, OSError):
        return not isinstance(failure, FileNotFoundError | UnreadablePostError)
    if not isinstance(failure, DatabaseError | InterfaceError):
        return False
    cause = failure.__cause__
    if isinstance(cause, sqlite3.Error):
        return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode != sqlite3.SQLITE_ERROR
    return isinstance(failure, OperationalError | InterfaceError) or _state(cause) == _READ_ONLY


def _state(cause: BaseException | None) -> str:
    return getattr(cause, "sqlstate", None) or ""


def _unsaved(request: HttpRequest) -> HttpResponse:
    with translation.override(language_of(request)):
        response = _in_its_form(request)
    response.status_code = 503
    response.headers["Retry-After"], response.headers["Cache-Control"] = RETRY_AFTER, "no-store"
    return response


def _in_its_form(request: HttpRequest) -> HttpResponse:
    """A script is told in a sentence: its page stands, with what was typed."""
    told = _("The portal cannot save at the moment. Nothing you typed is lost. Try again in a few minutes.")
    if request.path.endswith(".json") or request.get_preferred_type(_KINDS) == "application/json":
        return JsonResponse({"error": told}, json_dumps_params={"ensure_ascii": False})
    if "HX-Request" in request.headers:
        return HttpResponse(told, content_type="text/plain; charset=utf-8")
    is_sent = request.method == "POST"
    context = {
        "is_sent": is_sent,
        "address": request.get_full_path(),
        "typed": [] if request.path_info.startswith(SECRET) else list(request.POST.lists()),
        "show_again": SHOW_AGAIN if request.FILES else "",
    }
    # Without the request: what every page is told about it comes from the database.
    return HttpResponse(render_to_string("unsaved.html", context))


_KINDS = ["text/html", "application/json"]
