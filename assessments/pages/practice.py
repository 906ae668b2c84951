"""Practice as its two readers see it: the inspector an item a screen, then the comparison; the office all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from assessments.agreement import Agreement, agreement
from assessments.enums import MarkState
from assessments.models import PracticeAnswer, PracticeMark, PracticeRun, PracticeSheet
from assessments.scoring import plain
from core.http import record_address

from .sheet_rows import Entry, FormFacts


@dataclass(frozen=True)
class Compared:
    """One item: what was agreed beside what was marked."""

    mark: PracticeMark
    answer: PracticeAnswer | None

    @property
    def is_alike(self) -> bool:
        return self.answer is not None and _says(self.mark) == _says(self.answer)

    @property
    def apart(self) -> str:
        """By how many points it lies above or below what was agreed, in words."""
        points = self.answer.points - self.mark.points if self.answer else 0
        if not points:
            return ""
        told = _("%(points)s too high") if points > 0 else _("%(points)s too low")
        return told % {"points": plain(abs(points))}


def _says(mark: PracticeMark | PracticeAnswer) -> tuple[object, ...]:
    return mark.level, mark.points, mark.faults


def compared(marks: Iterable[PracticeMark], answers: Iterable[PracticeAnswer]) -> list[Compared]:
    given = {answer.item_id: answer for answer in answers}
    return [Compared(mark, given.get(mark.item_id)) for mark in marks]


def agreement_of(rows: Iterable[Compared]) -> Agreement:
    """Of an inspector with what was agreed; what is not answered yet is left out."""
    return agreement((row.mark.level, row.answer.level, row.is_alike, 1) for row in rows if row.answer)


class RunPage:
    """An inspector's practice, open at one item (by its code) or at the first that is not answered."""

    def __init__(self, run: PracticeRun, *, asked: str = "", entry: Entry | None = None) -> None:
        self.run, self.asked, self.entry = run, asked, entry

    @cached_property
    def rows(self) -> list[Compared]:
        marks = self.run.sheet.marks.select_related("item__section")
        return compared(marks, self.run.answers.all())

    @property
    def marked(self) -> int:
        return sum(row.answer is not None for row in self.rows)

    @cached_property
    def current(self) -> Compared | None:
        """The item shown; None at the end."""
        asked = next((row for row in self.rows if row.mark.item.code == self.asked), None)
        return asked or (None if self.asked else next((row for row in self.rows if not row.answer), None))

    @property
    def place(self) -> int:
        return self.rows.index(self.current) + 1 if self.current else len(self.rows) + 1

    @property
    def previous(self) -> str:
        return self.rows[self.place - 2].mark.item.code if self.place > 1 else ""

    @property
    def next(self) -> str:
        return self.rows[self.place].mark.item.code if self.place < len(self.rows) else "end"

    @property
    def facts(self) -> FormFacts | None:
        """What the item's form is drawn from: that of every sheet."""
        if self.current is None:
            return None
        item, answer = self.current.mark.item, self.current.answer
        entry = self.entry or _stored(answer)
        return FormFacts(
            code=item.code,
            points=item.points,
            deduction=item.deduction,
            may_be_inapplicable=item.may_be_inapplicable,
            level=entry.level,
            faults=entry.faults,
            is_typed=bool(entry.points or entry.reason or entry.errors),
            state=MarkState(answer.level) if answer else MarkState.UNMARKED,
            stored_level=None,
            wrong=frozenset(entry.errors),
            is_over=False,
            is_part=False,
        )

    @property
    def filling(self) -> dict[str, str]:
        """What of the form is this person's."""
        entry = self.entry or _stored(self.current.answer if self.current else None)
        return {"url": self.url_to_save, "version": "0", "points": entry.points, "reason": entry.reason}

    @property
    def url_to_save(self) -> str:
        item = self.current.mark.item_id if self.current else 0
        return record_address("assessments:practice_answer", self.run.pk, item)

    @property
    def differing(self) -> list[Compared]:
        return [row for row in self.rows if not row.is_alike]

    @property
    def agreement(self) -> Agreement:
        return agreement_of(self.rows)


def _stored(answer: PracticeAnswer | None) -> Entry:
    if answer is None:
        return Entry()
    counted = answer.faults is not None
    return Entry(
        level=answer.level,
        points=plain(answer.points) if answer.level == "partly" and not counted else "",
        faults=str(answer.faults) if counted else "",
        reason=answer.reason,
    )


@dataclass(frozen=True)
class Practised:
    """One inspector's finished practice, for the office."""

    run: PracticeRun
    agreement: Agreement


def practised(sheet: PracticeSheet, runs: Iterable[PracticeRun]) -> Sequence[Practised]:
    """The least agreed first; `runs` are those the reader sees. Three queries, whatever their number."""
    marks = list(sheet.marks.select_related("item__section"))
    found = [Practised(run, agreement_of(compared(marks, run.answers.all()))) for run in runs]
    return sorted(found, key=lambda each: (each.agreement.exact.share or 0, str(each.run.by)))
