"""The second factor beside the password: who must have one, and what is open without."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ciphers import seal, unseal
from core.http import OF_STAFF, onward

from .models import User
from .rules import needs_second_factor

PURPOSE = "mfa.Authenticator.data"
# What somebody who must have a second factor and has none reaches: to set one up, and the way out.
OPEN = frozenset(
    {
        *("people:second_factor", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"),
        *("account_login", "account_logout", "account_inactive", "account_link"),
        *("account_change_password", "mfa_authenticate"),
    }
)


# What adds, shows or takes away a factor: where there is one, both it and the password are asked for anew.
OF_FACTORS = frozenset(
    {
        *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_remove_webauthn"),
        *("mfa_edit_webauthn", "mfa_generate_recovery_codes"),
        *("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
    }
)


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's own, with the secrets of apps and the seeds of recovery codes closed in the database."""

    error_messages = {  # allauth's own name
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your role signs in with a second factor. Set up another one first, then remove this one."
        ),
        "incorrect_code": _(
            "This code does not fit. Take the one that the app shows now; the telephone's clock must be "
            "right."
        ),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's own name
        """What a passkey is called unless its owner says otherwise."""
        n = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(n)d") % {"n": n}

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one of somebody who must have one is not taken away, only exchanged; two people may."""
        if not needs_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


class SecondFactorMiddleware:
    """Leads who must have a second factor and has none to the page that sets one up, and nowhere else.

    Whoever has one and is signed in without it, by whatever way, is signed out. Asks the database nothing:
    `StaffBackend` reads along whether there is one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        return led_to_the_factor(request)


def led_to_the_factor(request: HttpRequest) -> HttpResponse | None:
    """Where this request must go first; None where it may be answered.

    Whoever answers a request in place of its view, before this middleware has its turn, asks it too.
    """
    if not request.path_info.startswith(OF_STAFF) or not request.user.is_authenticated:
        return None
    if is_complete(request):
        return _asked_for_both(request)
    if has_second_factor(request.user):
        logout(request)
        return onward(request, "account_login")
    if request.resolver_match and request.resolver_match.view_name in OPEN:
        return None
    return onward(request, "people:second_factor")


def _asked_for_both(request: HttpRequest) -> HttpResponse | None:
    """Before a factor is added or goes, where to show what was not shown within the last minutes."""
    of_factors = request.resolver_match and request.resolver_match.view_name in OF_FACTORS
    if not (of_factors and request.user.is_authenticated and has_second_factor(request.user)):
        return None
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    shown = {each["method"] for each in records if each.get("reauthenticated") and each["at"] > since}
    if {"password", "mfa"} <= shown:
        return None
    page = "account_reauthenticate"
    if "password" in shown:
        has_app = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
        page = "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn"
    return onward(request, reverse(page, query={"next": request.get_full_path()}))


def is_complete(request: HttpRequest) -> bool:
    """Somebody is signed in with all that their role must show."""
    user = request.user
    if not user.is_authenticated:
        return False
    return not needs_second_factor(user) or (has_second_factor(user) and was_asked_for_it(request))


def has_second_factor(user: User) -> bool:
    """As `StaffBackend` has read it along, or `with_second_factor`."""
    known: bool = user.has_second_factor  # type: ignore[attr-defined]  # the docstring says by whom
    return known


def was_asked_for_it(request: HttpRequest) -> bool:
    """Whether this sign-in was made with a second factor, or has set one up."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)
