"""The report of a visit, filled in at the counter."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.enums import UnitView
from assessments.models import Score
from assessments.services.visit_reports import MOST_LETTERS, Filled, Finding, Said
from core import uploads
from core.forms import DateInput, Form, TidyField
from core.upload_fields import UploadField

# Not raised at the counter: it stays out of the report.
LEFT_OUT = "left_out"
VIEWS = [*UnitView.choices, (LEFT_OUT, _("not raised here"))]


class TimeInput(forms.TimeInput):
    """The browser's own field."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class VisitReportForm(Form):
    """Day and times, who was there, each noted gap with the unit's view, remarks, and the signature."""

    personal = {
        "present": "assessments.VisitReport.present",
        "signer_name": "assessments.VisitReport.signer_name",
        "signature": "assessments.VisitReport.signature",
    }

    visited_on = forms.DateField(label=_("Day of the visit"), widget=DateInput)
    begun_at = forms.TimeField(label=_("Begun at"), widget=TimeInput)
    ended_at = forms.TimeField(label=_("Ended at"), widget=TimeInput)
    present = forms.CharField(
        label=_("Who was present"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    remarks = forms.CharField(
        label=_("The unit's remarks"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signer_name = TidyField(label=_("Name of the unit's person who signs"), max_length=40)
    signer_post = TidyField(label=_("Post"), max_length=60)
    signature = forms.CharField(max_length=MOST_LETTERS, required=False, widget=forms.HiddenInput)
    paper = UploadField(
        purpose=uploads.VISIT_PAPER,
        label=_("Signed on paper: its photograph"),
        required=False,
        help_text=_("Print this page, have it signed, and add a picture or scan of it."),
    )

    def __init__(self, *args: Any, noted: Sequence[Score], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noted = noted
        for score in noted:
            self.fields[_of("gap", score)] = forms.CharField(
                label=_("Gap"),
                max_length=2000,
                initial=score.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[_of("view", score)] = forms.ChoiceField(
                label=_("The unit's view"), choices=VIEWS, widget=forms.RadioSelect
            )
            self.fields[_of("words", score)] = forms.CharField(
                label=_("In words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for score in self.noted:
            if cleaned.get(_of("view", score)) == UnitView.CONTRADICTS and not cleaned[_of("words", score)]:
                self.add_error(
                    _of("words", score), ValidationError(_("Write down why the unit contradicts."))
                )
        return cleaned

    def groups(self) -> Iterator[tuple[Score, Sequence[forms.BoundField]]]:
        """Each noted gap with its fields."""
        return (
            (score, [self[_of(name, score)] for name in ("gap", "view", "words")]) for score in self.noted
        )

    def filled(self) -> Filled:
        """As `services.visit_reports.sign` takes it."""
        entered = self.cleaned_data
        said = [
            Said(
                item=score.item,
                gap=entered[_of("gap", score)],
                view=UnitView(entered[_of("view", score)]),
                words=entered[_of("words", score)],
            )
            for score in self.noted
            if entered[_of("view", score)] != LEFT_OUT
        ]
        return Filled(said=said, **{name: entered[name] for name in VisitReportForm.base_fields})

    def checked(self) -> Filled:
        """`filled`; ValidationError with all that is wrong."""
        if not self.is_valid():
            raise ValidationError([str(line) for lines in self.errors.values() for line in lines])
        return self.filled()


class KeptReportForm(Form):
    """What comes with a report that a phone kept: its own number, and what was in sight there."""

    key = forms.UUIDField()
    seen = forms.JSONField()
    corrects = forms.IntegerField(required=False, min_value=1)

    def clean_seen(self) -> list[Finding]:
        seen = self.cleaned_data["seen"]
        if not isinstance(seen, list) or not all(map(_is_finding, seen)):
            raise ValidationError(_("This is no list of findings."))
        return [(code, level, reason) for code, level, reason in seen]


def _is_finding(told: object) -> bool:
    return isinstance(told, list) and len(told) == 3 and all(isinstance(each, str) for each in told)


def _of(field: str, score: Score) -> str:
    return f"{field}-{score.item_id}"
