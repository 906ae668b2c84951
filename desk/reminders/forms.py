"""How the office words its reminders, and when they go out."""

import datetime
import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.changes import ChangeModelForm
from core.forms import Form
from desk.deadlines.kinds import kind_of
from desk.models import ReminderRule
from sites.enums import Rung

from .services import MOST_AHEAD
from .texts import PLACES, wrong_places


class RemindForm(Form):
    """Which things are reminded of by hand (kind:key:day), and the page of the portal to go back to."""

    MOST = 500  # more is never on one page

    thing = forms.Field()
    back = forms.RegexField(r"^/desk/[^\\]*$", max_length=2000)

    def clean_thing(self) -> list[tuple[str, ...]]:
        found = [tuple(each.split(":")) for each in cast("QueryDict", self.data).getlist("thing")]
        if any(not _names_a_thing(parts) for parts in found[: self.MOST]):
            raise ValidationError(_("Choose what is to be reminded of from the list."))
        return found[: self.MOST]


def _names_a_thing(parts: tuple[str, ...]) -> bool:
    if len(parts) != 3 or (parts[0] in ("site", "filing") and not parts[1].isdecimal()):
        return False
    try:
        return bool(datetime.date.fromisoformat(parts[2]))
    except ValueError:
        return False


class LeadDaysField(forms.CharField):
    """Some numbers of working days: `5, 2, 1`; gives them as a list, the longest first."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(days) for days in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        parts = [part for part in re.split(r"[\s,，、;；]+", super().to_python(value) or "") if part]
        wrong = [part for part in parts if not part.isdecimal() or not 1 <= int(part) <= MOST_AHEAD]
        if wrong:
            raise ValidationError(
                _("“%(part)s” is no number of days from 1 to %(most)d; write for example 5, 2, 1."),
                params={"part": wrong[0], "most": MOST_AHEAD},
            )
        return sorted({int(part) for part in parts}, reverse=True)


class ReminderRuleForm(ChangeModelForm[ReminderRule]):
    """One kind's reminders; only the rungs that fit it."""

    lead_days = LeadDaysField(
        label=_("Working days ahead"),
        required=False,
        max_length=60,
        help_text=_("Each a reminder, for example 5, 2, 1. Empty: nobody is reminded before the date."),
    )

    class Meta:
        model = ReminderRule
        fields = (
            "is_on",
            "lead_days",
            "text",
            "late_text",
            "district_after",
            "office_after",
            "leading_group_after",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rungs = kind_of(self.instance.kind).rungs
        needed = {
            "late_text": Rung.LATE,
            "district_after": Rung.DISTRICT,
            "office_after": Rung.OFFICE,
            "leading_group_after": Rung.LEADING_GROUP,
        }
        for name in [name for name, rung in needed.items() if rung not in rungs]:
            del self.fields[name]
        places = " ".join(f"{{{place}}}" for place in PLACES)
        for name in {"text", "late_text"} & set(self.fields):
            self.fields[name].required = True
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2})
            self.fields[name].help_text = _(
                "Filled in: %(places)s – the site or body, what is to be done, the last day, the working "
                "days left or overdue."
            ) % {"places": places}
        for name in {"district_after", "office_after", "leading_group_after"} & set(self.fields):
            self.fields[name].help_text = _("Empty: they are not told.")
            self.fields[name].widget.attrs.update(min=1, max=MOST_AHEAD)

    def clean_text(self) -> str:
        return self._checked("text")

    def clean_late_text(self) -> str:
        return self._checked("late_text")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if wrong := wrong_places(text):
            raise ValidationError(
                _("“{%(name)s}” is no place that is filled in; there are %(places)s."),
                params={"name": wrong[0], "places": " ".join(f"{{{place}}}" for place in PLACES)},
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Nobody over somebody is told before them."""
        wanted: dict[str, Any] = super().clean() or self.cleaned_data
        told = 1
        for name in ("district_after", "office_after", "leading_group_after"):
            after = wanted.get(name)
            if after is None:
                continue
            if not told <= after <= MOST_AHEAD:
                problem = _("From %(low)d to %(high)d working days: nobody is told before those below them.")
                self.add_error(name, ValidationError(problem, params={"low": told, "high": MOST_AHEAD}))
            told = max(told, after)
        return wanted
