"""The conditions of a signature: its page lists them, and `services.signing` refuses by them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.marks import standard_items
from assessments.models import Sheet
from standards.models import Item

from .final_sheet import waiting_members


@dataclass(frozen=True)
class Guard:
    """One condition and, while it is not met, what is missing and where to mend it."""

    what: str
    missing: Sequence[str]
    url: str = ""

    @property
    def is_met(self) -> bool:
        return not self.missing

    @property
    def refusal(self) -> str:
        """Why nobody can sign, in a sentence."""
        return _("Condition not met: %(what)s Missing: %(missing)s.") % {
            "what": self.what,
            "missing": _(", ").join(self.missing),
        }


def guards(sheet: Sheet) -> list[Guard]:
    """The four conditions of a final sheet's signature, met or not."""
    disputed = [about.item for about in sheet.deliberations.open().select_related("item")]
    marked = {*sheet.scores.values_list("item", flat=True), *(item.pk for item in disputed)}
    unanswered = [item for item in standard_items(sheet) if not item.not_due and item.pk not in marked]
    unconsented = [score.item for score in sheet.scores.unconsented().select_related("item__section")]
    return [
        Guard(
            _("Every member has submitted their own sheet."),
            [person.name for person in waiting_members(sheet.assessment)],
        ),
        Guard(
            _("Every disputed item is settled by deliberation."),
            [item.code for item in disputed],
            reverse("assessments:deliberation", args=[sheet.pk]),
        ),
        _of_items(sheet, _("Every item has its mark."), unanswered),
        # The office's part; the leader can only wait, or choose another level.
        _of_items(sheet, _("The office agrees to every item marked inapplicable."), unconsented),
    ]


def _of_items(sheet: Sheet, what: str, items: Sequence[Item]) -> Guard:
    return Guard(what, [item.code for item in items], sheet.url_of_item(items[0]) if items else "")
