"""Where Django keeps sessions: in our own table, which knows whose they are and when they are over."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.http import page_address

from .devices import device_of
from .enums import SessionEnd
from .models import Session, SessionQuerySet
from .models.sessions import digest_of
from .services import sessions

logger = logging.getLogger(__name__)

# The time of the last page is written this seldom: a page costs no writing.
SEEN_SECONDS = 60


class SessionStore(SessionBase):
    """Loads a session that is over as an empty one; `ended` says why, for the page that tells it.

    One that was begun by a browser is that browser's (`device`); without a device nobody asks.
    """

    def __init__(self, session_key: str | None = None, *, device: str | None = None) -> None:
        super().__init__(session_key)
        self.device = device
        self.ended = ""

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
