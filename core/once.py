"""What a form makes is made once, however often the form is sent.

`{% once %}` draws a key into each form that makes something. The first post with it is carried out in one
transaction with a `SentForm`, which keeps where it led and what it told: the work and its record both happen,
or neither. The very same post that comes later is led there too and told the same; one that comes at the same
moment, whichever process takes it, waits at the digest's unique index for the first to end. What is not taken
(a form shown again with its errors, a step that fails) leaves no record, and can be sent again.

The same is what is the same in all: key, words, files, address and person. Whoever goes back, writes
something else and sends that with the old key has not sent it before. A post without a key is carried out
as ever: a form whose view must have committed before it ends – it hands a row to the worker, or deletes a
file – has none. On SQLite the view holds the one writer's lock; each picture it reads is a tenth of a second
more.
"""

import datetime
import hashlib
import json
from collections.abc import Callable
from functools import wraps
from secrets import token_urlsafe
from typing import Any, cast

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.models import SentForm

from .acting import TypedAgain
from .changes import SHOWN
from .failures import SHOW_AGAIN
from .http import onward
from .look_up import is_look_up

FIELD = "once"
# Longer than a page stays open; then the key is forgotten.
KEPT = datetime.timedelta(days=7)
FAILED = "_once_failed"

View = Callable[..., HttpResponse]


def new_key() -> str:
    """A key for one form as it is drawn."""
    return token_urlsafe(16)


class OnceMiddleware:
    """Each form with a key that somebody signed in sends is carried out once.

    It stands innermost, so that nothing but the view and what it calls is within its transaction. A view for
    everybody takes `once` instead: strangers who send made-up keys to all addresses would fill the table.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_key(request) and request.user.is_authenticated:
            return _carried_out_once(request, self.get_response)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, _exception: Exception) -> None:
        """Django makes an answer of what a view raises; what it wrote before goes all the same."""
        setattr(request, FAILED, True)


def once(view: View) -> View:
    """For a view whose form is everybody's: without cookie or account, the key and the address must do."""

    @wraps(view)
    def carried_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if _has_key(request) and not request.user.is_authenticated:
            return _carried_out_once(request, lambda request: view(request, *args, **kwargs))
        return view(request, *args, **kwargs)

    return carried_out


def forget_old() -> int:
    """Delete the records of keys that no page holds any more; returns how many."""
    deleted, _by_model = SentForm.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return deleted


def _has_key(request: HttpRequest) -> bool:
    """Of a form that is sent now; what was typed before, or for a look-up, is only shown again."""
    sent = request.POST
    is_shown_again = isinstance(sent, TypedAgain) or is_look_up(sent) or SHOW_AGAIN in sent
    return request.method == "POST" and bool(sent.get(FIELD)) and not is_shown_again


def _carried_out_once(request: HttpRequest, go_on: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    digest = _digest(request)  # files are read before anything is locked
    waiting = cast("BaseStorage", messages.get_messages(request))
    with transaction.atomic():
        sent, is_first = SentForm.objects.get_or_create(digest=digest)
        if not is_first:
            _tell_again(request, waiting, sent.told)
            return onward(request, sent.led_to)
        _wait_for_others(request)
        before = len(waiting)
        response = go_on(request)
        led_to = response.headers.get("Location") or response.headers.get("HX-Redirect")
        if hasattr(request, FAILED):
            transaction.set_rollback(True)
        elif led_to:
            sent.led_to, sent.told = led_to, _listed(waiting)[before:]
            sent.save(update_fields=["led_to", "told"])
        else:
            sent.delete()
    return response


def _wait_for_others(request: HttpRequest) -> None:
    """Of two who change one thing at the same moment, the second reads what the first wrote (core.changes).

    SQLite has one writer at a time as it is.
    """
    is_change = any(name == SHOWN or name.endswith(f"-{SHOWN}") for name in request.POST)
    if is_change and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [request.path])


def _digest(request: HttpRequest) -> str:
    """Of what was sent, where to and by whom; not of Django's token, which says where it came from."""
    words = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    files = {name: [_of_file(file) for file in files] for name, files in request.FILES.lists()}
    sent = json.dumps([request.user.pk, request.get_full_path(), words, files], sort_keys=True)
    return hashlib.sha256(sent.encode()).hexdigest()


def _of_file(file: Any) -> tuple[str, str]:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return file.name, digest


def _listed(waiting: BaseStorage) -> list[tuple[int, str]]:
    """The messages that the next page will show; looking at them leaves them there, in words by now.

    What has been looked at Django does not put into words itself before it keeps it.
    """
    for message in waiting:
        message.message = str(message.message)
    listed = [(message.level, message.message) for message in waiting]
    waiting.used = False
    return listed


def _tell_again(request: HttpRequest, waiting: BaseStorage, told: list[tuple[int, str]]) -> None:
    """What the first post told, but for what still waits to be shown."""
    shown = {message for _level, message in _listed(waiting)}
    for level, message in told:
        if message not in shown:
            messages.add_message(request, level, message)
