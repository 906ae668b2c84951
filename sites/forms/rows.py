"""One row of a list, the unit it names, and a whole workbook of rows."""

from typing import Any

from django import forms
from django.core.files import File
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from core import uploads
from core.changes import ChangeModelForm
from core.forms import Form, choose_from
from core.upload_fields import UploadField
from sites import services
from sites.enums import Level, Stage
from sites.models import Filing, Site
from sites.site_fields import OF_A_DISTRICT, OF_LIAISON, OF_SITE, columns_of
from tables.table import Table

from .fields import TidyField, site_form_field

_OF_LIAISON = [field for field in OF_LIAISON if field.in_form]


class SiteForm(ChangeModelForm[Site]):
    """One row of a list, with its liaison."""

    personal = {"liaison_phone": "sites.Liaison.phone"}

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

    replacement_reason = forms.CharField(
        label=_("Reason for the replacement"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed if you change the unit or the window: this row was filed before."),
    )

    class Meta:
        model = Site
        fields = [field.name for field in OF_SITE if field.in_form]
        formfield_callback = site_form_field
        help_texts = {
            "window_name": _("The counter, hall or office that becomes the demonstration site."),
            "kind": _("It decides which of the two standards the site is assessed by."),
            "reason": _("What makes it a good one to start from; this is printed on the filing form."),
            "working_body": _("Who in the unit is in charge; it may follow with the work plan."),
        }

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = services.selectable_units(filing)
        choose_from(self, "organisation", units)
        if filing.level == Level.DISTRICT:
            self.fields["organisation"].help_text = self._way_to_add_a_unit(filing)
            name = self.fields["window_name"]
            name.label, name.required = str(OF_A_DISTRICT["window_name"].head), False
            name.help_text = _("Left empty, the unit itself is the site, under its own name.")
        if not self._was_filed():
            del self.fields["replacement_reason"]
        if filing.level == Level.CITY:
            self.fields["reason"].help_text = _(
                "The plan asks for a window whose basis is good: say why this one's is. The list is not "
                "filed without it; it is printed on the filing form and stands on the site's page."
            )
        if not self.instance.pk and filing.level == Level.CITY:
            self.initial.setdefault("organisation", filing.organisation_id)
        if self.instance.pk and (liaison := self.instance.liaisons.first()):
            for field in _OF_LIAISON:
                self.initial.setdefault(field.name, getattr(liaison, field.attribute))

    def _was_filed(self) -> bool:
        """The row came back, whatever its district determined since."""
        stage = self.instance.stage
        return (
            services.stood_before(self.instance.pk) if stage == Stage.DECIDED else stage
        ) == Stage.RETURNED

    @property
    def liaison(self) -> dict[str, Any]:
        """What the form says of the row's liaison."""
        return {field.name: self.cleaned_data[field.name] for field in _OF_LIAISON}

    def _way_to_add_a_unit(self, filing: Filing) -> str:
        url = reverse("sites:unit_add", args=[filing.pk])
        if self.instance.pk:
            url += f"?site={self.instance.pk}"
        return format_html(
            '{} <a href="{}">{}</a>', _("Not among them?"), url, _("Add the unit to your district first")
        )


class UnitForm(Form):
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
        choose_from(self, "site", filing.sites.all())


class UploadForm(Form):
    """A filled-in workbook; `cleaned_data["file"]` is the table that was read from it."""

    file = UploadField(
        purpose=uploads.TABLE,
        label=_("Workbook (.xlsx) or CSV file"),
        help_text=_("A CSV file may be in UTF-8 or in GBK; its columns are those of the workbook."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Choose the filled-in workbook first."),
            "missing": _("Choose the filled-in workbook first."),
        },
    )

    def __init__(self, *args: Any, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns_of(level)

    def clean_file(self) -> Table:
        upload: File[bytes] = self.cleaned_data["file"]
        from tables.reading import read  # noqa: PLC0415  # openpyxl is loaded where a workbook is read

        return read(upload, self.columns)
