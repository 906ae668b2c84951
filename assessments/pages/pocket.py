"""A whole sheet in a pocket: every item a screen of its own, all on one page that a device keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from assessments.checkup import CheckUp, Remark
from assessments.enums import Check, MarkState, SheetRole
from assessments.models import Score
from core.http import record_address
from standards.models import Item, Section

from .sheet import SheetPage
from .sheet_rows import Rest, SectionPart

# Of the check-up, what the marks alone decide.
IN_MARKS = (Check.UNANSWERED, Check.NO_EVIDENCE, Check.EITHER_OR)


@dataclass(frozen=True)
class Cell:
    """An item in the overview: its number, how it stands, whether the members differ, where it is."""

    code: str
    state: MarkState
    is_disputed: bool
    url: str


class PocketPage(SheetPage):
    """A sheet open at all its sections, for a phone at a counter."""

    states_of_marks: ClassVar = (*MarkState.COUNTED, MarkState.INAPPLICABLE)
    template: ClassVar = "assessments/sheet_pocket.html"
    saved_template: ClassVar = "assessments/_pocket_saved.html"

    @cached_property
    def shown(self) -> Sequence[tuple[Item, Score | None]]:
        return [row for marks in self.marks for row in marks.rows]

    @cached_property
    def overview(self) -> list[tuple[SectionPart, list[Cell]]]:
        """Each section with its items."""
        return [
            (part, [self._cell(item) for item, _score in marks.rows])
            for part, marks in zip(self.parts, self.marks, strict=True)
        ]

    @property
    def rests(self) -> list[Rest]:
        return [rest for rest in map(self.rest_of, self.marks) if rest]

    @property
    def rules(self) -> dict[str, Any]:
        """What the page's script counts with, in hundredths (static/portal/scoring.js)."""
        rulebook = self.sheet.assessment.round.rulebook
        return {
            "partly": rulebook.partly_met_percent,
            "pass": _hundredths(rulebook.pass_mark),
            "sections": [
                {
                    "points": _hundredths(marks.section.points),
                    "items": [self._rule(item, score) for item, score in marks.rows],
                }
                for marks in self.marks
            ],
        }

    def _rule(self, item: Item, score: Score | None) -> dict[str, Any]:
        return {
            "item": item.pk,
            "code": item.code,
            "max": _hundredths(item.points),
            "off": _hundredths(item.deduction or Decimal(0)),
            "out": item.may_be_inapplicable,
            "due": not item.not_due,
            "shown": self._is_shown(item),
            "either": item.either_or,
            "level": score.level if score else None,
            "points": _hundredths(score.points) if score else None,
        }

    def _is_shown(self, item: Item) -> bool:
        """By evidence that counts here: the unit must show what it claims, a team may have seen it."""
        pieces = self.evidence.get(item.pk, [])
        return any(self.sheet.role != SheetRole.SELF or not piece.evidence.assessment_id for piece in pieces)

    @property
    def url_to_photograph(self) -> str:
        """Where the page's script sends pictures; nowhere from a sheet that is no inspector's own."""
        if self.sheet.role != SheetRole.INSPECTOR:
            return ""
        return record_address("assessments:photo", self.sheet.assessment_id)

    @cached_property
    def found_in_marks(self) -> list[tuple[Check, list[Remark]]]:
        """What the script finds again in every mark; each kind, found or not."""
        return [(check, [each for each in self.checkup.remarks if each.check == check]) for check in IN_MARKS]

    @property
    def found_beside(self) -> CheckUp:
        """What the check-up finds in all else, as it was when the page was kept."""
        return CheckUp(tuple(each for each in self.checkup.remarks if each.check not in IN_MARKS))

    def _cell(self, item: Item) -> Cell:
        line = self.lines.get(item.pk)
        return Cell(
            code=item.code,
            state=self.states[item.pk],
            is_disputed=bool(line and line.is_differing),
            url=self.url_of_item(item),
        )

    @cached_property
    def _url(self) -> str:
        return record_address("assessments:pocket", self.sheet.pk)

    def url_of(self, section: Section) -> str:
        first = next(item for item in self.items if item.section_id == section.pk)
        return self.url_of_item(first)

    def url_of_item(self, item: Item) -> str:
        return f"{self._url}#item-{item.code}"

    def url_to_save(self, item: Item) -> str:
        return record_address("assessments:pocket_score", self.sheet.pk, item.pk)

    @property
    def url(self) -> str:
        return self._url


def _hundredths(points: Decimal) -> int:
    return int(points * 100)
