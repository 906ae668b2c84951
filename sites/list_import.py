"""Taking a list from a workbook: a dry run shows what would happen, a second run does it.

Rows are written by `services.save_site`, so a workbook obeys the rules of the form.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from core.acting import Refusal
from tables.table import Line, Table

from . import services
from .cell_parsers import Parser, in_words
from .enums import Level
from .models import Filing, Site
from .registers.names import Directory
from .registers.registrar import Entry, Told, Values, of_fields
from .registers.site_rows import SiteRows
from .site_fields import BY_NAME, HEADS, OF_LIAISON, columns_of
from .taken import Change, Complaint, Previewed, Taken, TakenRow, told_by_row

_PLACES = {name: place for place, name in enumerate(HEADS)}


def judge(*, table: Table, filing: Filing, by: User) -> Taken:
    """What becomes of each row of a workbook when those that are right are taken; nothing is written.

    A row may lean on a wrong one (a unit that only that one puts on record), so what is left
    is judged again until all of it can be taken together.
    """
    wrong: dict[int, TakenRow] = {}
    while True:
        rest = table.only({line.number for line in table.lines} - wrong.keys())
        with transaction.atomic():
            taken, _rows = _run(rest, filing, by)
            transaction.set_rollback(True)
        if taken.is_clean:
            rows = wrong | {row.line.number: row for row in taken.rows}
            return Taken([rows[line.number] for line in table.lines], taken.kept)
        wrong |= {row.line.number: row for row in taken.rows if not row.is_right}


@transaction.atomic
def take(*, table: Table, filing: Filing, by: User, file_name: str) -> Taken:
    """Put the rows of a workbook on an unfiled list, all of them or none, so that it can be undone."""
    # Of two people who confirm at once the second is judged by what the first has written.
    Filing.objects.select_for_update().get(pk=filing.pk)
    taken, rows = _run(table, filing, by)
    if not taken.is_clean:
        transaction.set_rollback(True)
    elif rows.changes:
        services.keep_batch(filing=filing, file_name=file_name, changes=rows.changes, by=by)
    return taken


@transaction.atomic
def take_previewed(
    *, table: Table, previewed: Previewed, filing: Filing, by: User, file_name: str
) -> tuple[Taken, Table]:
    """Take the rows that would still do what the preview said; the second given back is what was left.

    A row is left whose record somebody has changed since: what the person confirmed is not what would come.
    """
    Filing.objects.select_for_update().get(pk=filing.pk)
    now = told_by_row(judge(table=table, filing=filing, by=by))
    left = {number for number in now if now[number] != previewed.get(number)}
    taken = take(table=table.only(now.keys() - left), filing=filing, by=by, file_name=file_name)
    if not taken.is_clean:  # some of them lean on what was left
        return Taken([]), table
    return taken, table.only(left)


def _run(table: Table, filing: Filing, by: User) -> tuple[Taken, "ListRows"]:
    """Write every row that is right; whoever asks rolls back what is not to stay."""
    rows = ListRows(filing=filing, by=by)
    judged = [(line, rows.judge(line, table.letters)) for line in table.lines]
    said = [
        TakenRow(
            line,
            entry.outcome,
            _complaints(table, line, entry),
            [
                Change(str(HEADS[one["field"]]), one["before"], one["after"])
                for one in _in_order(entry.changes)
            ],
            rows.new_units.get(line.number),
        )
        for line, entry in judged
    ]
    found = {entry.record.pk for _line, entry in judged if entry.record}
    return Taken(said, kept=len(rows.records) - len(found)), rows


def _complaints(table: Table, line: Line, entry: Entry[Site]) -> list[Complaint]:
    return [
        Complaint(
            in_words(one),
            table.heads.get(one["letter"], str(HEADS.get(one["field"], ""))),
            one["letter"],
            line.cells.get(one["field"], ""),
        )
        for one in _in_order(entry.complaints)
    ]


def _in_order(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is told of the row as a whole, then column by column, however the file has them."""
    return sorted(told, key=lambda one: _PLACES.get(one["field"], -1))


class ListRows(SiteRows):
    """The rows of one list. A row is judged by saving it: the rules of the form are asked by asking them."""

    twice = gettext_noop(
        "The same unit and window as row %(first)d (full- and half-width letters count as the "
        "same); delete one of the two rows."
    )

    def __init__(self, *, filing: Filing, by: User) -> None:
        self.filing = filing
        self.columns = columns_of(filing.level)
        self.units = Directory(Organisation.objects.all())
        self.own = set(services.selectable_units(filing).values_list("pk", flat=True))
        # Put on record with a row, by its number.
        self.new_units: dict[int, Organisation] = {}
        # What was written, as an undo needs it.
        self.changes: list[dict[str, Any]] = []
        self._line = 0
        super().__init__(by=by)

    def on_record(self) -> QuerySet[Site]:
        return self.filing.sites.on_list().select_related("organisation").prefetch_related("liaisons")

    def make_parsers(self) -> dict[str, Parser]:
        own = {
            "organisation": self._unit,
            "unit_kind": lambda text: text and BY_NAME["unit_kind"].parse(text),
        }
        if self.filing.level == Level.DISTRICT:
            window = BY_NAME["window_name"].parse
            own["window_name"] = lambda text: text and window(text)
        return super().make_parsers() | own

    # -- cells ---------------------------------------------------------------

    def _parse(self, line: Line) -> tuple[Values, list[Told]]:
        """What is wrong with the unit's type and the liaison stands beside what is wrong with other cells."""
        self._line = line.number
        of_unit = list(self._settle_unit(line))
        values, told = super()._parse(line)
        values.pop("unit_kind", None)
        if self.filing.level == Level.DISTRICT and "organisation" in values:
            # Without a name of its own the unit itself is the site.
            values["window_name"] = values.get("window_name") or self.units.by_pk[values["organisation"]].name
        settled = {name for name, _error in of_unit}
        told = [*of_unit, *(one for one in told if one[0] not in settled)]
        wrong = {name for name, _error in told}
        return values, told + [one for one in _of_liaison(values) if one[0] not in wrong]

    def _unit(self, name: str) -> int:
        """The one unit so called, among those of the list first."""
        if not name:
            raise ValidationError(gettext_noop("Name the unit."))
        found = self._called(name)
        if len(found) == 1:
            return next(iter(found))
        told = self._unknown()
        if found:
            told = gettext_noop("Several units are called “%(name)s”; write the full name.")
        raise ValidationError(told, params={"name": name})

    def _called(self, name: str) -> set[int]:
        called = self.units.called(name)
        return called & self.own or called

    def _unknown(self) -> str:
        if self.filing.level == Level.DISTRICT:
            return gettext_noop(
                "No unit is called “%(name)s”; choose one from the template's list, or write its unit type "
                "beside it so that it is put on record."
            )
        return gettext_noop("No unit is called “%(name)s”; choose one from the template's list.")

    def _settle_unit(self, line: Line) -> Iterator[Told]:
        """Put a unit on record that a district names with its type; what is wrong, by column."""
        said = {name: text for name, text in line.cells.items() if name not in line.problems}
        name, written = said.get("organisation", ""), said.get("unit_kind", "")
        if not written:
            return
        try:
            kind = BY_NAME["unit_kind"].parse(written)
        except ValidationError as error:
            yield "unit_kind", error
            return
        found = self._called(name)
        unit = self.units.by_pk[next(iter(found))] if len(found) == 1 else None
        if unit and unit.kind != kind:
            told = gettext_noop("“%(unit)s” is on record as “%(kind)s”; write that, or leave the cell empty.")
            about = {"unit": str(unit), "kind": unit.get_kind_display()}
            yield "unit_kind", ValidationError(told, params=about)
        if name and not found and self.filing.level == Level.DISTRICT:
            try:
                self._add_unit(name, kind)
            except ValidationError as error:
                yield from (("organisation", ValidationError(text)) for text in error.messages)

    def _add_unit(self, name: str, kind: str) -> None:
        unit = services.add_unit(filing=self.filing, name=name, short_name="", kind=kind, by=self.by)
        self.units.add(unit)
        self.own.add(unit.pk)
        self.new_units[self._line] = unit

    # -- rows ----------------------------------------------------------------

    def check(self, values: Values, record: Site | None) -> list[Told]:
        try:
            with transaction.atomic():
                self._save(values, record)
        except ValidationError as error:
            return [("" if name == NON_FIELD_ERRORS else name, one) for name, one in of_fields(error)]
        except (PermissionDenied, Refusal) as refusal:
            return [("", ValidationError(str(refusal)))]
        return []

    def _save(self, values: Values, record: Site | None) -> None:
        before = services.state_of(record) if record else None
        site = services.save_site(
            filing=self.filing,
            site=self.fill(copy(record), values),
            by=self.by,
            **{field.name: values[field.name] for field in OF_LIAISON},
        )
        saved = Site.objects.get(pk=site.pk)  # `site` may carry a liaison that was fetched before
        unit = self.new_units.get(self._line)
        self.changes.append(
            {
                "site": saved.pk,
                "before": before,
                "after": services.state_of(saved),
                "new_unit": unit.pk if unit else None,
            }
        )


def _of_liaison(values: Values) -> Iterator[Told]:
    try:
        services.check_liaison({field.name: values.get(field.name) for field in OF_LIAISON})
    except ValidationError as error:
        yield from of_fields(error)
