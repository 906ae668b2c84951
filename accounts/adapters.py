"""How django-allauth serves a staff-only portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from .models import User
from .services import set_password


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong tries are counted by the account they mean.

        allauth's own key names the host as the browser gave it, any port included, and folds letters unlike
        the database that looks the name up: either gave whoever guesses five tries more, again and again.
        """
        return str(credentials.get("username", "")).upper()

    def set_password(self, user: User, password: str) -> None:
        set_password(person=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
