"""What a phone has to know to fill in the report of a visit without a network."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from assessments.enums import SheetRole
from assessments.marks import standard_items
from assessments.models import Assessment, Sheet
from assessments.pages.pocket import PocketPage


@dataclass(frozen=True)
class ReportSheet:
    """The reporter's own sheet as the portal has it: what is marked there since, the phone knows itself."""

    page: PocketPage

    @property
    def sheet(self) -> Sheet:
        return self.page.sheet

    @property
    def rules(self) -> dict[str, Any]:
        """By which the phone knows the level of a mark (static/portal/scoring.js)."""
        return self.page.rules

    @property
    def gaps(self) -> dict[int, dict[str, Any]]:
        """Item → its words, and the reason and row version of its mark."""
        return {
            item.pk: {
                "text": item.text,
                "reason": score.reason if score else "",
                "version": score.version if score else 0,
            }
            for item, score in self.page.shown
        }


def report_sheet(visit: Assessment, user: User) -> ReportSheet | None:
    """None before the sheet is begun: then the report is signed with a network."""
    own = Sheet.objects.visible_to(user).filter(assessment=visit, author=user, role=SheetRole.INSPECTOR)
    sheet = own.select_related("assessment__round__rulebook").first()
    return ReportSheet(PocketPage(sheet, user, items=standard_items(sheet))) if sheet else None
