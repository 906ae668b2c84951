"""How django-allauth serves a staff-only portal."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by the office; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
