"""Work plans, and what is to be changed in one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.models import Site, WorkPlan
from tables.uploads import check_document

from .fields import TidyField


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


class RemarksForm(forms.Form):
    """What is to be changed in a plan that goes back."""

    remarks = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who wrote it read this and mend it."),
    )
