"""How django-allauth serves a staff-only portal."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from core.brakes import give_back

from .http import StaffRequest
from .knocking import knock, knock_as_oneself, note_wrong, note_wrong_own
from .models import User
from .services import set_password


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office; nobody signs up."""

    error_messages = {  # allauth's own name
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The account name or the password is not right."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._places = knock(request, str(credentials.get("username", "")))

    def _rollback_login_failed_rl_usage(self) -> None:
        give_back(self._places)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_wrong(request, str(credentials.get("username", "")))

    def reauthenticate(self, user: User, password: str) -> bool:
        places = knock_as_oneself(cast("StaffRequest", self.request))
        if is_right := bool(super().reauthenticate(user, password)):
            give_back(places)
        else:
            note_wrong_own(cast("StaffRequest", self.request))
        return is_right

    def set_password(self, user: User, password: str) -> None:
        set_password(person=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
