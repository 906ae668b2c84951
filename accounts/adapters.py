"""How django-allauth serves a staff-only portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from core.brakes import give_back

from .knocking import knock, note_wrong
from .models import User
from .services import set_password


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._places = knock(request, str(credentials.get("username", "")))

    def _rollback_login_failed_rl_usage(self) -> None:
        give_back(self._places)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_wrong(request, str(credentials.get("username", "")))

    def set_password(self, user: User, password: str) -> None:
        set_password(person=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
