"""An inspector's visits of one day, in the order in which the team goes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Prefetch

from accounts.models import User
from assessments.models import Assessment, Sheet
from assessments.queries import led_by
from core.http import record_address


@dataclass(frozen=True)
class Receiver:
    """Who receives the team."""

    name: str
    phone: str


@dataclass(frozen=True)
class Stop:
    """One visit of the day."""

    assessment: Assessment
    sheet: Sheet | None
    is_led: bool

    @property
    def is_done(self) -> bool:
        """The own sheet is submitted."""
        return self.sheet is not None and not self.sheet.is_draft

    @property
    def receivers(self) -> list[Receiver]:
        """Who was named for this visit, else the site's liaisons."""
        assignment = self.assessment.assignment
        if assignment.received_by:
            return [Receiver(assignment.received_by, assignment.received_phone)]
        return [Receiver(each.name, each.phone) for each in self.assessment.site.liaisons.all()]

    @property
    def pocket_url(self) -> str:
        if self.sheet:
            return record_address("assessments:pocket", self.sheet.pk)
        return record_address("assessments:inspect_pocket", self.assessment.pk)


class RoutePage:
    """The visits of a day; which days have any. As many questions however many visits there are."""

    def __init__(self, user: User, day: datetime.date) -> None:
        self.user, self.day = user, day

    @cached_property
    def _stops(self) -> list[Stop]:
        own = Sheet.objects.filter(author=self.user)
        visits = (
            Assessment.objects.visible_to(self.user)
            .filter(assignment__team__members__user=self.user, assignment__visit_on=self.day)
            .select_related("site__organisation", "round", "assignment__team")
            .prefetch_related("site__liaisons", Prefetch("sheets", own))
            .order_by("assignment__team", F("assignment__place").asc(nulls_last=True), "assignment")
        )
        led = set(led_by(self.user).filter(assignment__visit_on=self.day).values_list("pk", flat=True))
        return [Stop(each, next(iter(each.sheets.all()), None), each.pk in led) for each in visits]

    @property
    def left(self) -> Sequence[Stop]:
        return [stop for stop in self._stops if not stop.is_done]

    @property
    def finished(self) -> Sequence[Stop]:
        return [stop for stop in self._stops if stop.is_done]

    @cached_property
    def days(self) -> Sequence[datetime.date]:
        """Every day on which this person goes somewhere, and the one shown."""
        sent = Assessment.objects.visible_to(self.user).filter(assignment__team__members__user=self.user)
        days = sent.filter(round__closed_on=None).values_list("assignment__visit_on", flat=True)
        return sorted({self.day, *(day for day in days.distinct() if day)})
