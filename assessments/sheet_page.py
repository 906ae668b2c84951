"""One section of a score sheet as a person sees it: marks, others' marks, evidence, the running total."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise

from accounts.enums import Role
from accounts.models import User
from standards.models import Item, Section

from .enums import ScoreLevel, SheetRole, SheetState
from .marks import SectionMarks, arranged, sheet_score, standard_items
from .models import EvidenceFile, Score, Sheet
from .rules import leads, may_write
from .scoring import SectionScore, SheetScore, plain, rounded


@dataclass(frozen=True)
class Entry:
    """What stands in an item's fields, as typed or as stored, and what is wrong with it.

    `other` is the mark somebody else wrote meanwhile; `version` is then that mark's.
    """

    level: str = ""
    points: str = ""
    reason: str = ""
    version: int = 0
    errors: Mapping[str, Any] = field(default_factory=dict)
    other: Score | None = None

    @classmethod
    def stored(cls, score: Score | None, members: Sequence[Score] = ()) -> "Entry":
        """The stored mark; where there is none yet, the members' reasons for the leader to go on from."""
        if score is None:
            return cls(reason="\n".join(dict.fromkeys(each.reason for each in members if each.reason)))
        partly = score.level == ScoreLevel.PARTLY
        return cls(score.level, plain(score.points) if partly else "", score.reason, score.version)


@dataclass(frozen=True)
class Row:
    """One item of the page."""

    item: Item
    score: Score | None
    entry: Entry
    self_score: Score | None
    members: Sequence[Score]
    evidence: Sequence[EvidenceFile]

    @property
    def levels(self) -> list[tuple[str, str | Promise]]:
        return [
            (value, label)
            for value, label in ScoreLevel.choices
            if value != ScoreLevel.INAPPLICABLE or self.item.may_be_inapplicable
        ]

    @property
    def is_disputed(self) -> bool:
        return len({(score.level, score.points) for score in self.members}) > 1


@dataclass(frozen=True)
class Part:
    """A section in the sheet's navigation."""

    section: Section
    score: SectionScore
    url: str
    is_current: bool

    @property
    def marked(self) -> int:
        return self.score.items - self.score.unmarked


class SheetPage:
    """A sheet open at one section (by its number; by default the first that wants something)."""

    def __init__(
        self, sheet: Sheet, user: User, *, items: Sequence[Item], section: int | None = None
    ) -> None:
        self.sheet, self.user, self.items = sheet, user, items
        self.asked = section

    @cached_property
    def leads(self) -> bool:
        return self.sheet.role == SheetRole.FINAL and leads(self.sheet.assessment, self.user)

    @cached_property
    def may_write(self) -> bool:
        if self.sheet.role == SheetRole.FINAL:
            return self.sheet.is_draft and self.leads
        return may_write(self.sheet, self.user)

    @property
    def may_consent(self) -> bool:
        return self.user.role == Role.OFFICE and self.sheet.role == SheetRole.FINAL and self.sheet.is_draft

    @cached_property
    def scores(self) -> list[Score]:
        """This sheet's marks and those shown beside them: one query."""
        sheet, wanted = self.sheet, Q(sheet=self.sheet)
        if sheet.role != SheetRole.SELF:
            wanted |= Q(
                sheet__role=SheetRole.SELF,
                sheet__assessment__site=sheet.assessment.site_id,
                sheet__submitted_on__isnull=False,
            )
        # Members' own marks are for who settles them and for the city, not for colleagues or the unit.
        if sheet.role == SheetRole.FINAL and (self.user.role in Role.CITY_WIDE or self.leads):
            wanted |= Q(sheet__role=SheetRole.INSPECTOR, sheet__assessment=sheet.assessment_id) & ~Q(
                sheet__state=SheetState.DRAFT
            )
        return list(
            Score.objects.filter(wanted)
            .select_related("sheet__author", "updated_by", "consented_by")
            .order_by("pk")
        )

    @cached_property
    def marks(self) -> tuple[SectionMarks, ...]:
        own = {score.item_id: score for score in self.scores if score.sheet_id == self.sheet.pk}
        return arranged(self.items, own)

    @cached_property
    def total(self) -> SheetScore:
        return sheet_score(self.marks)

    @cached_property
    def pass_points(self) -> Decimal:
        """The pass mark in points of this site's maximum, which items that do not apply may lower."""
        return rounded(self.sheet.assessment.round.rulebook.pass_mark * self.total.maximum / 100)

    @cached_property
    def current(self) -> SectionMarks:
        asked = [marks for marks in self.marks if marks.section.ordinal == self.asked]
        wanting = [
            marks
            for marks in self.marks
            if any(score is None and not item.not_due for item, score in marks.rows)
        ]
        return (asked or (wanting if self.may_write else []) or list(self.marks))[0]

    @cached_property
    def parts(self) -> list[Part]:
        return [
            Part(marks.section, score, self.url_of(marks.section), marks is self.current)
            for marks, score in zip(self.marks, self.total.sections, strict=True)
        ]

    @property
    def next_part(self) -> Part | None:
        place = self.marks.index(self.current)
        return self.parts[place + 1] if place + 1 < len(self.parts) else None

    @property
    def previous_part(self) -> Part | None:
        place = self.marks.index(self.current)
        return self.parts[place - 1] if place else None

    def url_of(self, section: Section) -> str:
        return f"{reverse('assessments:sheet', args=[self.sheet.pk])}?section={section.ordinal}"

    def url_of_item(self, item: Item) -> str:
        return f"{self.url_of(item.section)}#item-{item.code}"

    def unanswered(self) -> list[tuple[Item, str]]:
        """The items not looked at yet, each with the address to jump to."""
        return [
            (item, self.url_of_item(item))
            for part in self.marks
            for item, score in part.rows
            if score is None and not item.not_due
        ]

    @cached_property
    def evidence(self) -> dict[int, list[EvidenceFile]]:
        """The site's files by the items of this section they show: one query."""
        files = (
            EvidenceFile.objects.filter(
                evidence__site=self.sheet.assessment.site_id,
                evidence__revisions=None,
                evidence__pointers__item__section=self.current.section,
            )
            .annotate(item_id=F("evidence__pointers__item"), page=F("evidence__pointers__page"))
            .select_related("evidence")
            .order_by("pk")
        )
        found: dict[int, list[EvidenceFile]] = defaultdict(list)
        for file in files:
            found[file.item_id].append(file)
        return found

    def rows(self, entry: Entry | None = None, item: Item | None = None) -> list[Row]:
        """The current section's items; `entry` stands in the fields of `item` in place of what is stored."""
        beside: dict[int, list[Score]] = defaultdict(list)
        for other in self.scores:
            if other.sheet_id != self.sheet.pk:
                beside[other.item_id].append(other)
        rows = []
        for each, score in self.current.rows:
            members = [mark for mark in beside[each.pk] if mark.sheet.role == SheetRole.INSPECTOR]
            own = [mark for mark in beside[each.pk] if mark.sheet.role == SheetRole.SELF]
            rows.append(
                Row(
                    item=each,
                    score=score,
                    entry=entry if entry and each == item else Entry.stored(score, members),
                    self_score=own[-1] if own else None,
                    members=members,
                    evidence=self.evidence.get(each.pk, []),
                )
            )
        return rows

    def row(self, item: Item, entry: Entry | None = None) -> Row:
        """One item alone, without what stands outside its form."""
        score = next(
            (mark for mark in self.scores if mark.sheet_id == self.sheet.pk and mark.item_id == item.pk), None
        )
        return Row(item, score, entry or Entry.stored(score), None, (), ())


def open_sheet(sheet: Sheet, user: User, section: int | None = None) -> SheetPage:
    return SheetPage(sheet, user, items=standard_items(sheet), section=section)
