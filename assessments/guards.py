"""The conditions of a signature, as its page lists them; `services.signing` enforces the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from .enums import ScoreLevel
from .services.final_sheet import waiting_members
from .sheet_page import SheetPage


@dataclass(frozen=True)
class Guard:
    """One condition and, while it is not met, what is missing and where to mend it."""

    what: str
    missing: Sequence[str]
    url: str = ""

    @property
    def is_met(self) -> bool:
        return not self.missing


def guards(page: SheetPage) -> list[Guard]:
    """The four conditions of a signature, met or not."""
    waiting = [person.name for person in waiting_members(page.sheet.assessment)]
    disputed = {line.item.pk: line.item for line in page.lines.values() if line.is_open}
    unanswered = [(item, url) for item, url in page.unanswered() if item.pk not in disputed]
    return [
        Guard(_("Every member has submitted their own sheet."), waiting),
        Guard(
            _("Every disputed item is settled by deliberation."),
            [item.code for item in disputed.values()],
            reverse("assessments:deliberation", args=[page.sheet.pk]),
        ),
        Guard(
            _("Every item has its mark."),
            [item.code for item, _url in unanswered],
            unanswered[0][1] if unanswered else "",
        ),
        _consent(page),
    ]


def _consent(page: SheetPage) -> Guard:
    """The office's part; the leader can only wait, or choose another level."""
    waiting = [
        item
        for part in page.marks
        for item, score in part.rows
        if score and score.level == ScoreLevel.INAPPLICABLE and not item.not_due and not score.consented_by_id
    ]
    return Guard(
        _("The office agrees to every item marked inapplicable."),
        [item.code for item in waiting],
        page.url_of_item(waiting[0]) if waiting else "",
    )
