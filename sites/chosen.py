"""Which programme a page lists."""

from typing import cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.http import urlencode

from core.prepared import lay_beside, prepared

from .models import Phase, Programme

CACHED = "_chosen_programme"
BEGUN = "_begun_programmes"


def begun_programmes(request: HttpRequest) -> list[Programme]:
    """Those a page can list, with their phases; what is chosen and what runs is among them.

    Asked once a request, however many parts of the page want to know.
    """
    if not hasattr(request, BEGUN):
        begun = list(_begun())
        lay_beside(begun, "phases", _phases(tuple(programme.pk for programme in begun)))
        setattr(request, BEGUN, begun)
    return cast("list[Programme]", getattr(request, BEGUN))


@prepared
def _begun() -> QuerySet[Programme]:
    return Programme.objects.begun().defer("text").select_related("rulebook")


@prepared
def _phases(programmes: tuple[int, ...]) -> QuerySet[Phase]:
    return Phase.objects.filter(programme__in=programmes).order_by("programme_id", "ordinal")


def running_programme(request: HttpRequest) -> Programme | None:
    """The one that runs, whatever the page lists."""
    chosen = chosen_programme(request)
    return chosen if chosen is None or chosen.is_current else _running(request)


def chosen_programme(request: HttpRequest) -> Programme | None:
    """The one of `?programme=<key>` if it has begun, else the one that runs; None before the plan is loaded.

    An address that names none there is gets the one that runs: a list is shown all the same.
    """
    if not hasattr(request, CACHED):
        key = request.GET.get("programme")
        asked_for = next((one for one in begun_programmes(request) if str(one.pk) == key), None)
        setattr(request, CACHED, asked_for or _running(request))
    return cast("Programme | None", getattr(request, CACHED))


def programme_or_404(request: HttpRequest) -> Programme:
    """The same, for pages that mean nothing without one."""
    chosen = chosen_programme(request)
    if chosen is None:
        raise Http404
    return chosen


def choose(request: HttpRequest, programme: Programme) -> None:
    """The page is about one programme, whatever its address asks for: that of its list, for example."""
    setattr(request, CACHED, programme)


def kept(request: HttpRequest, url: str) -> str:
    """`url` with this page's choice, so that the page it leads to lists the same programme."""
    key = request.GET.get("programme")
    return f"{url}?{urlencode({'programme': key})}" if key else url


def _running(request: HttpRequest) -> Programme | None:
    return next((one for one in begun_programmes(request) if one.is_current), None)
