"""What views have in common: a request whose user is one of ours, and full addresses."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .models import User


class StaffRequest(HttpRequest):
    """A request behind `login_required`: its user is never anonymous."""

    user: User


def full_address(name: str, *arguments: object) -> str:
    """A page's address as it is printed and published: with the portal's own name."""
    return in_full(reverse(name, args=arguments))


def in_full(path: str) -> str:
    """A path of the portal, as notifications keep it, as a full address."""
    return f"{settings.PORTAL_URL}{path}"
