"""What is asked and answered when the window of a determined site is to be replaced."""

from django import forms
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form, choose_from
from sites import services
from sites.models import Site
from sites.site_fields import OF_WINDOW

from .fields import site_form_field

YES, NO = "yes", "no"


class ReplacementForm(Form):
    """Another window for a site; it starts from the one there is."""

    reason = forms.CharField(
        label=_("Reason for the replacement"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The office and the leading group read it; it stays in the site's history."),
    )

    def __init__(self, data: QueryDict | None = None, *, site: Site) -> None:
        names = [field.attribute for field in OF_WINDOW]
        super().__init__(data, initial={name: getattr(site, name) for name in names})
        self.fields |= fields_for_model(Site, names, formfield_callback=site_form_field)
        self.order_fields(names)
        choose_from(self, "organisation", services.selectable_units(site.filing))


class ReplacementReviewForm(Form):
    """初审 of a replacement."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[(YES, _("Pass on to the leading group")), (NO, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("Opinion of the preliminary review"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The leading group reads it before it decides; if you refuse, those who asked do."),
    )


class ReplacementDecisionForm(Form):
    """审定 of a replacement."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[(YES, _("Replace the window")), (NO, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    remarks = forms.CharField(
        label=_("Remarks on the decision"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed if you refuse."),
    )
