"""本级自查 as its pages show it: the districts of a programme, and one self-check with what can be done."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import Organisation, User
from accounts.rules import is_district_office
from assessments.enums import OwnCheckState
from assessments.models import OwnCheck, OwnCheckAnswer, OwnCheckFile
from sites.calendar import today
from sites.models import Programme

# The plan's second phase: what is done in it is checked by its end.
BUILDING = 2


@dataclass(frozen=True)
class Line:
    """A district and how its self-check stands; None: not begun."""

    district: Organisation
    check: OwnCheck | None
    due_on: datetime.date | None

    @property
    def is_filed(self) -> bool:
        return self.check is not None and self.check.filed_on is not None

    @property
    def is_late(self) -> bool:
        return not self.is_filed and self.due_on is not None and today() > self.due_on


def due_in(programme: Programme) -> datetime.date | None:
    """The last day of the building phase, extensions included."""
    days = (phase.last_day for phase in programme.phases.all() if phase.ordinal == BUILDING)
    return next(days, None)


def lines(programme: Programme, reader: User) -> Iterator[Line]:
    """The districts this person reads of, in the plan's order. Two queries."""
    districts = Organisation.objects.districts().filter(is_active=True).order_by("code")
    if is_district_office(reader):
        districts = districts.filter(pk__in=[reader.district_id])
    seen = OwnCheck.objects.visible_to(reader).filter(programme=programme)
    checks = {check.district_id: check for check in seen.with_counts().select_related("filed_by")}
    due_on = due_in(programme)
    for district in districts:
        yield Line(district, checks.get(district.pk), due_on)


def answers_of(check: OwnCheck) -> list[OwnCheckAnswer]:
    """Each with its item and the files that stand, as `evidence`."""
    files = Prefetch("files", OwnCheckFile.objects.standing(), to_attr="evidence")
    return list(check.answers.select_related("item__section", "by").prefetch_related(files))


def last_words(check: OwnCheck) -> str:
    """What the office, or the head, has asked for and waits for."""
    if check.state not in OwnCheckState.EDITABLE:
        return ""
    asked = check.steps.exclude(note="").last()
    return asked.note if asked else ""
