"""What views have in common: the way on after a form, and full addresses."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect


def onward(request: HttpRequest, to: Any) -> HttpResponse:
    """The way on from a form with files; upload.js is told it, as its request cannot leave the page."""
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(resolve_url(to))
    return redirect(to)


def full_address(name: str, *arguments: object) -> str:
    """A page's address as it is printed and published: with the portal's own name."""
    return in_full(reverse(name, args=arguments))


def in_full(path: str) -> str:
    """A path of the portal, as notifications keep it, as a full address."""
    return f"{settings.PORTAL_URL}{path}"
