"""What the list of deadlines can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.forms import ALL, offer
from desk.enums import Light
from desk.lights import Lights
from desk.rules import reads_every_deadline
from sites.deadlines import DEADLINES, DeadlineKind


class DeadlineFilter(forms.Form):
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

    def kinds(self) -> list[DeadlineKind]:
        wanted = self._wanted("kind")
        return [kind for kind in DEADLINES if wanted in (kind.key, "", None)]

    def where(self, lights: Lights) -> Q:
        """The conditions on the columns of `desk.deadlines.open_rows`."""
        near = {
            Light.RED: Q(row_due_on__lt=lights.on),
            Light.YELLOW: Q(row_due_on__range=(lights.on, lights.soon_until)),
            Light.GREEN: Q(row_due_on__gt=lights.soon_until),
        }
        condition = near.get(self._wanted("light"), Q())
        district = self._wanted("district")
        return condition & Q(row_district_key=district.pk) if district else condition
