"""How django-allauth serves a staff-only portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


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
