"""Dashboards: the overview, and each figure with its table and its export."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from accounts.exported import exported
from accounts.http import StaffRequest
from desk.figures import kept
from desk.figures.figure import Figure
from desk.figures.registry import FIGURES, figures_for
from desk.figures.scope import Scope
from desk.figures.table import table
from sites.calendar import today
from sites.chosen import programme_or_404
from sites.models import Programme

T = TypeVar("T")
PAGE = 50
# Drawn on the overview; the others are named there.
AT_A_GLANCE = ("funnel", "timeline")


@login_required
def overview(request: StaffRequest) -> HttpResponse:
    """The campaign at a glance, and the way to every figure."""
    figures = _figures(request)
    shown = [FIGURES[key] for key in AT_A_GLANCE]
    context = {
        "figures": figures,
        "shown": [(figure, kept.to_show(figure, _scope(request, figure))) for figure in shown],
    }
    return render(request, "desk/figures.html", context)


@login_required
def figure(request: StaffRequest, key: str) -> HttpResponse:
    """One figure: the picture and its table, or with `?format=` all of the table as a download."""
    shown = next((one for one in _figures(request) if one.key == key), None)
    if shown is None:
        raise Http404
    scope = _scope(request, shown)
    if "format" in request.GET:
        newest = kept.look_up(shown, scope)
        return _whole(shown, scope, newest, lambda whole: _export(request, shown, whole))
    found = kept.to_show(shown, scope)
    if isinstance(found, kept.Ordered):
        context = {"figure": shown, "ordered": found, "filter": scope.filter}
        return render(request, "desk/figure.html", context)
    return _whole(shown, scope, found, lambda whole: _page(request, shown, scope, whole))


def _figures(request: StaffRequest) -> list[Figure]:
    """This person's; 403 for whoever has none."""
    figures = figures_for(request.user)
    if not figures:
        raise PermissionDenied
    return figures


def _scope(request: StaffRequest, figure: Figure) -> Scope:
    programme = programme_or_404(request)
    return Scope(
        programme, request.user, figure.filter(request.GET, programme=programme, reader=request.user)
    )


def _whole(figure: Figure, scope: Scope, found: kept.Kept, answer: Callable[[kept.Kept], T]) -> T:
    """What is answered with the kept figure; with a fresh one where a part of its table is gone."""
    try:
        return answer(found)
    except kept.RowsGone:
        return answer(kept.count_anew(figure, scope))


def _export(request: StaffRequest, figure: Figure, found: kept.Kept) -> HttpResponse:
    """Named by figure and time, as of which it stands."""
    name = f"{figure.title} {today()} {localtime(found.at):%H%M}"
    return exported(request, name, found.counted.heads, found.counted.rows, about=Programme)


def _page(request: StaffRequest, figure: Figure, scope: Scope, found: kept.Kept) -> HttpResponse:
    counted = found.counted
    page = Paginator(counted.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": figure,
        "kept": found,
        "counted": counted,
        "drawing": counted.drawing,
        "is_old": not found.is_current(scope.reader),
        "filter": scope.filter,
        "page_obj": page,
        "table": table(counted.heads, list(page)),
    }
    return render(request, "desk/figure.html", context)
