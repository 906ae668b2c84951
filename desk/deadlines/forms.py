"""What the list of deadlines can be narrowed by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.forms import ALL, Form, offer
from desk.enums import Light
from desk.rules import reads_every_deadline
from sites.deadlines import DEADLINES

from .reading import Narrowing


class DeadlineFilter(Form):
    """Filters of the list of deadlines; what is wrong is ignored, never an error page."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    light = forms.ChoiceField(label=_("How close"), required=False, choices=[ALL, *Light.choices])

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reads_all = reads_every_deadline(reader)
        known = [(kind.key, kind.label) for kind in DEADLINES if reads_all or not kind.for_the_city]
        offer(self, "kind", [ALL, *known])
        if not reads_all:
            del self.fields["district"]

    def _wanted(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    def narrowing(self) -> Narrowing:
        light = self._wanted("light")
        return Narrowing(self._wanted("kind") or "", Light(light) if light else None)

    def district_key(self) -> int | None:
        """Of the district that is asked for."""
        district = self._wanted("district")
        return district.pk if district else None
