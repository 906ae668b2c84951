"""The second factor beside the password: who must have one, and what is open without."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from core.ciphers import seal, unseal
from core.http import onward

from .models import User
from .rules import needs_second_factor

PURPOSE = "mfa.Authenticator.data"
OF_STAFF = ("/desk/", "/accounts/", "/admin/")
# What somebody who must have a second factor and has none reaches: to set one up, and the way out.
OPEN = frozenset(
    {
        *("people:second_factor", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"),
        *("account_login", "account_logout", "account_inactive", "account_link"),
        *("account_change_password", "mfa_authenticate"),
    }
)


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's own, with the secrets of apps and the seeds of recovery codes closed in the database."""

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
    if not request.path_info.startswith(OF_STAFF) or is_complete(request):
        return None
    if not request.user.is_authenticated:
        return None
    if has_second_factor(request.user):
        logout(request)
        return onward(request, "account_login")
    if request.resolver_match and request.resolver_match.view_name in OPEN:
        return None
    return onward(request, "people:second_factor")


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
