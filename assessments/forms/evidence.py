"""Filing evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import DateInput
from sites.models import Site
from standards.models import Item

from .base import MultipleFileField


class EvidenceForm(forms.Form):
    """A proof: its files, what it is, and the items it shows."""

    files = MultipleFileField(label=_("Files"))  # type: ignore[assignment]  # the field of that name
    title = forms.CharField(label=_("Title"), max_length=100)
    taken_on = forms.DateField(
        label=_("Date of the evidence"),
        required=False,
        widget=DateInput,
        help_text=_("When the picture was taken or the paper issued."),
    )
    page_pointer = forms.CharField(
        label=_("Page or clause"), required=False, max_length=60, help_text=_("Where in the file to look.")
    )
    items = forms.ModelMultipleChoiceField(
        label=_("Items it shows"),
        queryset=Item.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("One file may show several items: upload once, tick all."),
    )

    def __init__(self, *args: Any, site: Site, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = Item.objects.filter(  # type: ignore[attr-defined]
            section__standard__kind=site.kind, section__standard__state="published"
        ).order_by("section__ordinal", "ordinal")
        self.fields["files"].help_text = limits
