"""Browsers and addresses from which an account was signed in before: whatever strangers try, they go on.

A browser bears one long-lived signed cookie, whoever uses it; which accounts were used with it, and from
which addresses, stands in the database as keyed digests.
"""

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.address import address_of
from core.brakes import source_of
from core.ciphers import fingerprint, fingerprints

from .devices import device_of, network_of
from .models import KnownPlace, User
from .services.sessions import tell_of_new_device

COOKIE = "known_device"
SALT = "accounts.known_devices"
KEPT = datetime.timedelta(days=180)
# Of one account; the one used longest ago is forgotten.
MOST = 20
_NEW = "_new_known_device"


def device_key(request: HttpRequest) -> str:
    """What tells this browser from all others, by its cookie; empty where it has none of ours."""
    return request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=KEPT) or ""


@dataclass(frozen=True)
class Known:
    """How a request is known of an account: by a digest of its browser, or merely of its address."""

    digest: str
    is_browser: bool


def known_by(request: HttpRequest, name: str) -> Known | None:
    """How this request is known of the account of that name: by its browser, else by its address.

    None for a stranger. It costs the same whether there is such an account or not.
    """
    browser, house = _former_digests(device_key(request), ""), _former_digests("", source_of(request))
    since = timezone.now() - KEPT
    found = KnownPlace.objects.filter(
        person__username__iexact=name, digest__in=[*browser, *house], used_at__gt=since
    )
    known = set(found.values_list("digest", flat=True))
    return next((Known(each, each in browser) for each in (*browser, *house) if each in known), None)


def is_known(request: HttpRequest, person: User) -> bool:
    """This browser was used by this person before (not merely the address)."""
    digests = _former_digests(device_key(request), "")
    return bool(digests) and person.known_places.filter(digest__in=digests).exists()


@transaction.atomic
def remember(request: HttpRequest, person: User) -> None:
    """The account is used from here; the browser gets its cookie where it had none."""
    key = device_key(request)
    if not key:
        key = secrets.token_hex(16)
        setattr(request, _NEW, key)
    now = timezone.now()
    for digest in _digests(key, source_of(request)):
        KnownPlace.objects.update_or_create(person=person, digest=digest, defaults={"used_at": now})
    beyond = list(person.known_places.order_by("-used_at", "-pk").values_list("pk", flat=True)[MOST:])
    KnownPlace.objects.filter(pk__in=beyond).delete()


def forget_old() -> int:
    """What was not used for long, of everybody; gives how many."""
    count, _by_model = KnownPlace.objects.filter(used_at__lt=timezone.now() - KEPT).delete()
    return count


def _digests(key: str, source: str) -> list[str]:
    return [fingerprint(text, purpose=purpose) for purpose, text in _told(key, source)]


def _former_digests(key: str, source: str) -> list[str]:
    """With those under former keys: whoever is known stays known when the key is rotated."""
    return [each for purpose, text in _told(key, source) for each in fingerprints(text, purpose=purpose)]


def _told(key: str, source: str) -> list[tuple[str, str]]:
    """The browser first: its own counter is nobody else's."""
    told = [("accounts.KnownPlace.device", key), ("accounts.KnownPlace.address", source)]
    return [(purpose, text) for purpose, text in told if text]


@receiver(user_logged_in)
def remember_where(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    """A sign-in over no network has no place. Of one at a browser new to them its person is told."""
    if address := address_of(request):
        if not is_known(request, user):
            tell_of_new_device(person=user, device=device_of(request), network=network_of(address))
        remember(request, user)


class KnownDeviceMiddleware:
    """Gives a browser its cookie with the answer to its first sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if key := getattr(request, _NEW, ""):
            response.set_signed_cookie(
                COOKIE,
                key,
                salt=SALT,
                max_age=KEPT,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
