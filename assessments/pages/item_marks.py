"""One site's items beside each other: its own marks, the inspection's, the acceptance's."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.enums import FindingState, MarkState, RoundKind, SheetRole
from assessments.marks import mark_of, marks_of
from assessments.models import Finding, Sheet
from assessments.queries import findings_of, signed_sheet
from assessments.scoring import Mark
from sites.models import Site
from standards.models import Item


@dataclass(frozen=True)
class MarkedItem:
    """An item of the acceptance's standard; a mark is None where its sheet, or the item on it, is missing."""

    item: Item
    own: Mark | None
    inspection: Mark | None
    acceptance: Mark
    reason: str  # what the acceptance says of points off
    finding: Finding | None  # what the inspection found

    @property
    def change(self) -> Decimal | None:
        """Points more or fewer than at the inspection; None where one of the two earns none to compare."""
        before = self.inspection
        if before is None or before.maximum != self.acceptance.maximum:
            return None
        looked_at = all(mark.counts and mark.level for mark in (before, self.acceptance))
        return self.acceptance.points - before.points if looked_at else None

    @property
    def is_changed(self) -> bool:
        if self.change is not None:
            return self.change != 0
        return self.inspection is not None and self.inspection.state != self.acceptance.state


@dataclass(frozen=True)
class ItemMarks:
    """The items that changed, those that fell first, and the others in the standard's order."""

    changed: list[MarkedItem]
    unchanged: list[MarkedItem]

    @property
    def better(self) -> int:
        return sum((row.change or 0) > 0 for row in self.changed)

    @property
    def worse(self) -> int:
        return sum((row.change or 0) < 0 for row in self.changed)


def item_marks(site: Site) -> ItemMarks | None:
    """The comparison on the newest signed on-site sheet; None without one. Items are matched by code."""
    acceptance = signed_sheet(site, RoundKind.ACCEPTANCE)
    if acceptance is None:
        return None
    rows = list(_rows(site, acceptance))
    changed = [row for row in rows if row.is_changed]
    changed.sort(key=lambda row: row.change or 0)
    return ItemMarks(changed, [row for row in rows if not row.is_changed])


def _rows(site: Site, acceptance: Sheet) -> Iterator[MarkedItem]:
    own, inspection = _self_sheet(site), signed_sheet(site, RoundKind.INSPECTION)
    sheets = [sheet for sheet in (own, inspection, acceptance) if sheet]
    by_code = {
        sheet: {item.code: (item, score) for part in parts for item, score in part.rows}
        for sheet, parts in zip(sheets, marks_of(sheets), strict=True)
    }

    def mark(sheet: Sheet | None, code: str) -> Mark | None:
        found = by_code[sheet].get(code) if sheet else None
        return mark_of(*found) if found else None

    findings = {
        finding.item.code: finding
        for finding in findings_of(site)
        .filter(item__isnull=False)
        .exclude(state=FindingState.WITHDRAWN)
        .select_related("item")
        if finding.item
    }
    for code, (item, score) in by_code[acceptance].items():
        given = mark_of(item, score)
        reason = score.reason if score and given.state != MarkState.MET else ""
        yield MarkedItem(item, mark(own, code), mark(inspection, code), given, reason, findings.get(code))


def _self_sheet(site: Site) -> Sheet | None:
    """The newest self-assessment that was submitted."""
    submitted = Sheet.objects.filter(assessment__site=site, role=SheetRole.SELF, submitted_on__isnull=False)
    return submitted.select_related("assessment").order_by("-assessment__round__ordinal").first()
