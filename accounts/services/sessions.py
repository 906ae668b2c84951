"""Sessions of people: begun by a sign-in, ended by time, their owner, or what happens to the account."""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.enums import SessionEnd
from accounts.models import Session, User
from accounts.models.sessions import digest_of
from audit.enums import SignIn
from audit.services import note_sign_in
from core.locks import change_once

from .notifications import notify

USED_ELSEWHERE = gettext_noop(
    "A sign-in of yours (%(device)s) was used from another device and has been ended. If that was not you, "
    "change your password and tell the administrator."
)

NEW_DEVICE = gettext_noop(
    "Your account was signed in with at a browser that was not used for it before: %(device)s, %(network)s. "
    "If that was not you, end the sign-in, change your password and tell the administrator."
)


@transaction.atomic
def begin(*, person: User, key: str, device: str, network: str) -> None:
    """The session of a sign-in that has just happened; the oldest beyond PORTAL_SESSIONS end."""
    # Of two that begin at once each counts the other.
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    Session.objects.filter(digest=digest_of(key)).update(user=person, device=device, network=network)
    for session in person.sessions.running()[settings.PORTAL_SESSIONS :]:
        end(session=session, why=SessionEnd.MANY)


@transaction.atomic
def end(*, session: Session, why: SessionEnd) -> None:
    """Its window is told at its next page. The trail has it once, whoever comes first."""
    person = session.user
    row = Session.objects.filter(pk=session.pk, ended="")
    if not change_once(row, ended=why, data="") or person is None:
        return
    note_sign_in(person, name=str(person), what=SignIn.ENDED, address=None, why=why)
    if why == SessionEnd.DEVICE:
        about = {"device": session.device}
        notify([person], text=USED_ELSEWHERE, about=about, url=reverse("people:sessions"))


@transaction.atomic
def end_all(*, person: User, why: SessionEnd, but: str | None = None) -> int:
    """End every session of a person but that of the key `but`; gives how many."""
    found: QuerySet[Session] = person.sessions.running().select_related("user")
    others = found.exclude(digest=digest_of(but)) if but else found
    for session in others:
        end(session=session, why=why)
    return len(others)


def tell_of_new_device(*, person: User, device: str, network: str) -> None:
    """The first sign-in of all is at a new one, too, and nobody's news."""
    if person.last_login:
        about = {"device": device or "–", "network": network or "–"}
        notify([person], text=NEW_DEVICE, about=about, url=reverse("people:sessions"))
