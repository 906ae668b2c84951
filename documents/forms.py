"""The filter over the list of papers; receipts on paper; printed copies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.changes import ChangeForm
from core.forms import DateInput, Form

from .enums import RenderState
from .models import Document, Receipt
from .papers import DocumentKind

# More of one paper is a slip of the hand.
MOST_COPIES = 10_000


class DocumentFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *DocumentKind.choices], required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *RenderState.choices], required=False
    )

    def asked(self) -> dict[str, str]:
        """What is chosen; a wrong choice is named at its field and narrows nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class OnPaperForm(ChangeForm):
    """Who signed for a paper on paper, and when."""

    receiver = forms.CharField(label=_("Received on paper by"), max_length=40)
    received_on = forms.DateField(label=_("Received on"), widget=DateInput())

    def __init__(self, *args: Any, receipt: Receipt, **kwargs: Any) -> None:
        self.record = receipt
        kwargs["initial"] = {"receiver": receipt.receiver, "received_on": receipt.received_on}
        super().__init__(*args, **kwargs)


class CopiesPrintedForm(ChangeForm):
    copies_printed = forms.IntegerField(
        label=_("Copies printed"),
        min_value=0,
        max_value=MOST_COPIES,
        help_text=_("In all, reprints included."),
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        self.record = document
        kwargs["initial"] = {"copies_printed": document.copies_printed}
        super().__init__(*args, **kwargs)


class CopiesGivenForm(Form):
    receiver = forms.CharField(label=_("Handed out to"), max_length=100)
    number = forms.IntegerField(
        label=_("Number of copies"),
        min_value=0,
        max_value=MOST_COPIES,
        help_text=_("In all. A new entry for the same receiver corrects the earlier one."),
    )
