"""The library of grounds: what the office enters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.changes import ChangeModelForm
from core.forms import DateInput, choose_from
from core.upload_fields import UploadField

from .forms import Prose
from .models import Ground
from .services.grounds import is_cited


class GroundForm(Prose, ChangeModelForm[Ground]):
    """One law, opinion or notice."""

    link = forms.URLField(label=_("Where it is published"), required=False, assume_scheme="https")
    stored = UploadField(
        purpose=uploads.GROUND,
        label=_("File"),
        required=False,
        help_text=_("Its text, for readers who cannot follow the link."),
    )

    class Meta:
        model = Ground
        fields = [
            "title",
            "number",
            "issuer",
            "issued_on",
            "in_force_from",
            "in_force_until",
            "replaced_by",
            "link",
        ]
        widgets = {
            "issued_on": DateInput(),
            "in_force_from": DateInput(),
            "in_force_until": DateInput(),
        }
        help_texts = {
            "title": _("Without the marks 《》."),
            "in_force_until": _("The last day; empty while it holds."),
            "replaced_by": _("Enter that one first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "replaced_by", Ground.objects.exclude(pk=self.instance.pk))
        if self.instance.pk and is_cited(self.instance):
            self.fields["number"].disabled = True
            self.fields["number"].help_text = _("It is cited by this number, so it stays.")

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["title"] = self.cleaned_data.get("title", "").strip("《》")
        return self.cleaned_data
