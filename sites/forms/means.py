"""Guidance, money and facilities of a site, and what their lists can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from core import uploads
from core.changes import ChangeModelForm
from core.forms import ALL, DateInput, Form, ModelForm
from core.upload_fields import UploadField
from sites.enums import FacilityKind, Level
from sites.models import Facility, GuidanceNote, Investment
from sites.models.sites import SiteQuerySet
from standards.enums import Kind

from .fields import TidyField


class MeansFilter(Form):
    """Filters of the three lists; what is wrong is ignored, never an error page."""

    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """The sites by every filter that is filled and valid."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("district"):
            sites = sites.in_district(wanted["district"].pk)
        return sites.filter(**{name: wanted[name] for name in ("level", "kind") if wanted.get(name)})

    def pick(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """The records by what belongs to them alone."""
        return records


class GuidanceFilter(MeansFilter):
    reply = forms.ChoiceField(
        label=pgettext_lazy("guidance", "Reply"),
        required=False,
        choices=[ALL, ("no", _("waits for a reply")), ("yes", _("replied"))],
    )

    def pick(self, records: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("reply")
        return records.filter(replied_on__isnull=wanted == "no") if wanted else records


class InvestmentFilter(MeansFilter):
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1950, max_value=2100)

    def pick(self, records: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("year")
        return records.filter(year=wanted) if wanted else records


class FacilityFilter(MeansFilter):
    facility = forms.ChoiceField(
        label=_("Kind of facility"), required=False, choices=[ALL, *FacilityKind.choices]
    )

    def pick(self, records: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("facility")
        return records.filter(kind=wanted) if wanted else records


class GuidanceForm(ModelForm[GuidanceNote]):
    text = forms.CharField(
        label=_("What was advised"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The unit is told, and replies here."),
    )

    class Meta:
        model = GuidanceNote
        fields = ["on", "text"]
        labels = {"on": _("Day of the guidance")}
        widgets = {"on": DateInput()}


class ReplyForm(Form):
    reply = forms.CharField(
        label=_("Your reply"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you have done about it. A reply cannot be changed afterwards."),
    )


class InvestmentForm(ChangeModelForm[Investment]):
    purpose = TidyField(
        label=_("Purpose"), max_length=200, help_text=_("For example: a touch screen in the hall.")
    )

    class Meta:
        model = Investment
        fields = ["year", "amount", "purpose"]
        widgets = {"amount": forms.NumberInput(attrs={"inputmode": "decimal", "min": "0.01", "step": "0.01"})}
        help_texts = {"amount": _("In yuan, with at most two decimals.")}


class FacilityForm(ChangeModelForm[Facility]):
    name = TidyField(label=_("Name"), max_length=100)
    photo_before = UploadField(purpose=uploads.SITE_PHOTO, label=_("Photo before"), required=False)
    photo_after = UploadField(
        purpose=uploads.SITE_PHOTO,
        label=_("Photo after"),
        required=False,
        help_text=_("JPEG, PNG or GIF, at most 20 MB."),
    )

    class Meta:
        model = Facility
        fields = ["kind", "name", "quantity", "photo_before", "photo_after"]
