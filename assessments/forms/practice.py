"""What the office types of a practice sheet."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.models import PracticeMark, Sheet
from assessments.scoring import plain
from core.forms import Form

from .deliberation import ProposalForm


class PracticeCopyForm(Form):
    """Which agreed sheet is copied; whose it was is not kept."""

    title = forms.CharField(
        label=_("What the made-up unit is called"),
        max_length=60,
        help_text=_("It is marked as a sample everywhere."),
    )
    source = forms.ModelChoiceField(
        label=_("Signed sheet its marks are taken from"), queryset=Sheet.objects.none()
    )

    def __init__(self, *args: Any, signed: QuerySet[Sheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        related = ("assessment__site", "assessment__round")
        cast("Any", self.fields["source"]).queryset = signed.select_related(*related)


class PracticeMarkForm(ProposalForm):
    """What is found at an item, and the mark agreed for it."""

    found = forms.CharField(
        label=_("What an inspector finds there"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name no unit and nobody. It must be enough to mark the item by."),
    )

    def __init__(self, *args: Any, mark: PracticeMark, **kwargs: Any) -> None:
        counted = mark.faults is not None
        initial = {
            "found": mark.found,
            "level": "" if counted else mark.level,
            "points": plain(mark.points) if mark.level == "partly" else "",
            "faults": mark.faults,
            "reason": mark.reason,
        }
        super().__init__(*args, item=mark.item, initial=initial, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].label = _("Agreed reason (needed below full marks)")
        self.fields["reason"].help_text = ""

    def mark(self) -> dict[str, Any]:
        return {**super().mark(), "found": self.cleaned_data["found"]}
