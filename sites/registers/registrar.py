"""What all imports have in common: a row is judged against what is on record, and written if it is right.

No query to judge a row: what is on record is read once, and uniqueness is asked of dictionaries. The
database's own constraints have the last word.
"""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.bulk import update_rows
from audit.services import note_written
from sites.cell_parsers import Parser, as_kept, in_words
from sites.enums import Outcome
from sites.services.undoing import CHANGED_SINCE
from tables.table import Column, Line
from tables.tidy import tidy, tidy_prose

M = TypeVar("M", bound=Model)
Values = dict[str, Any]
Told = tuple[str, ValidationError]  # the column (or none: the row as a whole), and what is wrong


@dataclass(slots=True)
class Entry(Generic[M]):
    """One row of the file, judged. `complaints` and `changes` are as they are kept with it."""

    number: int
    cells: dict[str, str]
    outcome: Outcome
    complaints: list[dict[str, Any]]
    changes: list[dict[str, str]]
    values: Values  # of the record as it is to be, by column
    record: M | None


class Registrar(ABC, Generic[M]):
    """Keeps one register on behalf of `by`."""

    columns: Sequence[Column]
    # What a record is known by: never changed by an import.
    key_columns: ClassVar[tuple[str, ...]]
    # Columns whose empty cells leave what is there.
    blank_keeps: ClassVar[frozenset[str]] = frozenset()
    # What a new record has where the file has no such column.
    blank: ClassVar[Values]
    # The record's own columns that a change may write.
    written: ClassVar[tuple[str, ...]]
    # What is told of a row that says once more what the row `first` says.
    twice: ClassVar[str] = gettext_noop("The same as row %(first)d; delete one of the two rows.")
    # Keys of records the user has stood aside from: known, so that none is recorded twice, but not shown.
    aside: Collection[int] = ()

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.records: dict[Hashable, M] = {}
        self.know(self.on_record())
        self.parsers = self.make_parsers()
        self._lines: dict[Hashable, int] = {}

    # -- what each register says for itself ----------------------------------

    @abstractmethod
    def on_record(self) -> QuerySet[M]:
        """Every record of the register, with what `values_of` reads."""

    @abstractmethod
    def make_parsers(self) -> dict[str, Parser]:
        """By column, what makes a value of a cell's text, or raises ValidationError."""

    def offers(self) -> dict[str, list[str]]:
        """By column, what the drop-downs of the register's own workbook offer."""
        return {}

    @abstractmethod
    def values_of(self, record: M) -> Values:
        """What a record holds, by column."""

    @abstractmethod
    def text(self, column: str, value: Any) -> str:
        """A value as the export writes it."""

    @abstractmethod
    def check(self, values: Values, record: M | None) -> Iterable[Told]:
        """The rules that need more than one cell; asked of rows that would write something."""

    @abstractmethod
    def fill(self, record: M | None, values: Values) -> M:
        """The record (a new one for None) with these values in it, not yet saved."""

    def cells(self, line: Line) -> dict[str, str]:
        """A row's texts, the empty ones that another cell stands for filled in."""
        return line.cells

    # -- rows -----------------------------------------------------------------

    def know(self, records: Iterable[M]) -> None:
        for record in records:
            values = self.values_of(record)
            self.records[tuple(_spelled(values[name]) for name in self.key_columns)] = record

    def judge(self, line: Line, letters: Mapping[str, str]) -> Entry[M]:
        """What becomes of one row; `letters` tell under which letter each column stands."""
        values, told = self._parse(line)
        key = self._key(values)
        first = self._lines.setdefault(key, line.number) if key else line.number
        if first != line.number:
            told.append(("", ValidationError(self.twice, params={"first": first})))
        record = self.records.get(key) if key else None
        before = self.values_of(record) if record else self.blank
        changed = self._changed(before, values) if record else []
        values = before | ({name: values[name] for name in changed} if record else values)
        if not told and (changed or not record):
            told.extend(self.check(values, record))
        return Entry(
            number=line.number,
            cells=line.cells,
            outcome=_outcome(told, record, changed),
            complaints=[as_kept(field, letters.get(field, ""), error) for field, error in told],
            changes=self._changes(changed, before, values) if record and not told else [],
            values=values,
            record=record,
        )

    def reread(self, lines: Iterable[Line]) -> None:
        """Lock the records that these rows change and read them again, for somebody may have changed them."""
        keys = [self._key(self._parse(line)[0]) for line in lines]
        known = [self.records.pop(key) for key in keys if key in self.records]
        if known:
            self.know(
                self.on_record().select_for_update(of=("self",)).filter(pk__in=[one.pk for one in known])
            )

    def write(self, entries: Sequence[Entry[M]]) -> list[tuple[M | None, M]]:
        """Write rows judged new or changed, with their trail; gives each record before and after.

        Raises IntegrityError when the database refuses one of them.
        """
        pairs = [(entry.record, self.fill(copy(entry.record), entry.values)) for entry in entries]
        model = self.on_record().model
        model._default_manager.bulk_create([after for before, after in pairs if not before])
        update_rows(model, self.written, [after for before, after in pairs if before])
        note_written(pairs=pairs, by=self.by)
        return pairs

    def undo(self, line: Line, before: Mapping[str, str], since: datetime.datetime | None) -> None:
        """Give the record of a row back what it was `before`, by column; or, if it was new, take it off.

        Raises ValidationError where somebody changed `since` what the row wrote, or uses what it made.
        """
        wrote, _told = self._parse(line)
        record = self.records.get(self._key(wrote))
        if record is None and not before:
            return  # somebody has taken it off record
        now = self.values_of(record) if record else {}
        wrote = {name: wrote[name] for name in before} if before else {**self.blank, **wrote}
        if record is None or any(_differs(now[name], value) for name, value in wrote.items()):
            raise ValidationError(CHANGED_SINCE)
        self.check_unused(record, since, is_new=not before)
        if before:
            cells = {name: self.text(name, value) for name, value in now.items()}
            self._write_back(line.number, {**cells, **before})
            return
        for _field, error in self.check(now, record):
            raise error
        record.delete()

    def check_unused(self, record: M, since: datetime.datetime | None, *, is_new: bool) -> None:
        """Raise ValidationError where a record has served by now, though its columns are as taken."""

    def _write_back(self, number: int, cells: dict[str, str]) -> None:
        entry = self.judge(Line(number, cells), {})
        if entry.outcome == Outcome.WRONG:
            raise ValidationError(in_words(entry.complaints[0]))
        if entry.outcome == Outcome.CHANGED:
            self.write([entry])

    def rows(self) -> Iterator[list[str]]:
        """Every record one may see, column by column: the export, which reads back in unchanged."""
        for record in self.records.values():
            if record.pk not in self.aside:
                values = self.values_of(record)
                yield [self.text(column.field, values[column.field]) for column in self.columns]

    # -- cells ----------------------------------------------------------------

    def _parse(self, line: Line) -> tuple[Values, list[Told]]:
        values: Values = {}
        told = [
            ("" if name == NON_FIELD_ERRORS else name, ValidationError(problem))
            for name, problem in line.problems.items()
        ]
        for name, text in self.cells(line).items():
            if name in line.problems or (not text and name in self.blank_keeps):
                continue
            try:
                values[name] = self.parsers[name](text)
            except ValidationError as error:
                told.append((name, error))
        return values, told

    def _key(self, values: Values) -> tuple[Any, ...] | None:
        key = tuple(values.get(name) for name in self.key_columns)
        return key if all(key) else None

    def _changed(self, before: Values, values: Values) -> list[str]:
        return [
            name
            for name, value in values.items()
            if name not in self.key_columns and _differs(before.get(name), value)
        ]

    def _changes(self, changed: Iterable[str], before: Values, values: Values) -> list[dict[str, str]]:
        return [
            {"field": name, "before": self.text(name, before[name]), "after": self.text(name, values[name])}
            for name in changed
        ]


def _spelled(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) else value


def _differs(before: Any, value: Any) -> bool:
    """Not only in its spelling: a text that no form has tidied is not changed by reading it in again."""
    if before == value or not isinstance(before, str):
        return bool(before != value)
    return value not in (tidy(before), tidy_prose(before))


def _outcome(told: Sequence[Told], record: Model | None, changed: Sequence[str]) -> Outcome:
    if told:
        return Outcome.WRONG
    if record is None:
        return Outcome.NEW
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


def of_fields(error: ValidationError) -> Iterator[Told]:
    """What an error has against each field."""
    for field, errors in error.error_dict.items():
        for one in errors:
            yield field, one
