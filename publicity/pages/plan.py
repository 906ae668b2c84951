"""The plan as the public follows it: each phase to scale, what it is for, what came of it in public."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from documents.papers import DocumentKind
from publicity.models import Notice
from publicity.published import determinations, papers_of
from publicity.website_columns import COLUMNS, Column
from sites.calendar import today
from sites.models import Phase, Programme
from sites.timetable_chart import months, next_month

# What a phase is for, by its number: every programme has the plan's four.
_PURPOSES: dict[int, Promise] = {
    1: _("It is settled which units and windows become sites, and how each of them will be built."),
    2: _("The sites put the standards into practice, item by item, and then assess themselves."),
    3: _(
        "Inspection teams visit the sites. What falls short is put to the unit, which mends it by a set day."
    ),
    4: _(
        "The sites are accepted on the spot and appraised by the public. Those that pass stand on a public "
        "notice, and are named when no objection is left."
    ),
}
# Where all of a phase's results stand.
_COLUMNS: dict[int, tuple[str, ...]] = {
    1: ("determinations", "sites"),
    4: ("notices", "namings", "articles"),
}
# Of each kind of result; the rest stands in its list.
_MOST = 5
# In rem, so that large type scales the drawing: the scale on top, a phase's row, the bar below its name.
_HEAD, _ROW, _BAR = 3.0, 3.1, 1.7


@dataclass(frozen=True)
class Result:
    """Something the public can read because of a phase."""

    title: str
    url: str
    on: datetime.date


@dataclass(frozen=True)
class PhaseLine:
    """A phase with its bar; in percent of the whole; `added` is what extensions brought."""

    phase: Phase
    purpose: Promise | str
    results: list[Result]
    columns: list[Column]
    begins_in: int  # days; 0 and less once it has begun
    days_left: int  # negative once it is over
    name_y: str
    bar_y: str
    x: str
    width: str
    added_x: str
    added: str  # empty where there is none


@dataclass(frozen=True)
class Timeline:
    height: str
    lines: list[PhaseLine]
    months: list[tuple[str, datetime.date]]
    today: str | None  # None where today is not on it
    today_is_late: bool  # its label then stands left of the line


def timeline(programme: Programme) -> Timeline | None:
    """From the first day of the first month to the last of the last; None for a plan without phases."""
    first_day, last_day = programme.first_day, programme.last_day
    if first_day is None or last_day is None:
        return None
    first, end, now = first_day.replace(day=1), next_month(last_day), today()
    days = (end - first).days

    def share(since: datetime.date, until: datetime.date) -> str:
        return f"{100 * (until - since).days / days:.2f}%"

    results = _results(programme)
    lines = [
        PhaseLine(
            phase=phase,
            purpose=_PURPOSES.get(phase.ordinal, ""),
            results=results.get(phase.ordinal, []),
            columns=[COLUMNS[name] for name in _COLUMNS.get(phase.ordinal, ())],
            begins_in=(phase.starts_on - now).days,
            days_left=(phase.last_day - now).days,
            name_y=f"{_HEAD + place * _ROW + 1.2:.1f}rem",
            bar_y=f"{_HEAD + place * _ROW + _BAR:.1f}rem",
            x=share(first, phase.starts_on),
            width=share(phase.starts_on, phase.last_day + datetime.timedelta(days=1)),
            added_x=share(first, phase.ends_on + datetime.timedelta(days=1)),
            added=share(phase.ends_on, phase.last_day) if phase.extended_to else "",
        )
        for place, phase in enumerate(programme.phases.all())
    ]
    return Timeline(
        height=f"{_HEAD + len(lines) * _ROW:.1f}rem",
        lines=lines,
        months=[(share(first, day), day) for day in months(first, end)],
        today=share(first, now) if first <= now < end else None,
        today_is_late=2 * (now - first).days > days,
    )


def _results(programme: Programme) -> dict[int, list[Result]]:
    """Lists come of the first phase, notices and decisions of the last; between them nothing is announced."""
    return {1: list(_lists(programme)), 4: [*_notices(programme), *_decisions(programme)]}


def _lists(programme: Programme) -> Iterator[Result]:
    batches = list(determinations().filter(programme=programme)[:_MOST])
    papers = papers_of(batches)
    for one in batches:
        title = papers[one.pk].title + papers[one.pk].void_mark
        yield Result(title, reverse("publicity:determination", args=[one.pk]), one.on)


def _notices(programme: Programme) -> Iterator[Result]:
    for notice in Notice.objects.published().filter(programme=programme)[:_MOST]:
        yield Result(notice.title, notice.get_absolute_url(), notice.published_on)


def _decisions(programme: Programme) -> Iterator[Result]:
    decisions = Document.objects.filter(
        programme=programme, kind=DocumentKind.NAMING_DECISION, is_public=True
    )
    for paper in decisions.defer("context")[:_MOST]:
        address = reverse("publicity:verify_code", args=[paper.verification_code])
        yield Result(paper.title + paper.void_mark, address, paper.issued_on)
