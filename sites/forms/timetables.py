"""Measures ticked off, and what the list of timetables can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import sees_city
from core import uploads
from core.forms import ALL, Form
from core.upload_fields import UploadField
from sites.calendar import today
from sites.enums import Level
from sites.models import Measure, Site, WorkPlan

from .fields import ProseField

OF_DISTRICTS = "own"
LATE, OPEN, DONE = "late", "open", "done"


class TickForm(Form):
    """What was done, and what shows it."""

    note = ProseField(
        label=_("What was done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In a few words: what there is now, and where it can be seen."),
    )
    file = UploadField(
        purpose=uploads.MEASURE,
        label=_("Proof"),
        required=False,
        help_text=_("PDF, picture or office document, at most 20 MB."),
    )


class TakeBackForm(Form):
    """Why a measure is not done after all."""

    reason = ProseField(
        label=_("Why the tick is taken back"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays beside the measure until it is ticked off again."),
    )


class TimetableFilter(Form):
    """Filters of the list of timetables; what is wrong is ignored, never an error page."""

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[ALL, *Level.choices, (OF_DISTRICTS, _("the districts' own plans"))],
    )
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    progress = forms.ChoiceField(
        label=_("Progress"),
        required=False,
        choices=[ALL, (LATE, _("late only")), (OPEN, _("not finished")), (DONE, _("all carried out"))],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_city(reader):
            del self.fields["district"]

    def narrow(self, plans: QuerySet[WorkPlan]) -> QuerySet[WorkPlan]:
        """The agreed plans by every filter that is filled and valid."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if district := wanted.get("district"):
            own = Q(site__in=Site.objects.in_district(district.pk))
            plans = plans.filter(own | Q(filing__organisation=district))
        if level := wanted.get("level"):
            plans = plans.filter(Q(filing__isnull=False) if level == OF_DISTRICTS else Q(site__level=level))
        return self._by_progress(plans, wanted.get("progress"))

    def _by_progress(self, plans: QuerySet[WorkPlan], wanted: str | None) -> QuerySet[WorkPlan]:
        still_open = Measure.objects.filter(plan=OuterRef("pk"), done_on=None)
        conditions = {
            LATE: Exists(still_open.filter(ends_on__lt=today())),
            OPEN: Exists(still_open),
            DONE: ~Exists(still_open),
        }
        return plans.filter(conditions[wanted]) if wanted in conditions else plans
