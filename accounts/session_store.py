"""Where Django keeps sessions: in our own table, which knows whose they are and when they are over."""

import json
import logging
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.ciphers import Unreadable, seal, unseal
from core.http import page_address
from core.ring import MissingKey

from .devices import device_of
from .enums import SessionEnd
from .models import Session, SessionQuerySet
from .models.sessions import digest_of
from .services import sessions

logger = logging.getLogger(__name__)

# The time of the last page is written this seldom: a page costs no writing.
SEEN_SECONDS = 60


# What opens an account: the secret of an app that is being set up, tokens of links, and a form that waits
# for its sender's password; and what was typed while a session ended, which may be anybody's telephone.
SECRETS = frozenset(
    {
        *(SECRET_SESSION_KEY, INTERNAL_RESET_SESSION_TOKEN, STATE_SESSION_KEY),
        *("handed_out_link", "handed_out_links", "kept"),
    }
)
_NONE = object()


class SessionStore(SessionBase):
    """Loads a session that is over as an empty one; `ended` says why, for the page that tells it.

    One that was begun by a browser is that browser's (`device`); without a device nobody asks. What stands in
    it under one of the `SECRETS` is closed under the data key; one that does not open any more is as if it
    were not there.
    """

    def __init__(self, session_key: str | None = None, *, device: str | None = None) -> None:
        super().__init__(session_key)
        self.device = device
        self.ended = ""

    def __setitem__(self, key: str, value: Any) -> None:
        """Raises Unreadable, for its page, where there is no key to close it under."""
        super().__setitem__(key, _closed(key, value) if key in SECRETS else value)

    def __getitem__(self, key: str) -> Any:
        if key in SECRETS and (value := self.get(key, _NONE)) is not _NONE:
            return value
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        value = super().get(key, default)
        return _opened(key, value, default) if key in SECRETS else value

    def pop(self, key: str, default: Any = _NONE) -> Any:
        value = super().pop(key) if default is _NONE else super().pop(key, default)
        return _opened(key, value, default) if key in SECRETS else value

    @property
    def ended_words(self) -> str:
        return str(SessionEnd(self.ended).label) if self.ended else ""

    def load(self) -> dict[str, Any]:
        row = self._row(self.session_key).select_related("user").first() if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        self.ended = row.why_over(row.device if self.device is None else self.device)
        self._write_down(row)
        if self.ended:
            self._session_key = None
            return {}
        kept: dict[str, Any] = self.decode(row.data)
        return kept

    def _write_down(self, row: Session) -> None:
        """A database that takes no writing for a while shows its pages all the same."""
        now = timezone.now()
        try:
            if self.ended:
                sessions.end(session=row, why=SessionEnd(self.ended))
            elif (now - row.seen_at).total_seconds() >= SEEN_SECONDS:
                with transaction.atomic():
                    Session.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now)
        except DatabaseError:
            logger.warning("The session's last page could not be written down.", exc_info=True)

    def exists(self, session_key: str) -> bool:
        return self._row(session_key).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # as Django's own do
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError where it was ended meanwhile: nothing brings it back."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as Django's own do
        told = {"data": self.encode(data), "user_id": data.get(SESSION_KEY)}
        if must_create:
            self._insert(self.session_key, told)
        elif not self._row(self.session_key).filter(ended="").update(**told):
            raise UpdateError

    def _insert(self, key: str, told: dict[str, Any]) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                Session.objects.create(digest=digest_of(key), started_at=now, seen_at=now, **told)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            self._row(key).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.too_old().delete()

    @staticmethod
    def _row(key: str) -> SessionQuerySet:
        return Session.objects.filter(digest=digest_of(key))


def _purpose(key: str) -> str:
    return f"accounts.Session.data.{key}"


def _closed(key: str, value: Any) -> str:
    try:
        return seal(json.dumps(value), purpose=_purpose(key))
    except MissingKey as error:
        raise Unreadable(str(error)) from error


def _opened(key: str, value: Any, default: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(unseal(value, purpose=_purpose(key)))
    except Unreadable:
        logger.warning("%s of a session does not open any more.", key)
        return default


class DeviceSessionMiddleware(SessionMiddleware):
    """Django's own, which also tells the store from which device a request comes.

    The cookie of a session that is over stays until the sign-in page has said why.
    """

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.session = SessionStore(key, device=device_of(request))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        is_told = request.path == page_address(settings.LOGIN_URL)
        if isinstance(session, SessionStore) and session.ended and session.is_empty() and not is_told:
            return response
        return super().process_response(request, response)
