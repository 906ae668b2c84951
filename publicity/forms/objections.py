"""Objections: what the public hands in, what the office takes down, and how it is handled."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import uploads
from core.forms import DateInput, Form, choose_from
from core.upload_fields import UploadsField, UploadsForm
from publicity.enums import LetterChannel, NoticeState, ObjectionState
from publicity.models import Notice, Objection
from publicity.services import objections
from publicity.services.inquirers import investigators
from sites.calendar import today
from sites.models import Programme, Site

from .letters import NoticeField

FILES_HELP = _("If you have any: PDF, pictures or office documents, at most five, each up to 20 MB.")


OF_THE_OBJECTOR = {
    "name": "publicity.Objection.objector_name",
    "phone": "publicity.Objection.objector_phone",
    "text": "publicity.Objection.text",
}


class ObjectionForm(UploadsForm):
    """An objection against one site of a notice, under the objector's real name."""

    personal = OF_THE_OBJECTOR
    printed = False  # the reply is the office's

    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        empty_label=_("choose a site"),
        error_messages={"required": _("Choose the site you object to.")},
    )
    name = forms.CharField(
        label=_("Real name"),
        max_length=40,
        help_text=_("A body gives its full name. Nobody but the handling office sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        help_text=_("For questions about your objection only."),
        validators=[
            RegexValidator(r"^\+?[0-9 ()\-]{7,20}$", _("Type a telephone number, for example 0473-0000000."))
        ],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    text = forms.CharField(
        label=_("Objection"),
        max_length=2000,
        help_text=_("What is wrong, where and when; facts that can be checked. At most 2000 characters."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    files = UploadsField(
        purpose=uploads.LETTER, label=_("Files that show it"), required=False, help_text=FILES_HELP
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        on_it = notice.entries.filter(removed_on=None)
        choose_from(self, "site", Site.objects.filter(pk__in=on_it.values("site")))
        self.helper = FormHelper()
        trap = Div("website", css_class="visually-hidden", aria_hidden="true")
        self.helper.layout = Layout("site", "name", "phone", "text", "files", trap)

    def clean_website(self) -> str:
        """Only robots fill the field that nobody sees."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it tells people from robots."))
        return ""

    def clean(self) -> None:
        super().clean()
        if self.errors and self.cleaned_data.get("files"):
            self.add_error("files", _("Choose the files once more: the browser has not kept them."))

    def save(self) -> None:
        fields = {name: self.cleaned_data[name] for name in ("site", "name", "phone", "text", "files")}
        self.received = objections.receive(notice=self.notice, **fields)


class MoreFilesForm(UploadsForm):
    """Attachments that follow an objection on record."""

    files = UploadsField(
        purpose=uploads.LETTER,
        label=_("Files that show it"),
        help_text=FILES_HELP,
        error_messages={"required": _("Choose at least one file.")},
    )

    def save(self, objection: Objection) -> None:
        self.refused = objections.attach(objection=objection, files=self.cleaned_data["files"])


class RecordForm(UploadsForm):
    """An objection that came by post, by telephone or in person, as the office takes it down."""

    personal = OF_THE_OBJECTOR

    notice = NoticeField(label=_("Notice"), queryset=Notice.objects.none(), empty_label=_("choose a notice"))
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), empty_label=_("choose a site")
    )
    channel = forms.ChoiceField(
        label=_("How it came in"),
        choices=[(each, LetterChannel(each).label) for each in LetterChannel.RECORDED],
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=_("Received on"),
        widget=DateInput(),
        initial=today,
        help_text=_("The day it came in, not the day it is taken down: it must lie within the notice."),
    )
    name = forms.CharField(
        label=_("Real name"),
        max_length=40,
        help_text=_("As it is signed. Without a name it is no objection: log it as an anonymous letter."),
    )
    phone = forms.CharField(
        label=_("Telephone or address"),
        max_length=100,
        help_text=_("Where the objector can be reached with the reply."),
    )
    text = forms.CharField(
        label=_("Objection"),
        max_length=2000,
        help_text=_("A letter word for word; what was said as close to the words as it was taken down."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    files = UploadsField(
        purpose=uploads.LETTER,
        label=_("The letter and its files, scanned"),
        required=False,
        help_text=FILES_HELP,
    )

    def __init__(self, *args: Any, programme: Programme | None, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Notice.objects.visible_to(by).filter(programme=programme)
        noticed = Site.objects.visible_to(by).filter(notice_entries__notice__in=here).distinct()
        choose_from(self, "notice", here.exclude(state=NoticeState.WITHDRAWN).select_related("document"))
        choose_from(self, "site", noticed.select_related("organisation"))

    def save(self, *, by: User) -> None:
        values = self.cleaned_data | {"channel": LetterChannel(self.cleaned_data["channel"])}
        self.received = objections.record(**values, by=by)


class InvestigatorForm(Form):
    """Who looks into an objection."""

    investigator = forms.ModelChoiceField(
        label=_("Who looks into it"),
        queryset=User.objects.none(),
        empty_label=_("choose a person"),
        help_text=_(
            "Somebody else of the office or an inspector who had no part in it yet; nobody of the unit, tied "
            "to it or aside from the site."
        ),
        error_messages={"required": _("Choose who looks into it.")},
    )

    def __init__(self, *args: Any, objection: Objection, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "investigator", investigators(objection, by=by))


class ReportForm(Form):
    """What the person named to look into an objection found."""

    findings = forms.CharField(
        label=_("What the inquiry found"),
        help_text=_("Stays with the office when the objector's data is erased: name nobody."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DeclineForm(Form):
    reply = forms.CharField(
        label=_("Why it is not taken up"),
        help_text=_("The objector reads it under the receipt code, once somebody else has approved it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ConcludeForm(Form):
    """The drafted result of the inquiry with the written reply."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(state, ObjectionState(state).label) for state in ObjectionState.CONCLUDED],
        widget=forms.RadioSelect,
        help_text=_("Upheld, even partly, takes the site off the notice; the other sites go on."),
        error_messages={"required": _("Choose a result.")},
    )
    reply = forms.CharField(
        label=_("Written reply"),
        help_text=_(
            "The objector reads it under the receipt code and on paper, once somebody else has approved it: "
            "name nobody."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    opinion = forms.CharField(
        label=_("What the unit has to mend"),
        required=False,
        help_text=_(
            "Needed when the objection is upheld, even partly. The unit reads it as a finding: name nobody."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    visit_anew = forms.BooleanField(
        label=_("A team has to visit the site anew before it is accepted"),
        required=False,
        help_text=_("When the objection is upheld. Otherwise the signed on-site sheet goes on counting."),
    )


class ApproveForm(Form):
    """The drafted answer as it stood on the page: `seen` is the last step that was on it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class SendBackForm(Form):
    reason = forms.CharField(
        label=_("Why it is sent back"),
        help_text=_("Those who handle the objection read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
