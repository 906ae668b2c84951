"""The filter over the list of papers; receipts on paper; printed copies; instructions and their answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from accounts.forms.motions import AgreeForm
from accounts.models import Organisation, User
from core import uploads
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadField

from .enums import Openness, RenderState, Retention
from .issuing import Head
from .models import (
    Document,
    Draft,
    DraftPaper,
    Instruction,
    InstructionAnswer,
    KindSeries,
    PaperDefault,
    Receipt,
    Wording,
)
from .papers import PAPERS, DocumentKind
from .services import checking, correcting, instructions, scans, wordings
from .wording import LONGEST

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


class SeriesForm(ChangeForm):
    """The letters of a kind's numbers."""

    code = forms.CharField(
        label=_("Letters of the number"),
        max_length=10,
        help_text=_("Kinds with the same letters are numbered together: one series for the office."),
    )

    def __init__(self, *args: Any, kind: DocumentKind, **kwargs: Any) -> None:
        self.record = KindSeries.objects.filter(kind=kind).first()
        kwargs["initial"] = {"code": self.record.code if self.record else PAPERS[kind].series}
        super().__init__(*args, **kwargs)


class WordingForm(ChangeForm):
    """The passages of a kind's standing text, a field each."""

    def __init__(
        self, *args: Any, kind: DocumentKind, stored: Mapping[str, str], preview: str, **kwargs: Any
    ) -> None:
        self.record = Wording.objects.drafts().filter(kind=kind).first()
        self.names = {f"p{number}": name for number, name in enumerate(stored, start=1)}
        kwargs["initial"] = {field: stored[name] for field, name in self.names.items()}
        super().__init__(*args, **kwargs)
        for field, name in self.names.items():
            below = f"#id_{field}_helptext"  # where the words stand that the page fills in
            live = {"hx-post": preview, "hx-trigger": "input delay:500ms", "hx-swap": "outerHTML"}
            live |= {"hx-target": below, "hx-select": below}
            rows = 2 + len(stored[name]) // 45
            self.fields[field] = forms.CharField(
                label=name, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows, **live})
            )

    def show(self, readings: Mapping[str, str]) -> None:
        """Say under each passage how it reads; `readings` are HTML."""
        for field, name in self.names.items():
            self[field].help_text = readings[name]

    def typed(self) -> dict[str, str]:
        """The passages as they are typed, right or wrong, by their names."""
        return {name: str(self[field].value() or "") for field, name in self.names.items()}

    def write(self, *, kind: DocumentKind, by: User) -> None:
        """Keep them as a draft; what is wrong with a passage stands at its field."""
        try:
            wordings.write(kind=kind, texts=self.typed(), by=by)
        except ValidationError as error:
            fields = {name: field for field, name in self.names.items()}
            told = {fields[name]: each for name, each in error.error_dict.items()}
            raise ValidationError(told) from error


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


NOT_SAID = gettext_noop(
    "What the records put into the paper has no such words; words of its standing text are corrected there "
    "first."
)


class CorrectForm(Form):
    """更正: wrong words of a paper with the right ones, some pairs at once, and why."""

    PAIRS = 4

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        for number in range(1, self.PAIRS + 1):
            self.fields[f"wrong{number}"] = forms.CharField(
                label=_("Wrong words %(n)d") % {"n": number}, min_length=2, max_length=500, required=False
            )
            self.fields[f"right{number}"] = forms.CharField(
                label=_("What they should read %(n)d") % {"n": number}, max_length=500, required=False
            )
        self.fields["wrong1"].help_text = _(
            "As they stand in the paper, with as many words around them as make the place certain: they are "
            "changed wherever they stand. Points and days come from the records and are corrected there."
        )
        self.fields["right1"].help_text = _("Empty: the words are left out.")
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("It stands wherever the old paper is met; of a public one everybody reads it."),
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.changes = []
        for number in range(1, self.PAIRS + 1):
            wrong, right = told.get(f"wrong{number}", ""), told.get(f"right{number}", "")
            if wrong and not correcting.stands_in(self.document, wrong):
                self.add_error(f"wrong{number}", _(NOT_SAID))
            elif wrong and wrong == right:
                self.add_error(f"right{number}", _("This is what the paper says now."))
            elif right and not wrong:
                self.add_error(f"wrong{number}", _("Say which words it should stand for."))
            elif wrong:
                self.changes.append([wrong, right])
        if not (self.changes or self.errors or correcting.is_worded_anew(self.document)):
            self.add_error("wrong1", _("Say which words are wrong."))
        return told

    @property
    def values(self) -> dict[str, Any]:
        """As the decision takes it."""
        return {"changes": self.changes, "reason": self.cleaned_data["reason"]}


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


class HeadForm(ChangeForm):
    """The free parts of a paper that is drafted, or of all that will be drafted of a kind."""

    copies_more = RecordsField(
        label=_("More copies to"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beside those to whom this kind of paper goes anyway."),
    )
    note = forms.CharField(
        label=_("Note under the date"),
        max_length=100,
        required=False,
        help_text=_("Printed in brackets, such as 联系人：张三，电话：0473—2990000."),
    )
    print_run = forms.IntegerField(
        label=_("Number of copies"),
        min_value=0,
        max_value=MOST_COPIES,
        help_text=_("Printed at the foot; 0 leaves it out."),
    )
    openness = forms.ChoiceField(label=_("Openness"), choices=Openness)
    retention = forms.ChoiceField(label=_("Kept for"), choices=Retention)
    printer = forms.CharField(
        label=_("Printed and sent out by"),
        max_length=60,
        required=False,
        help_text=_("Empty: the office whose paper it is."),
    )

    def __init__(
        self, *args: Any, head: Head, record: DraftPaper | PaperDefault | None, **kwargs: Any
    ) -> None:
        self.record = record
        kwargs["initial"] = vars(head) | {"copies_more": [each.pk for each in head.copies_more]}
        super().__init__(*args, **kwargs)
        choose_from(self, "copies_more", Organisation.objects.filter(is_active=True))

    @property
    def head(self) -> Head:
        """What was filled in."""
        told = self.cleaned_data
        return Head(**told | {"copies_more": tuple(told["copies_more"])})


class _StepForm(Form):
    """One of the several forms on a draft's page: their fields have names of their own there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{type(self).__name__}-%s", **kwargs)


class RemarkForm(_StepForm):
    """What somebody has to say of a draft."""

    text = forms.CharField(label=_("Remark"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    edited = UploadField(
        purpose=uploads.EDITED_COPY,
        label=_("Edited copy"),
        required=False,
        help_text=_("The Word copy with your changes, or a scan of what you wrote on the print."),
    )


class SendBackForm(_StepForm):
    """退回."""

    text = forms.CharField(
        label=_("What should be changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CheckForm(_StepForm):
    """核稿 of the turn of a draft that was read."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CountersignForm(CheckForm):
    """会签: whether the own body agrees."""

    agrees = forms.TypedChoiceField(
        label=_("Your organisation"),
        choices=[("yes", _("agrees")), ("no", _("does not agree, for the reason below"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("agrees", "text", "turn")


class AskForm(_StepForm):
    """Which other bodies are to countersign."""

    organisations = RecordsField(
        label=_("To be countersigned by"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "organisations": list(draft.countersignatures.values_list("organisation", flat=True))
        }
        super().__init__(*args, **kwargs)
        choose_from(self, "organisations", checking.countersigners())


class PenSignatureForm(AgreeForm):
    """签批单: what stands on a sheet that a leader signed with a pen."""

    signer = forms.ModelChoiceField(label=pgettext_lazy("a paper", "Signed by"), queryset=User.objects.none())
    signed_on = forms.DateField(label=_("Signed on"), widget=DateInput())
    scan = UploadField(
        purpose=uploads.PEN_SHEET,
        label=_("Scan of the signed sheet"),
        help_text=_("PDF or a picture (JPEG, PNG, GIF)."),
    )
    turn = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, motion=draft.motion, initial={"turn": draft.turn}, **kwargs)
        able = [one.pk for one in scans.pen_signers(draft)]
        choose_from(self, "signer", User.objects.filter(pk__in=able))


class StampedScanForm(Form):
    """盖章件: the paper as it was printed and sealed."""

    scan = UploadField(
        purpose=uploads.SEALED,
        label=_("Scan of the sealed paper"),
        help_text=_("PDF or a picture (JPEG, PNG, GIF)."),
    )


class SignForm(AgreeForm):
    """签发 of the turn that was read, upon a resolution where the act rests on one."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
