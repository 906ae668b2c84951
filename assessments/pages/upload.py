"""The page of an uploaded workbook: what was taken, and what waits for a choice."""

from dataclasses import dataclass
from functools import cached_property

from assessments.enums import UploadOutcome
from assessments.marks import arranged, sheet_score, standard_items
from assessments.models import Score, SheetUpload, SheetUploadRow
from assessments.sheet_workbook import Note, Typed


@dataclass(frozen=True)
class Pair:
    """A row of the workbook beside the mark that is stored now."""

    row: SheetUploadRow
    stored: Score | None
    waits: bool

    @property
    def typed(self) -> Typed:
        return Typed.read_row(self.row)

    @property
    def version(self) -> int:
        return self.stored.version if self.stored else 0

    @property
    def alone(self) -> list["Pair"]:
        """For the form that settles this row only."""
        return [self]

    @property
    def is_overtaken(self) -> bool:
        """Nobody chose, and nobody needs to any more."""
        return not self.waits and self.row.outcome in UploadOutcome.WAITING

    @property
    def is_newer(self) -> bool:
        """The mark was written since the workbook was uploaded."""
        return self.version > self.row.version


class UploadPage:
    """One upload of a sheet. Five queries, whatever its size."""

    def __init__(self, upload: SheetUpload) -> None:
        self.upload, self.sheet = upload, upload.sheet
        self.notes = [Note(*kept) for kept in upload.notes]

    @cached_property
    def scores(self) -> dict[int, Score]:
        return {score.item_id: score for score in self.sheet.scores.select_related("updated_by")}

    @cached_property
    def pairs(self) -> list[Pair]:
        waiting = set(self.upload.rows.waiting().values_list("pk", flat=True))
        rows = self.upload.rows.select_related("item__section")
        return [Pair(row, self.scores.get(row.item_id), row.pk in waiting) for row in rows]

    @property
    def counts(self) -> list[tuple[UploadOutcome, int]]:
        """How many rows of each outcome; what people chose only where they did."""
        found = [pair.row.outcome for pair in self.pairs if not pair.is_overtaken]
        always = (UploadOutcome.TAKEN, UploadOutcome.SAME, *map(UploadOutcome, UploadOutcome.WAITING))
        counted = [(outcome, found.count(outcome)) for outcome in UploadOutcome]
        return [(outcome, count) for outcome, count in counted if count or outcome in always]

    def _waiting(self, outcome: UploadOutcome) -> list[Pair]:
        return [pair for pair in self.pairs if pair.waits and pair.row.outcome == outcome]

    @property
    def stale(self) -> list[Pair]:
        return self._waiting(UploadOutcome.STALE)

    @property
    def wrong(self) -> list[Pair]:
        return self._waiting(UploadOutcome.WRONG)

    @property
    def settled(self) -> list[Pair]:
        """What is dealt with, without the rows that changed nothing."""
        return [pair for pair in self.pairs if not pair.waits and pair.row.outcome != UploadOutcome.SAME]

    @cached_property
    def unmarked(self) -> int:
        """The sheet's items that nobody has looked at yet."""
        return sheet_score(arranged(standard_items(self.sheet), self.scores)).unmarked
