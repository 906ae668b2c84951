"""Enquiries: what the public asks, what the office takes down, and how it is answered."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core import uploads
from core.changes import ChangeForm
from core.forms import DateInput, Form, choose_from
from core.upload_fields import UploadsField, UploadsForm
from publicity.enums import (
    EnquiryKind,
    EnquiryTopic,
    InformationResult,
    LetterChannel,
    Satisfaction,
    WantedForm,
)
from publicity.models import Enquiry, Question
from publicity.services import enquiries, questions
from publicity.services.answerers import bodies
from publicity.services.enquiries import Asked
from sites.calendar import today
from sites.models import Programme, Site

from .objections import FILES_HELP

LONGEST = 2000
# What a form asks beside topic and text, by kind; the others of it are not on its page.
ASKED_OF = {
    EnquiryKind.QUESTION: ("site", "may_be_published"),
    EnquiryKind.COMPLAINT: ("site", "may_be_published"),
    EnquiryKind.SUGGESTION: ("site", "may_be_published"),
    EnquiryKind.ERROR: ("page", "may_be_published"),
    EnquiryKind.INFORMATION: ("wanted_as", "is_body", "identity"),
}
# The topic that most of a kind are about.
USUAL_TOPIC = {
    EnquiryKind.COMPLAINT: EnquiryTopic.CONDUCT,
    EnquiryKind.SUGGESTION: EnquiryTopic.CAMPAIGN,
    EnquiryKind.ERROR: EnquiryTopic.WEBSITE,
    EnquiryKind.INFORMATION: EnquiryTopic.DISCLOSURE,
}


class AskedForm(UploadsForm):
    """What is asked, of whichever kind."""

    personal = {
        "name": "publicity.Enquiry.writer_name",
        "contact": "publicity.Enquiry.writer_contact",
        "identity": "publicity.Enquiry.writer_identity",
        "page": "publicity.Enquiry.page",
        "text": "publicity.Enquiry.text",
    }

    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("none in particular"),
        help_text=_("If it is about one demonstration site."),
    )
    page = forms.CharField(
        label=_("Page"),
        max_length=200,
        required=False,
        help_text=_("Its title, or its address from the browser's address bar."),
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=EnquiryTopic.choices)
    text = forms.CharField(
        label=_("What you want to know or say"),
        max_length=LONGEST,
        help_text=_("What, where and when. At most 2000 characters."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    wanted_as = forms.ChoiceField(
        label=_("In which form"), choices=WantedForm.choices, widget=forms.RadioSelect, required=False
    )
    is_body = forms.BooleanField(label=_("I ask for a body, not for myself"), required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=_("Telephone, address or e-mail"),
        max_length=100,
        required=False,
        help_text=_("If we have to ask you something."),
    )
    identity = forms.CharField(
        label=_("Identity document, with its number"),
        max_length=60,
        required=False,
        help_text=_("The regulation of 2019 wants it; of a request made before, it may stay empty."),
    )
    may_be_published = forms.BooleanField(
        label=_("Question and answer may be published, without my name"), required=False
    )
    files = UploadsField(
        purpose=uploads.LETTER, label=_("Files that show it"), required=False, help_text=FILES_HELP
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        here = Site.objects.listed().filter(programme=programme)
        choose_from(self, "site", here.select_related("organisation"))

    def clean(self) -> None:
        super().clean()
        if self.errors and self.cleaned_data.get("files"):
            self.add_error("files", _("Choose the files once more: the browser has not kept them."))

    def asked(self, kind: EnquiryKind) -> Asked:
        """What was typed, of this kind."""
        given = {name: value for name, value in self.cleaned_data.items() if name in Asked.__annotations__}
        return Asked(**given | {"kind": kind, "topic": EnquiryTopic(given["topic"])})


class EnquiryForm(AskedForm):
    """What somebody asks online: of each kind what it needs, and no account."""

    printed = False

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, kind: EnquiryKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in {name for of_kind in ASKED_OF.values() for name in of_kind} - {*ASKED_OF[kind]}:
            del self.fields[name]
        self.initial.setdefault("topic", USUAL_TOPIC.get(kind, EnquiryTopic.PROCEDURE))
        self.helper = FormHelper()
        trap = Div("website", css_class="visually-hidden", aria_hidden="true")
        self.helper.layout = Layout(*(name for name in self.fields if name != "website"), trap)

    def clean_website(self) -> str:
        """Only robots fill the field that nobody sees."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it tells people from robots."))
        return ""

    def save(self) -> None:
        asked, files = self.asked(self.kind), self.cleaned_data["files"]
        self.received = enquiries.receive(programme=self.programme, asked=asked, files=files)


class InformationRequestForm(EnquiryForm):
    """依申请公开: what the regulation wants of a request, and since when a document."""

    text = forms.CharField(
        label=_("Which information you ask for"),
        max_length=LONGEST,
        help_text=_("Its title, number or whatever else says which. At most 2000 characters."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "contact", "wanted_as"):
            self.fields[name].required = True
        if today() >= enquiries.IDENTIFIED_SINCE:
            self.fields["identity"].required = True
        else:
            del self.fields["identity"]


class RecordEnquiryForm(AskedForm):
    """What came by post, by telephone or at the counter, as the office takes it down."""

    kind = forms.ChoiceField(label=_("Kind"), choices=EnquiryKind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("How it came in"),
        choices=[(each, LetterChannel(each).label) for each in LetterChannel.RECORDED],
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=_("Received on"),
        widget=DateInput(),
        initial=today,
        help_text=_("The day it came in, not the day it is taken down: the answer's days run from it."),
    )
    field_order = ("kind", "channel", "received_on")

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        able = Site.objects.listed().filter(programme=programme).exclude(pk__in=by.recused_sites())
        choose_from(self, "site", able.select_related("organisation"))

    def save(self, *, by: User) -> None:
        cleaned = self.cleaned_data
        self.received = enquiries.record(
            programme=self.programme,
            asked=self.asked(EnquiryKind(cleaned["kind"])),
            channel=LetterChannel(cleaned["channel"]),
            received_on=cleaned["received_on"],
            files=cleaned["files"],
            by=by,
        )


class CompleteForm(UploadsForm):
    """What who asked adds to a request that was to be completed."""

    personal = {"text": "publicity.Enquiry.text"}
    printed = False

    text = forms.CharField(
        label=_("What was asked for"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    files = UploadsField(purpose=uploads.LETTER, label=_("Files"), required=False, help_text=FILES_HELP)

    def save(self, enquiry: Enquiry) -> None:
        self.refused = enquiries.complete(enquiry=enquiry, **self.cleaned_data)


class MoreEnquiryFilesForm(UploadsForm):
    """Attachments that follow an enquiry on record."""

    files = UploadsField(
        purpose=uploads.LETTER,
        label=_("Files that show it"),
        help_text=FILES_HELP,
        error_messages={"required": _("Choose at least one file.")},
    )

    def save(self, enquiry: Enquiry) -> None:
        self.refused = enquiries.attach(enquiry=enquiry, files=self.cleaned_data["files"])


class RateForm(Form):
    printed = False

    satisfaction = forms.ChoiceField(
        label=_("Are you satisfied with the answer?"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def save(self, enquiry: Enquiry) -> None:
        enquiries.rate(enquiry=enquiry, satisfaction=Satisfaction(self.cleaned_data["satisfaction"]))


class HandOnForm(Form):
    body = forms.ModelChoiceField(
        label=_("Whose it is"),
        queryset=Organisation.objects.none(),
        empty_label=_("choose a body"),
        help_text=_("A body where somebody has an account; never the unit complained of."),
        error_messages={"required": _("Choose whose it is.")},
    )
    reason = forms.CharField(
        label=_("Why it is theirs"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, enquiry: Enquiry, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "body", bodies(enquiry, by=by))


class DraftAnswerForm(Form):
    """The answer; of a request for information with how it ends."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(each, InformationResult(each).label) for each in InformationResult.DRAFTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a result.")},
    )
    reply = forms.CharField(
        label=_("Answer"),
        help_text=_(
            "Who asked reads it under the receipt code, once somebody else has approved it: name nobody. "
            "Say on which law it rests where something is refused."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not enquiry.is_request:
            del self.fields["result"]


class QuestionForm(ChangeForm):
    """A frequent question with its answer, as a draft."""

    asked = forms.CharField(
        label=_("Question"), max_length=200, help_text=_("As people ask it; it names nobody.")
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=EnquiryTopic.choices)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=5000,
        help_text=_("Plain text; each line becomes a paragraph."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(
        self, *args: Any, question: Question | None, enquiry: Enquiry | None = None, **kwargs: Any
    ) -> None:
        self.question, self.record, self.enquiry = question, question, enquiry
        if question:
            kwargs["initial"] = {
                "asked": question.question,
                "topic": question.topic,
                "answer": question.answer,
            }
        super().__init__(*args, **kwargs)

    def save(self, *, by: User) -> Question:
        words = self.cleaned_data | {"topic": EnquiryTopic(self.cleaned_data["topic"])}
        return questions.keep(question=self.question, enquiry=self.enquiry, **words, by=by)


class PublishQuestionForm(Form):
    looked_at = forms.BooleanField(
        label=_("I have looked at the numbers and names that are pointed out: they may stand"), required=False
    )
