"""A picture as a phone sends it, and what is drawn over one."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.photos import MOST_LETTERS
from assessments.services.annotations import Drawing
from assessments.services.field_photos import Shot
from core import uploads
from core.forms import Form, TidyField
from core.upload_fields import UploadField
from standards.models import Item


class PhotoForm(Form):
    """The picture, the item it shows, and what the phone says of it; no person fills this in."""

    photo = UploadField(purpose=uploads.VISIT)
    item = forms.ModelChoiceField(queryset=Item.objects.none())
    key = forms.UUIDField()
    taken_at = forms.DateTimeField()
    clock = forms.DateTimeField()
    latitude = forms.DecimalField(required=False, max_digits=8, decimal_places=6, min_value=-90, max_value=90)
    longitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180
    )
    accuracy = forms.IntegerField(required=False, min_value=0, max_value=10_000_000)
    device = forms.CharField(required=False, max_length=200)
    is_scaled = forms.BooleanField(required=False)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", required=False)

    def __init__(self, *args: Any, items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]  # of a ModelChoiceField

    def shot(self) -> Shot:
        return Shot(**{name: self.cleaned_data[name] for name in Shot._fields})


class MarksForm(Form):
    """What is drawn over a picture, in words as well; the script of the page fills in the paths."""

    arrows = forms.CharField(required=False, max_length=MOST_LETTERS, widget=forms.HiddenInput)
    circles = forms.CharField(required=False, max_length=MOST_LETTERS, widget=forms.HiddenInput)
    lines = forms.CharField(required=False, max_length=MOST_LETTERS, widget=forms.HiddenInput)
    note = TidyField(
        label=_("What the marks show"),
        required=False,
        max_length=200,
        help_text=_("For everybody who does not see the picture."),
    )

    def drawing(self) -> Drawing:
        """As it was drawn here and now."""
        return Drawing(key=uuid4(), drawn_at=timezone.now(), **self.cleaned_data)


class PhoneMarksForm(MarksForm):
    """The same as a phone sends it, perhaps days later."""

    key = forms.UUIDField()
    drawn_at = forms.DateTimeField()

    def drawing(self) -> Drawing:
        return Drawing(**self.cleaned_data)
