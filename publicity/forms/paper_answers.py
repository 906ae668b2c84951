"""社会评议 on paper: how many forms are printed, what stands on one, which of two entries holds, scans."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core import uploads
from core.forms import Form
from core.upload_fields import UploadsField, UploadsForm
from publicity.models import Appraisal, SecondEntry
from publicity.models.appraisal import QUESTIONS, STEPS
from publicity.models.paper_answers import REMARK
from publicity.services import appraisals, paper_answers

from .appraisals import RemarkField
from .codes import CodeField


class PrintFormsForm(Form):
    number = forms.IntegerField(
        label=_("Number of forms"),
        min_value=1,
        max_value=appraisals.MOST_AT_ONCE,
        initial=40,
        help_text=_("Two forms go on a page; each has a code of its own, so none is copied."),
    )


class PaperFormForm(Form):
    """A form that was filled in on paper, for quick hands: a digit for each question."""

    code = CodeField(label=_("Code on the form"))
    marks = forms.CharField(
        label=_("Crosses, question by question"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type a digit from 1 to 4 for each of the five questions.")},
    )
    text = RemarkField(label=pgettext_lazy("appraisal", "Remark"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True
        places = _(", ").join(f"{place} {step}" for place, step in enumerate(STEPS[::-1], start=1))
        self.fields["marks"].help_text = _("The number of each row's cross: %(places)s.") % {"places": places}

    def clean_marks(self) -> list[int]:
        """The steps, from the places on paper: the best stands first there."""
        digits = "".join(unicodedata.normalize("NFKC", self.cleaned_data["marks"]).split())
        places = [int(digit) for digit in digits if digit in "1234"]
        if len(digits) != len(QUESTIONS) or len(places) != len(QUESTIONS):
            raise forms.ValidationError(self.fields["marks"].error_messages["required"])
        return [len(STEPS) - place for place in places]

    @property
    def entered(self) -> str:
        """What was entered, as it goes back to who typed it."""
        places = "".join(str(len(STEPS) - step) for step in self.cleaned_data["marks"])
        return f"{self.cleaned_data['code']} {places}"

    def save(self, *, appraisal: Appraisal, by: User) -> None:
        paper_answers.enter(appraisal=appraisal, by=by, **self._says())

    def _says(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {"code": values["code"], "answers": values["marks"], "text": values["text"]}


class SecondEntryForm(PaperFormForm):
    """The same form, typed again by somebody who does not see what was typed first."""

    def save(self, *, appraisal: Appraisal, by: User) -> None:
        """What became of it is in `entry`."""
        self.entry = paper_answers.enter_again(appraisal=appraisal, by=by, **self._says())


class SettleForm(Form):
    """What the paper says in each field in which two entries of it differ."""

    def __init__(self, *args: Any, entry: SecondEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        for place in entry.differing:
            words = QUESTIONS[place] if place < REMARK else pgettext_lazy("appraisal", "Remark")
            self.fields[f"field_{place}"] = forms.TypedChoiceField(
                label=words,
                coerce=int,
                choices=list(self._choices(place)),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what stands on the paper.")},
            )

    def _choices(self, place: int) -> Iterator[tuple[int, str]]:
        """For a question its steps, the best first, for the remark the two that were typed."""
        first, second = (entry[place] for entry in self.entry.typed)
        if place == REMARK:
            yield 0, _("%(what)s – the first entry") % {"what": first or _("no remark")}
            yield 1, _("%(what)s – the second entry") % {"what": second or _("no remark")}
            return
        told = {first: _("%(what)s – the first entry"), second: _("%(what)s – the second entry")}
        for step, words in reversed(list(enumerate(STEPS))):
            yield step, told.get(step, "%(what)s") % {"what": words}

    @property
    def says(self) -> dict[int, Any]:
        """What stands on the paper, by the places of the fields."""
        chosen = {place: self.cleaned_data[f"field_{place}"] for place in self.entry.differing}
        if REMARK in chosen:
            chosen[REMARK] = self.entry.typed[chosen[REMARK]][REMARK]
        return chosen

    def save(self, *, by: User) -> None:
        paper_answers.settle(entry=self.entry, says=self.says, by=by)


class ScansForm(UploadsForm):
    """Scans of the paper forms of an appraisal."""

    files = UploadsField(
        purpose=uploads.PAPER_ANSWERS,
        label=_("Scans"),
        help_text=_("PDF or pictures; several at once."),
        error_messages={"required": _("Choose at least one file.")},
    )

    def save(self, *, appraisal: Appraisal, by: User) -> None:
        paper_answers.attach_scans(appraisal=appraisal, files=self.cleaned_data["files"], by=by)
