"""What the public and the desk type in: filters, codes, objections, notices, what follows a naming."""

import datetime
import unicodedata
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.forms import DateInput
from accounts.models import Organisation, User
from documents.papers import OFFICE
from publicity.enums import ObjectionState, TrackingKind
from publicity.models import Notice, Objection
from publicity.published import PublicStage
from publicity.services import notices, objections
from sites.calendar import Deadline, today, working_days_after
from sites.enums import Level, Stage
from sites.models import Programme, Site
from sites.models.sites import SiteQuerySet
from standards.enums import Kind

ALL = ("", _("all"))


class SiteFilter(forms.Form):
    """Filters of the public directory; a wrong one is named at its field and narrows nothing."""

    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *PublicStage.choices])

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if district := wanted.get("district"):
            sites = sites.in_district(district)
        if stage := wanted.get("stage"):
            sites = sites.filter(stage__in=PublicStage(stage).stages)
        return sites.filter(**{name: wanted[name] for name in ("level", "kind") if wanted.get(name)})


def plain_code(code: str) -> str:
    """A code as it is stored, whatever a person made of it: full width, small letters, spaces, hyphens."""
    return "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())


class CodeField(forms.CharField):
    """A code typed from paper; cleaned it is as it is stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=40,
            help_text=_("Letters and digits; capitals, spaces and hyphens do not matter."),
            error_messages={"required": _("Type the code.")},
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
            **options,
        )

    def to_python(self, value: Any) -> str:
        return plain_code(super().to_python(value) or "")


class VerificationForm(forms.Form):
    code = CodeField(label=_("Verification code"))


class ReceiptForm(forms.Form):
    code = CodeField(label=_("Receipt code"))


class ObjectionForm(forms.Form):
    """An objection against one site of a notice, under the objector's real name."""

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
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        on_it = notice.entries.filter(removed_on=None)
        self.fields["site"].queryset = Site.objects.filter(pk__in=on_it.values("site"))  # type: ignore[attr-defined]
        self.helper = FormHelper()
        trap = Div("website", css_class="visually-hidden", aria_hidden="true")
        self.helper.layout = Layout("site", "name", "phone", "text", trap)

    def clean_website(self) -> str:
        """Only robots fill the field that nobody sees."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it tells people from robots."))
        return ""

    def save(self) -> Objection:
        fields = {name: self.cleaned_data[name] for name in ("site", "name", "phone", "text")}
        self.objection = objections.receive(notice=self.notice, **fields)
        return self.objection


# -- the desk: notices ------------------------------------------------------


class AnnounceForm(forms.Form):
    """A notice over accepted sites. It is published only with the end its author has seen counted."""

    sites = forms.ModelMultipleChoiceField(
        label=_("Accepted sites"),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one accepted site.")},
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, initial="关于拟命名乌海市政务公开示范点和办事公开示范点的公示"
    )
    grounds = forms.CharField(
        label=_("Grounds"),
        help_text=_("Stands in the notice and in the decision; a clause without its end mark, in Chinese."),
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=notices.GROUNDS,
    )
    working_days = forms.IntegerField(label=_("Working days"), min_value=notices.SHORTEST, max_value=60)
    office = forms.CharField(label=_("Objections are received by"), max_length=100, initial=OFFICE)
    address = forms.CharField(label=_("Address"), max_length=200, initial="乌海市海勃湾区（示例地址）")
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=6,
        initial="016000",
        validators=[RegexValidator(r"^[0-9]{6}$", _("A postcode has six digits."))],
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, initial="0473-0000000（示例）")
    hours = forms.CharField(label=_("Hours"), max_length=100, initial="工作日8:30—12:00，14:30—18:00")
    seen_end = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = Site.objects.visible_to(by).filter(programme=programme, stage=Stage.ACCEPTED)
        self.fields["sites"].queryset = accepted.select_related(  # type: ignore[attr-defined]
            "organisation", "programme"
        )
        self.fields["working_days"].initial = programme.rulebook_used.notice_days
        self.fields["seen_end"].initial = self.period.end.isoformat()

    @cached_property
    def period(self) -> Deadline:
        """How the length stands counted today: the one typed where it is a possible one, else the default."""
        typed = self.data.get("working_days", "") if self.is_bound else ""
        length = int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed) <= 60 else 0
        return working_days_after(today(), length or self.fields["working_days"].initial)

    def clean(self) -> None:
        """Another length than the one shown has another end: it is shown before anything is published."""
        super().clean()
        end: datetime.date = self.period.end
        if "working_days" in self.cleaned_data and self.cleaned_data.get("seen_end") != end:
            shown = cast("QueryDict", self.data).copy()
            shown["seen_end"] = end.isoformat()
            self.data = shown
            self.add_error(
                "working_days",
                forms.ValidationError(
                    _("The notice would run to the end of %(end)s. If that is right, publish once more."),
                    params={"end": date_format(end)},
                ),
            )

    def save(self, *, by: User) -> Notice:
        values, sites = self.cleaned_data, list(self.cleaned_data["sites"])
        contact = {name: values[name] for name in ("office", "address", "postcode", "telephone", "hours")}
        self.notice = notices.announce(
            programme=sites[0].programme,
            sites=sites,
            title=values["title"],
            grounds=values["grounds"],
            contact=notices.Contact(**contact),
            working_days=values["working_days"],
            by=by,
        )
        return self.notice


class ReasonForm(forms.Form):
    """For steps that cannot be taken silently."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("The public page shows it."), widget=forms.Textarea(attrs={"rows": 3})
    )


class NameForm(forms.Form):
    """Which sites of a notice are named by one decision."""

    sites = forms.ModelMultipleChoiceField(
        label=_("Sites to be named"),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one site.")},
    )

    def __init__(self, *args: Any, notice: Notice, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_it = notice.entries.visible_to(by).filter(removed_on=None)
        sites = Site.objects.filter(pk__in=on_it.values("site"), stage=Stage.ON_NOTICE)
        self.fields["sites"].queryset = sites.select_related("organisation")  # type: ignore[attr-defined]


# -- the desk: objections ---------------------------------------------------


class DeclineForm(forms.Form):
    reply = forms.CharField(
        label=_("Why it is not taken up"),
        help_text=_("The objector reads it under the receipt code."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ConcludeForm(forms.Form):
    """The result of the inquiry with the written reply."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(state.value, state.label) for state in ObjectionState if state in ObjectionState.AGAINST]
        + [(ObjectionState.NOT_UPHELD.value, ObjectionState.NOT_UPHELD.label)],
        widget=forms.RadioSelect,
        help_text=_("Upheld, even partly, takes the site off the notice; the other sites go on."),
        error_messages={"required": _("Choose a result.")},
    )
    reply = forms.CharField(
        label=_("Written reply"),
        help_text=_("The objector reads it under the receipt code."),
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


# -- the desk: namings ------------------------------------------------------


class PlaqueForm(forms.Form):
    received_by = forms.CharField(label=_("Plaque received by"), max_length=40)
    handed_on = forms.DateField(label=_("Handed over on"), widget=DateInput())


class TrackingForm(forms.Form):
    """A recheck or a complaint: what a warning, a restoration or a revocation rests on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=TrackingKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("What was found"), widget=forms.Textarea(attrs={"rows": 4}))
