"""Objections to the notices: how many, what came of them, how long an answer took. The city's alone.

Counted are the letters that a reader may know of (`Objection.known_to`); what they say is not read.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import NamedTuple, TypeVar

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from publicity.enums import ObjectionState
from publicity.models import Objection
from sites.calendar import today
from tables.writing import Head, Row

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure, Link
from .scope import Scope

# The newest are drawn.
MOST_DRAWN = 12


class Letter(NamedTuple):
    """What is counted of an objection."""

    notice: int
    title: str
    published: datetime.date
    received: datetime.date
    state: str
    due: datetime.date | None
    taken_up: datetime.date | None
    replied: datetime.date | None

    @property
    def is_open(self) -> bool:
        return self.state in ObjectionState.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due is not None and self.due < today()


Key = TypeVar("Key")
FIELDS = (
    "notice",
    "notice__title",
    "notice__published_on",
    "received_on",
    "state",
    "due_on",
    "taken_up_on",
    "replied_on",
)
# What is counted of any number of letters, in the order of the table.
_COUNTS: Sequence[tuple[str | Promise, Callable[[Letter], bool]]] = (
    (gettext_lazy("Received"), lambda letter: True),
    (gettext_lazy("Taken up for inquiry"), lambda letter: letter.taken_up is not None),
    (ObjectionState.DECLINED.label, lambda letter: letter.state == ObjectionState.DECLINED),
    (gettext_lazy("Waiting for an answer"), lambda letter: letter.is_open),
    (gettext_lazy("Overdue"), lambda letter: letter.is_overdue),
    (ObjectionState.UPHELD.label, lambda letter: letter.state == ObjectionState.UPHELD),
    (ObjectionState.PARTLY.label, lambda letter: letter.state == ObjectionState.PARTLY),
    (ObjectionState.NOT_UPHELD.label, lambda letter: letter.state == ObjectionState.NOT_UPHELD),
)


@dataclass(frozen=True)
class Drawn:
    """What came of all, and how many came in each month and on each notice."""

    outcomes: BarChart
    months: BarChart
    notices: BarChart


def count(scope: Scope) -> Counted:
    """One query."""
    known = Objection.objects.known_to(scope.reader).filter(
        notice__programme=scope.programme, site__in=scope.sites
    )
    lines = known.order_by("-notice__published_on", "-notice", "received_on", "pk").values_list(*FIELDS)
    letters = [Letter(*line) for line in lines]
    heads: list[Head] = [
        _("Notice"),
        _("Published on"),
        _("Month"),
        *(str(name) for name, _counts in _COUNTS),
        _("Days to an answer, on average"),
    ]
    groups = _grouped(letters, lambda letter: (letter.notice, _month(letter)))
    rows: list[Row] = [
        [
            Link(own[0].title, reverse("publicity:notice", args=[notice])),
            own[0].published,
            month,
            *_cells(own),
        ]
        for (notice, month), own in groups.items()
    ]
    if not letters:
        return Counted(heads=heads, rows=[])
    totals = _cells(letters)
    names = [str(head) for head in heads[3:]]
    return Counted(
        heads=heads, rows=rows, drawing=_drawn(letters), numbers=list(zip(names, totals, strict=True))
    )


def _month(letter: Letter) -> str:
    return date_format(letter.received, "YEAR_MONTH_FORMAT")


def _grouped(letters: Sequence[Letter], key: Callable[[Letter], Key]) -> dict[Key, list[Letter]]:
    groups: dict[Key, list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[key(letter)].append(letter)
    return groups


def _cells(letters: Sequence[Letter]) -> list[object]:
    """The counts, and the days an answer took; None while none was given."""
    days = [(letter.replied - letter.received).days for letter in letters if letter.replied]
    counts = [sum(counts(letter) for letter in letters) for _name, counts in _COUNTS]
    return [*counts, round(mean(days), 1) if days else None]


def _drawn(letters: Sequence[Letter]) -> Drawn:
    by_month = _grouped(sorted(letters, key=lambda letter: letter.received), _month)
    by_notice = _grouped(letters, lambda letter: (letter.notice, letter.published))
    outcomes = [
        Bar(label=str(name), told=str(n), filled=n)
        for name, n in ((name, sum(counts(letter) for letter in letters)) for name, counts in _COUNTS)
    ]
    return Drawn(
        bar_chart(_("All objections"), outcomes, longest=len(letters)),
        _received(_("By month"), [(month, own) for month, own in by_month.items()][-MOST_DRAWN:]),
        _received(
            _("By notice, as published on"),
            [(date_format(day, "SHORT_DATE_FORMAT"), own) for (_pk, day), own in by_notice.items()][
                :MOST_DRAWN
            ],
        ),
    )


def _received(name: str, groups: Sequence[tuple[str, list[Letter]]]) -> BarChart:
    """Received, and of these not answered yet."""
    bars = []
    for label, own in groups:
        waiting = sum(letter.is_open for letter in own)
        told = _("%(n)d received, %(open)d not answered yet") % {"n": len(own), "open": waiting}
        bars.append(Bar(label=label, told=told, ground=len(own), filled=waiting))
    return bar_chart(name, bars, longest=max(len(own) for _label, own in groups))


def _each_their_own(reader: User) -> list[int]:
    """`assessments.eligibility` says which letters one may know of: nobody shares another's kept figure."""
    return [reader.pk]


OBJECTIONS = Figure(
    key="objections",
    title=gettext_lazy("Objections in figures"),
    lead=gettext_lazy("What came in on which notice, what became of it, and how long an answer took."),
    empty=gettext_lazy("No objection has come in. Citizens can object while a notice runs."),
    count=count,
    roles=Role.CITY_WIDE,
    shut=_each_their_own,
)
