"""What the clerk writes of a phase, and how its report was sent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.changes import ChangeForm
from core.forms import DateInput
from desk.models import UpwardReport

from .services import WORDS


class UpwardReportForm(ChangeForm):
    """The words beside the figures; a new report, or a draft that is changed."""

    practice = forms.CharField(
        label=_("What was done and how"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    problems = forms.CharField(label=_("Problems"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    next_steps = forms.CharField(
        label=_("Next steps"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, report: UpwardReport | None, **kwargs: Any) -> None:
        self.record = report
        if report:
            kwargs["initial"] = {name: getattr(report, name) for name in WORDS}
        super().__init__(*args, **kwargs)


class SentForm(ChangeForm):
    """On which day and by which way the paper went out."""

    sent_on = forms.DateField(label=_("Sent on"), widget=DateInput())
    sent_how = forms.CharField(
        label=_("How it was sent"), max_length=100, help_text=_("Such as confidential mail or by fax.")
    )

    def __init__(self, *args: Any, report: UpwardReport, **kwargs: Any) -> None:
        self.record = report
        kwargs["initial"] = {"sent_on": report.sent_on, "sent_how": report.sent_how}
        super().__init__(*args, **kwargs)
