"""Which programme a page lists."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import urlencode

from .models import Programme

CACHED = "_chosen_programme"


def chosen_programme(request: HttpRequest) -> Programme | None:
    """The one of `?programme=<key>` if it has begun, else the one that runs; None before the plan is loaded.

    Asked once a request, however many parts of the page want to know.
    """
    if not hasattr(request, CACHED):
        setattr(request, CACHED, _asked_for(request) or Programme.objects.current())
    return cast("Programme | None", getattr(request, CACHED))


def choose(request: HttpRequest, programme: Programme) -> None:
    """The page is about one programme, whatever its address asks for: that of its list, for example."""
    setattr(request, CACHED, programme)


def kept(request: HttpRequest, url: str) -> str:
    """`url` with this page's choice, so that the page it leads to lists the same programme."""
    key = request.GET.get("programme")
    return f"{url}?{urlencode({'programme': key})}" if key else url


def _asked_for(request: HttpRequest) -> Programme | None:
    """None where the address names no programme, or none there is: a list is shown then all the same."""
    begun = Programme.objects.begun().prefetch_related("phases")
    try:
        found: Programme | None = forms.ModelChoiceField(begun, required=False).clean(
            request.GET.get("programme")
        )
    except ValidationError:
        return None
    return found
