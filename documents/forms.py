"""The filter over the list of papers; receipts on paper; printed copies; instructions and their answers."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, choose_from

from .enums import RenderState
from .models import Document, Instruction, InstructionAnswer, Receipt
from .papers import DocumentKind
from .services import instructions

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


class InstructionForm(ChangeForm):
    """What is to be done, by whom, and by which day; a new instruction, or one that is changed."""

    text = forms.CharField(
        label=_("Instruction"), max_length=instructions.MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    to = RecordsField(
        label=_("Who has to act"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Being named opens no paper: who may not read this one reads your words, its number and title."
        ),
    )
    due_on = forms.DateField(label=_("To be answered by"), required=False, widget=DateInput())

    def __init__(self, *args: Any, instruction: Instruction | None = None, **kwargs: Any) -> None:
        self.record = instruction
        named = list(instruction.answers.values_list("organisation", flat=True)) if instruction else []
        if instruction:
            kwargs["initial"] = {"text": instruction.text, "due_on": instruction.due_on, "to": named}
        super().__init__(*args, **kwargs)
        # Who was named stays to choose, though nobody of it is left who could answer.
        can_be_told = Q(pk__in=instructions.can_be_told().order_by().values("pk"))
        choose_from(self, "to", Organisation.objects.filter(can_be_told | Q(pk__in=named)))


class InstructionAnswerForm(Form):
    """What was done about an instruction."""

    text = forms.CharField(
        label=_("How it was acted upon"),
        max_length=instructions.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    paper = forms.ModelChoiceField(
        label=_("Paper that shows it"), queryset=Document.objects.none(), required=False
    )

    def __init__(self, *args: Any, answer: InstructionAnswer, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "paper", instructions.may_be_shown(answer.instruction, by))
