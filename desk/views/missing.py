"""催办: who has still to do what, for those who answer for them."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.exported import ExportedList, exported
from desk.forms import MissingFilter
from desk.reminders.by_hand import shown_with_reminders
from desk.rules import answers_for_others, reminds
from desk.todo import Missing, Work, work_of
from desk.todo.work import OTHERS_AT_MOST
from sites.models import Site
from tables.writing import Head, Row


class MissingList(LoginRequiredMixin, UserPassesTestMixin, ExportedList):
    """What others have still to do. The page looks at so many steps, the exported table at all."""

    template_name = "desk/missing_list.html"
    context_object_name = "rows"
    title = _("Who is missing")

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and answers_for_others(self.request.user)

    def get_queryset(self) -> list[Missing]:  # type: ignore[override]  # read off the sites' next steps
        self.filter = wanted = MissingFilter(self.request.GET)
        chosen = wanted.chosen(None if "format" in self.request.GET else OTHERS_AT_MOST)
        self.work = Work(self.request.user, work_of(self.request, self.request.user).asked, chosen)
        return [row for row in self.work.missing if wanted.keeps(row)]

    def export(self) -> HttpResponse:
        rows = (self.row(record) for record in self.get_queryset())
        return exported(self.request, str(self.title), self.heads(), rows, about=Site)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_cut = len(self.work.steps_of_others) >= OTHERS_AT_MOST
        context = super().get_context_data(is_cut=is_cut, at_most=OTHERS_AT_MOST, **kwargs)
        rows = shown_with_reminders(context["rows"], self.request.user)
        near = [row.thing for row in rows if row.is_near]
        return {**context, "rows": rows, "near": near, "may_remind": reminds(self.request.user)}

    def heads(self) -> list[Head]:
        return [
            _("Whose turn"),
            _("Role"),
            pgettext("to be done", "What"),
            _("About"),
            _("District"),
            _("Stage"),
            _("Since"),
            _("Due on"),
            pgettext("how close a date is", "Light"),
        ]

    def row(self, record: Missing) -> Row:
        return [
            record.who,
            record.role.label,
            record.what,
            record.about,
            record.district,
            record.stage.label if record.stage else "",
            record.since,
            record.due,
            record.light.label if record.light else "",
        ]
