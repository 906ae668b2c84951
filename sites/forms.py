"""What people type and choose on the pages of lists, plans and phases."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files import File
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.forms import DateInput
from tables.reading import read
from tables.table import Table
from tables.tidy import tidy
from tables.uploads import check_document

from . import services
from .enums import FilingState, Level
from .list_columns import COLUMNS
from .models import Extension, Filing, Site, WorkPlan
from .overview import LATE, NOT_BEGUN, Standing


class TidyField(forms.CharField):
    """A name or a telephone in its one spelling."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class FilingFilter(forms.Form):
    """Filter of the overview; what is wrong is ignored, never an error page."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), (LATE, _("late")), (NOT_BEGUN, _("no list yet")), *FilingState.choices],
    )

    def narrow(self, standings: Sequence[Standing]) -> Sequence[Standing]:
        wanted = self.cleaned_data.get("state") if self.is_valid() else ""
        if not wanted:
            return standings
        return [one for one in standings if (one.is_late if wanted == LATE else one.state == wanted)]


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    """One row of a list, with its liaison."""

    liaison_name = TidyField(
        label=_("Liaison"),
        max_length=40,
        required=False,
        help_text=_("A list is filed once every row names its liaison."),
    )
    liaison_phone = TidyField(
        label=_("Liaison's telephone"),
        max_length=40,
        required=False,
        help_text=_("With the area code, for example 0473-0000000."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    class Meta:
        model = Site
        fields = ["organisation", "window_name", "kind", "address", "reason", "working_body"]
        field_classes = {"window_name": TidyField, "address": TidyField, "working_body": TidyField}
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "window_name": _("The counter, hall or office that becomes the demonstration site."),
            "kind": _("It decides which of the two standards the site is assessed by."),
            "reason": _("What makes it a good one to start from; this is printed on the filing form."),
            "working_body": _("Who in the unit is in charge; it may follow with the work plan."),
        }

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = services.selectable_units(filing)
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]  # the field of a foreign key
        if filing.level == Level.DISTRICT:
            self.fields["organisation"].help_text = self._way_to_add_a_unit(filing)
        if not self.instance.pk and filing.level == Level.CITY:
            self.initial.setdefault("organisation", filing.organisation_id)
        if self.instance.pk and (liaison := self.instance.liaisons.first()):
            self.initial.setdefault("liaison_name", liaison.name)
            self.initial.setdefault("liaison_phone", liaison.phone)

    def _way_to_add_a_unit(self, filing: Filing) -> str:
        url = reverse("sites:unit_add", args=[filing.pk])
        if self.instance.pk:
            url += f"?site={self.instance.pk}"
        return format_html(
            '{} <a href="{}">{}</a>', _("Not among them?"), url, _("Add the unit to your district first")
        )


class UnitForm(forms.Form):
    """A unit that a district puts on record, and the row it is for, if that is there already."""

    name = TidyField(
        label=_("Name of the unit"),
        max_length=100,
        help_text=_("The full name, as on the unit's seal."),
    )
    short_name = TidyField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("Left empty, the full name stands for it; then that has at most 40 letters."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of unit"),
        choices=[
            (kind.value, kind.label) for kind in OrganisationKind if kind in OrganisationKind.DISTRICT_CHOICE
        ],
    )
    site = forms.ModelChoiceField(Site.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = filing.sites.all()  # type: ignore[attr-defined]  # a choice of records


class UploadForm(forms.Form):
    """A filled-in workbook; `cleaned_data["file"]` is the table that was read from it."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("Choose the filled-in workbook first."),
            "missing": _("Choose the filled-in workbook first."),
            "empty": _("The file is empty; choose another one."),
        },
    )

    def clean_file(self) -> Table:
        upload: File[bytes] = self.cleaned_data["file"]
        return read(upload, COLUMNS)


class DecisionForm(forms.Form):
    """The office's answer to a filed list: 初审 with an opinion, or 退回 with remarks.

    One form, so that neither text is lost when the other answer is refused; `needs` is the one demanded.
    """

    opinion = forms.CharField(
        label=_("Opinion of the preliminary review"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To pass the list on. The leading group reads it before its final approval."),
    )
    remarks = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To send the list back. Those who filed it read this and mend it."),
    )

    def __init__(self, *args: Any, needs: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs:
            self.fields[needs].required = True


class RemarksForm(forms.Form):
    """What is to be changed in a plan that goes back."""

    remarks = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who wrote it read this and mend it."),
    )


class PlanForm(forms.Form):
    """A new version of a site's work plan."""

    working_body = TidyField(
        label=_("Working body"),
        max_length=100,
        help_text=_("Who in the unit is in charge of building the site."),
    )
    text = forms.CharField(
        label=_("Work plan"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Goals, steps with dates, people in charge. A summary is enough if the plan is attached."
        ),
    )
    file = forms.FileField(
        label=_("Attachment"),
        required=False,
        max_length=200,
        validators=[check_document],
        help_text=_("PDF, picture or office document, at most 20 MB."),
    )

    @classmethod
    def for_site(cls, site: Site, latest: WorkPlan | None) -> "PlanForm":
        """An unbound form that starts from what was filed last."""
        return cls(initial={"working_body": site.working_body, "text": latest.text if latest else ""})


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A later end of a phase, and why."""

    class Meta:
        model = Extension
        fields = ["new_end", "reason"]
        widgets = {
            "new_end": DateInput(),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"reason": _("Everybody can read it on this page.")}
