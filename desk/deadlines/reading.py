"""An open date as people read it: what is due, where it is done, how it was counted, and who moved it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.prepared import Answers, prepared
from core.union import Part
from desk.enums import Light
from desk.lights import Lights
from sites.deadlines import DEADLINES, OPEN_DATES, PHASE, DeadlineKind, Moved, OpenDate
from sites.enums import Action
from sites.models import Extension, Phase, Programme, Site
from sites.overview import last_day_for
from sites.workflow import TRANSITIONS

from .kinds import kind_of


def open_rows(
    *,
    programme: Programme | None,
    reader: User | None = None,
    kinds: Iterable[DeadlineKind] = DEADLINES,
    where: Q | None = None,
) -> Part:
    """The open dates of these kinds, the earliest first, as tuples for `OpenDate`; one query to be sliced.

    `where` narrows each by the columns of `OpenDate`: `row_due_on`, `row_district_key` and so on.
    """
    key = programme.pk if programme else None
    return _in_turn(_parts(key, last_days(programme), reader, kinds, where or Q()))


# The last days of the phases that kinds of date end with, extensions included.
LastDays: TypeAlias = tuple[tuple[Action, datetime.date], ...]


def last_days(programme: Programme | None) -> LastDays:
    steps = [kind.phase_step for kind in DEADLINES if kind.phase_step] if programme else []
    return tuple((step, last_day_for(step, programme)) for step in steps if programme)


@dataclass(frozen=True)
class Narrowing:
    """To one kind, by its key, and to one light; of each part to the `first` so many; without them all."""

    kind: str = ""
    light: Light | None = None
    first: int | None = None

    @property
    def kinds(self) -> list[DeadlineKind]:
        return [kind for kind in DEADLINES if self.kind in (kind.key, "")]

    def near(self, lights: Lights) -> Q:
        """The condition on the columns of `open_rows`."""
        conditions = {
            Light.RED: Q(row_due_on__lt=lights.on),
            Light.YELLOW: Q(row_due_on__range=(lights.on, lights.soon_until)),
            Light.GREEN: Q(row_due_on__gt=lights.soon_until),
        }
        return conditions[self.light] if self.light else Q()


@prepared
def narrowed_rows(
    *,
    user: User,
    programme: int | None,
    last_days: LastDays,
    narrowing: Narrowing,
    lights: Lights,
    district: int | None,
) -> Part:
    """`open_rows` as one person's list has them: of one district, if it is given."""
    where = narrowing.near(lights)
    if district:
        where &= Q(row_district_key=district)
    parts = _parts(programme, last_days, user, narrowing.kinds, where)
    return _in_turn([_first_of(part, narrowing.first) for part in parts])


class NarrowedRows:
    """The same page by page, as `Pages` takes them: a page asks each part for no more than it can show."""

    def __init__(self, narrowing: Narrowing, **asked: Any) -> None:
        self._narrowing, self._asked = narrowing, asked

    def count_to(self, at_most: int) -> int:
        return self.all().count_to(at_most)

    def all(self) -> Answers[Any]:
        return narrowed_rows(narrowing=self._narrowing, **self._asked)

    def __getitem__(self, cut: slice) -> list[Any]:
        # The next power of two: so there are few questions.
        first = 1 << max(cut.stop - 1, 0).bit_length() if cut.stop is not None else None
        return narrowed_rows(narrowing=replace(self._narrowing, first=first), **self._asked)[cut]


def _parts(
    programme: int | None, last_days: LastDays, reader: User | None, kinds: Iterable[DeadlineKind], where: Q
) -> list[Part]:
    days = dict(last_days)
    asked = ((kind, days.get(kind.phase_step) if kind.phase_step else None) for kind in kinds)
    return [part.filter(where) for kind, day in asked for part in kind.parts(programme, reader, day)]


def _in_turn(parts: list[Part]) -> Part:
    if not parts:
        return Site.objects.none().values_list("pk")
    return OPEN_DATES.query(parts).order_by("row_due_on", "row_kind", "row_number", "row_key")


def _first_of(part: Part, first: int | None) -> Part:
    """The earliest so many of a part of sites, found by their keys alone: a whole stage may wait.

    Of other records fewer are open at a time than it would pay to look for twice.
    """
    if first is None or part.model is not Site:
        return part
    return part.filter(pk__in=part.order_by("row_due_on", "row_number").values("pk")[:first])


@dataclass(frozen=True)
class Deadline:
    """One open date; `moved` oldest first."""

    row: OpenDate
    counted: str = ""
    moved: Sequence[Moved] = ()

    @property
    def kind(self) -> DeadlineKind:
        return kind_of(self.row.kind)

    @property
    def due_on(self) -> datetime.date:
        return self.row.due_on

    @property
    def about(self) -> str:
        return self.row.about

    @property
    def what(self) -> str:
        """What is to be done, in the reader's language."""
        return self.kind.what(self.row)

    @property
    def is_on_record(self) -> bool:
        """Whether its words are those of the record, in Chinese whatever the reader's language."""
        return self.row.how != PHASE and self.row.how not in self.kind.how

    def url_for(self, role: str) -> str:
        """Where a person of this role acts upon it, or else sees how it stands."""
        return self.kind.page(self.row, role)


def read(dates: Iterable[OpenDate], programme: Programme | None) -> list[Deadline]:
    """Dates with how they were counted and who moved them; at most a query, and one for each kind that moves.

    `programme` is the one that was asked for the dates, with its phases.
    """
    dates = list(dates)
    phases = _closing_phases(dates, programme)
    extensions = _extensions(phases.values())
    moved = _moved_otherwise(dates)

    def deadline(date: OpenDate) -> Deadline:
        if date.how != PHASE:
            how = kind_of(date.kind).how.get(date.how, date.how)
            return Deadline(date, str(how), moved.get(date, ()))
        phase = phases[date.kind]
        told = _("The phase “%(phase)s” ends on %(day)s.")
        counted = told % {"phase": phase.name, "day": date_format(phase.last_day)}
        return Deadline(date, counted, extensions.get(phase.pk, ()))

    return [deadline(date) for date in dates]


def _closing_phases(dates: Iterable[OpenDate], programme: Programme | None) -> dict[str, Phase]:
    """By kind, the phase it ends with."""
    ending = {date.kind: kind_of(date.kind).phase_step for date in dates if date.how == PHASE}
    if programme is None:
        return {}
    phases = programme.phases.all()
    return {
        kind: max(
            (phase for phase in phases if phase.ordinal in TRANSITIONS[step].phases),
            key=lambda phase: phase.last_day,
        )
        for kind, step in ending.items()
        if step
    }


def _extensions(phases: Iterable[Phase]) -> dict[int, list[Moved]]:
    """By the key of the phase."""
    found: dict[int, list[Moved]] = defaultdict(list)
    moved = [phase for phase in phases if phase.extended_to]
    for one in Extension.objects.filter(phase__in=moved).select_related("by") if moved else ():
        days = {"was": date_format(one.previous_end), "end": date_format(one.new_end), "reason": one.reason}
        found[one.phase_id].append(Moved(one.by, one.on, _("From %(was)s to %(end)s: %(reason)s") % days))
    return found


def _moved_otherwise(dates: Iterable[OpenDate]) -> dict[OpenDate, Sequence[Moved]]:
    """What the rooms say of dates that are no phase's."""
    by_kind: dict[str, list[OpenDate]] = defaultdict(list)
    for date in dates:
        by_kind[date.kind].append(date)
    asked = (kind_of(kind).moved(own) for kind, own in by_kind.items())
    return {date: moved for found in asked for date, moved in found.items()}
