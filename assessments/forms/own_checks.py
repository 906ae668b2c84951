"""本级自查: what a district's government says of one item, and the words of a step that asks for some."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from assessments.enums import Fulfilment
from assessments.forms.evidence import LinksField
from assessments.models import OwnCheckAnswer
from assessments.services import own_checks
from core import uploads
from core.changes import ChangeForm
from core.forms import ReasonForm
from core.upload_fields import UploadsField, UploadsForm


class OwnCheckAnswerForm(ChangeForm, UploadsForm):
    """How far one item is done, and what shows it."""

    fulfilment = forms.ChoiceField(
        label=_("How far it is done"), choices=Fulfilment.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, by which paper; of what is not done, what is missing and until when."),
    )
    links = LinksField(
        label=_("Links"), required=False, help_text=_("Pages that show it, one address a line.")
    )
    files = UploadsField(purpose=uploads.EVIDENCE, label=_("Evidence"), required=False)

    def __init__(self, *args: Any, answer: OwnCheckAnswer, limits: str, **kwargs: Any) -> None:
        self.answer = self.record = answer
        kwargs["initial"] = {
            "fulfilment": answer.fulfilment,
            "text": answer.text,
            "links": "\n".join(answer.links),
        }
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text = limits
        self.order_fields(["fulfilment", "text", "links", "files"])

    def save(self, *, by: User) -> None:
        values = self.cleaned_data | {"fulfilment": Fulfilment(self.cleaned_data["fulfilment"])}
        own_checks.answer(answer=self.answer, by=by, **values)


class WordsForm(ReasonForm):
    """The words of a step, under its own question."""

    def __init__(self, *args: Any, asks: StrOrPromise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = str(asks)
