"""What views have in common: the way on after a form, and full addresses."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import get_script_prefix, reverse
from django_htmx.http import HttpResponseClientRedirect

Row = TypeVar("Row")
# Addresses of who signs in; all others are the public's.
OF_STAFF = ("/desk/", "/accounts/", "/admin/")


def onward(request: HttpRequest, to: Any) -> HttpResponse:
    """The way on from a form with files; upload.js is told it, as its request cannot leave the page."""
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(resolve_url(to))
    return redirect(to)


def first_or_404(found: Iterable[Row]) -> Row:
    """The one record that an address names, of a question that is prepared."""
    for row in found:
        return row
    raise Http404


def page_address(name: str) -> str:
    """Where a page is that takes no arguments; for what every page draws many of.

    It is looked up once a process, and again where the portal is put below another path.
    """
    return _page_address(name, get_script_prefix())


@lru_cache(256)
def _page_address(name: str, _prefix: str) -> str:
    return reverse(name)


def record_address(name: str, *keys: object) -> str:
    """Where a record's page is, by its keys; its form is looked up as rarely."""
    return _record_address(name, len(keys), get_script_prefix()).format(*keys)


@lru_cache(256)
def _record_address(name: str, keys: int, _prefix: str) -> str:
    """The address with a place for each key."""
    samples = [1_234_567_890 + n for n in range(keys)]
    address = reverse(name, args=samples)
    for sample in samples:
        address = address.replace(str(sample), "{}")
    return address


def full_address(name: str, *arguments: object) -> str:
    """A page's address as it is printed and published: with the portal's own name."""
    return in_full(reverse(name, args=arguments))


def in_full(path: str) -> str:
    """A path of the portal, as notifications keep it, as a full address."""
    return f"{settings.PORTAL_URL}{path}"
