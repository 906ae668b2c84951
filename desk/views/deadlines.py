"""What falls due: every open date one may know of, the earliest first."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.exported import AT_ONCE, ExportedList, exported
from desk.deadlines import NarrowedRows, last_days
from desk.deadlines.forms import DeadlineFilter
from desk.deadlines.lines import DeadlineLine, lines
from desk.lights import Lights, lights_of
from desk.reminders.by_hand import shown_with_reminders
from desk.rules import reads_deadlines, reads_reminders, reminds
from sites.chosen import running_programme
from sites.deadlines import OPEN_DATES
from sites.models import Programme, Site
from tables.writing import Head, Row


class DeadlineList(LoginRequiredMixin, UserPassesTestMixin, ExportedList):
    """The open dates of everybody whose dates this person may know."""

    template_name = "desk/deadline_list.html"
    title: ClassVar[Promise] = gettext_lazy("Deadlines")

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_deadlines(self.request.user)

    @cached_property
    def programme(self) -> Programme | None:
        return running_programme(self.request)

    @cached_property
    def lights(self) -> Lights:
        return lights_of(self.programme)

    def get_queryset(self) -> Any:
        self.filter = chosen = DeadlineFilter(self.request.GET, reader=self.request.user)
        asked = {
            "user": self.request.user,
            "programme": self.programme.pk if self.programme else None,
            "last_days": last_days(self.programme),
            "lights": self.lights,
            "district": chosen.district_key(),
        }
        return NarrowedRows(chosen.narrowing(), **asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = shown_with_reminders(self._lines(context["object_list"]), self.request.user)
        return {
            **context,
            "lines": lines,
            "near": [line.thing for line in lines if line.is_near],
            "reads_reminders": reads_reminders(self.request.user),
            "may_remind": reminds(self.request.user),
        }

    def export(self) -> HttpResponse:
        return exported(self.request, str(self.title), self.heads(), self._exported_rows(), about=Site)

    def _exported_rows(self) -> Iterator[Row]:
        """The rest is asked for only by who goes on after the first, which show that it is long."""
        found = self.get_queryset()
        for part in (slice(0, AT_ONCE + 1), slice(AT_ONCE + 1, None)):
            yield from map(self.row, self._lines(found[part]))

    def heads(self) -> list[Head]:
        return [
            _("Due on"),
            pgettext("how close a date is", "Light"),
            _("Working days left"),
            _("Kind"),
            _("What is to be done"),
            _("Site or body"),
            _("Unit"),
            _("District"),
            _("How this was counted"),
            _("Moved"),
        ]

    def row(self, record: DeadlineLine) -> Row:
        deadline = record.deadline
        return [
            deadline.due_on,
            record.light.label if record.light else "",
            record.days,
            deadline.kind.label,
            deadline.what,
            deadline.about,
            deadline.row.whose,
            deadline.row.district,
            deadline.counted,
            "\n".join(f"{moved.on} {moved.by} {moved.text}" for moved in deadline.moved),
        ]

    def _lines(self, rows: Any) -> list[DeadlineLine]:
        return lines(OPEN_DATES.rows(rows), self.programme, self.request.user, self.lights)
