"""Deliberating on a disputed item, and choosing which items the columns show."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.enums import ScoreLevel
from assessments.mark_comparison import ItemMarks
from assessments.scoring import plain
from core.forms import Form
from standards.models import Item


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": 3})
    )


class ArgumentForm(Form):
    text = _reason(_("What speaks for your mark"))


class ConsentForm(Form):
    """A member's answer to the mark proposed."""

    ANSWERS = (("yes", _("I agree")), ("no", _("I do not agree")))
    agrees = forms.ChoiceField(label=_("The mark proposed"), choices=ANSWERS, widget=forms.RadioSelect)
    text = _reason(_("Why not (needed if you do not agree)"), required=False)


class ProposalForm(Form):
    """The mark the leader proposes; the service checks it against item and rulebook."""

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [
            (value, label)
            for value, label in ScoreLevel.choices
            if value != ScoreLevel.INAPPLICABLE or item.may_be_inapplicable
        ]
        if item.deduction:
            self.fields["faults"] = forms.IntegerField(
                label=_("Faults counted"), required=False, min_value=0, help_text=_by_faults(item)
            )
            levels = [("", _("by the faults counted")), *levels[3:]]
        self.fields["level"] = forms.ChoiceField(
            label=_("Level reached"), choices=levels, required=not item.deduction, widget=forms.RadioSelect
        )
        if not item.deduction:
            self.fields["points"] = forms.DecimalField(
                label=_("Score"),
                required=False,
                max_digits=5,
                decimal_places=2,
                help_text=_("For “partly met”: more than 0, less than %(max)s; empty: the rulebook's share.")
                % {"max": plain(item.points)},
            )
        self.fields["reason"] = _reason(_("Reason"))
        self.fields["reason"].help_text = _(
            "For the minutes alone. The unit is told what the members wrote on their own sheets."
        )

    def mark(self) -> dict[str, Any]:
        """What `deliberation.propose` takes."""
        data = self.cleaned_data
        return {
            "level": data["level"],
            "points": data.get("points"),
            "faults": data.get("faults"),
            "reason": data["reason"],
        }


def _by_faults(item: Item) -> Any:
    return _("Each costs %(off)s of %(max)s points.") % {
        "off": plain(item.deduction or item.points),
        "max": plain(item.points),
    }


class ColumnsFilter(Form):
    """Which items of the columns are shown; nonsense filters nothing."""

    SHOW = (
        ("", _("all items")),
        ("differing", _("where marks differ")),
        ("disputed", _("deliberated")),
        ("below", _("below full marks")),
    )
    show = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), choices=SHOW, required=False)

    def wanted(self) -> Callable[[ItemMarks], bool]:
        chosen = self.cleaned_data.get("show") if self.is_valid() else ""
        return {
            "differing": lambda line: line.is_differing,
            "disputed": lambda line: line.is_disputed,
            "below": lambda line: line.is_below_full,
        }.get(chosen or "", lambda line: True)
