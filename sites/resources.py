"""Taking a list from a workbook: a dry run shows what would happen, a second run does it.

Rows are written by `services.save_site`, so a workbook obeys the rules of the form.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from accounts.models import Organisation, User
from tables.table import Line, Table
from tables.tidy import tidy, tidy_prose

from . import services
from .cell_parsers import as_kept, in_words
from .enums import Level, Outcome
from .list_widgets import FieldWidget, UnitWidget
from .models import Filing, Site
from .site_fields import BY_NAME, HEADS, OF_LIAISON, OF_ROW, OWN, records_of
from .taken import Change, Complaint, Taken, TakenRow

FIELDS = tuple(field.name for field in OF_ROW)
OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: Outcome.NEW,
    RowResult.IMPORT_TYPE_UPDATE: Outcome.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: Outcome.UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: Outcome.WRONG,
    RowResult.IMPORT_TYPE_ERROR: Outcome.WRONG,
}


def judge(*, table: Table, filing: Filing, by: User) -> Taken:
    """What becomes of each row of a workbook when those that are right are taken; nothing is written.

    A row may lean on a wrong one (a unit that only that one puts on record), so what is left
    is judged again until all of it can be taken together.
    """
    wrong: dict[int, TakenRow] = {}
    while True:
        rest = table.only({line.number for line in table.lines} - wrong.keys())
        taken = _run(rest, filing, by, dry_run=True)[0]
        if taken.is_clean:
            rows = wrong | {row.line.number: row for row in taken.rows}
            return Taken([rows[line.number] for line in table.lines], taken.kept)
        wrong |= {row.line.number: row for row in taken.rows if not row.is_right}


@transaction.atomic
def take(*, table: Table, filing: Filing, by: User, file_name: str) -> Taken:
    """Put the rows of a workbook on an unfiled list, all of them or none, so that it can be undone."""
    # Of two people who confirm at once the second is judged by what the first has written.
    Filing.objects.select_for_update().get(pk=filing.pk)
    taken, resource = _run(table, filing, by, dry_run=False)
    if taken.is_clean and resource.written:
        services.keep_batch(filing=filing, file_name=file_name, changes=resource.written, by=by)
    return taken


def _run(table: Table, filing: Filing, by: User, *, dry_run: bool) -> tuple[Taken, "SiteResource"]:
    resource = SiteResource(table=table, filing=filing, by=by)
    data = Dataset(headers=list(table.letters))
    data.extend([[line.cells[name] for name in table.letters] for line in table.lines])
    result = resource.import_data(data, dry_run=dry_run, rollback_on_validation_errors=True)
    rows = [resource.taken(line, row) for line, row in zip(table.lines, result.rows, strict=True)]
    return Taken(rows, kept=len(resource.untouched)), resource


class SiteResource(ModelResource):  # type: ignore[misc]  # import-export carries no types
    """The rows of one list; a row is known by its unit and its window."""

    class Meta:
        model = Site
        fields = FIELDS
        import_order = FIELDS
        import_id_fields = ("organisation", "window_name")
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        use_transactions = True
        clean_model_instances = True
        store_instance = True

    def __init__(self, *, table: Table, filing: Filing, by: User) -> None:
        super().__init__()
        self.table, self.filing, self.by = table, filing, by
        self.fields = {one.name: Field(one.name, one.name, widget=FieldWidget(one)) for one in OF_ROW}
        self.units = self.fields["organisation"].widget = UnitWidget(filing)
        self.untouched = {
            (site.organisation_id, tidy(site.window_name)): site for site in services.rows_of(filing)
        }
        self.first_lines: dict[tuple[object, str], int] = {}
        self.new_units: dict[int, Organisation] = {}
        self.before: dict[int, dict[str, str]] = {}
        self.written: list[dict[str, Any]] = []

    # -- a row -------------------------------------------------------------

    def before_import_row(self, row: dict[str, str], *, row_number: int, **_kwargs: Any) -> None:
        """Of rows with one unit and one window only the first is taken; the reader made their texts alike."""
        unit = self.units.find(row["organisation"])
        line = self.table.lines[row_number - 1].number
        first = self.first_lines.setdefault(
            (unit.pk if unit else row["organisation"], row["window_name"]), line
        )
        if first != line:
            raise ValidationError(
                _(
                    "The same unit and window as row %(first)d (full- and half-width letters count as the "
                    "same); delete one of the two rows."
                )
                % {"first": first}
            )

    def get_instance(self, instance_loader: object, row: dict[str, str]) -> Site | None:
        unit = self.units.find(row["organisation"])
        site = self.untouched.pop((unit.pk, row["window_name"]), None) if unit else None
        if site:
            self.before[site.pk] = services.state_of(site)
            # As the reader spells it: other line endings or spaces are no change.
            for field in OWN:
                held = getattr(site, field.attribute)
                if isinstance(held, str):
                    setattr(site, field.attribute, tidy_prose(held) if field.is_prose else tidy(held))
            _with_liaison(site)
        return site

    def init_instance(self, row: dict[str, str] | None = None) -> Site:
        site = Site(programme=self.filing.programme, filing=self.filing, level=self.filing.level)
        for field in OF_LIAISON:
            setattr(site, field.name, field.empty)
        return site

    def import_instance(self, instance: Site, row: dict[str, str], *, row_number: int, **kwargs: Any) -> None:
        """What is wrong with a cell stands beside what is wrong with the others."""
        line = self.table.lines[row_number - 1]
        readable = {name: text for name, text in row.items() if name not in line.problems}
        errors: dict[str, Any] = {name: [text] for name, text in line.problems.items()}
        errors |= self._settle_unit(readable, line)
        try:
            super().import_instance(instance, readable, **kwargs)
        except ValidationError as error:
            errors = error.message_dict | errors
        errors = _wrong_liaison(instance) | errors
        if errors:
            raise ValidationError(errors)

    def _settle_unit(self, row: dict[str, str], line: Line) -> dict[str, list[str]]:
        """Put a unit on record that a district names with its type; what is wrong, by column."""
        name, written = row.get("organisation", ""), row.get("unit_kind", "")
        if not written:
            return {}
        try:
            kind = BY_NAME["unit_kind"].parse(written)
        except ValidationError as error:
            return {"unit_kind": [in_words(as_kept("", "", error))]}
        unit = self.units.find(name)
        if unit and unit.kind != kind:
            told = _("“%(unit)s” is on record as “%(kind)s”; write that, or leave the cell empty.")
            return {"unit_kind": [told % {"unit": unit, "kind": unit.get_kind_display()}]}
        if name and not self.units.is_known(name) and self.filing.level == Level.DISTRICT:
            return self._add_unit(name, kind, line)
        return {}

    def _add_unit(self, name: str, kind: str, line: Line) -> dict[str, list[str]]:
        try:
            unit = services.add_unit(filing=self.filing, name=name, short_name="", kind=kind, by=self.by)
        except ValidationError as error:
            return {"organisation": error.messages}
        self.units.add(unit)
        self.new_units[line.number] = unit
        self.first_lines[unit.pk, line.cells["window_name"]] = line.number
        return {}

    def do_instance_save(self, instance: Site, is_create: bool) -> None:
        services.save_site(
            filing=self.filing,
            site=instance,
            by=self.by,
            **_liaison_of(instance),
        )

    def after_save_instance(self, instance: Site, row: dict[str, str], **kwargs: Any) -> None:
        """What an undo needs."""
        if kwargs["dry_run"]:
            return
        line = self.table.lines[kwargs["row_number"] - 1].number
        unit = self.new_units.get(line)
        saved = Site.objects.get(pk=instance.pk)  # `instance` may carry a liaison that was fetched before
        self.written.append(
            {
                "site": saved.pk,
                "before": self.before.get(saved.pk),
                "after": services.state_of(saved),
                "new_unit": unit.pk if unit else None,
            }
        )

    # -- what came of it ---------------------------------------------------

    def taken(self, line: Line, result: RowResult) -> TakenRow:
        outcome = OUTCOMES[result.import_type]
        complaints = [Complaint(str(error.error)) for error in result.errors]
        if result.validation_error:
            complaints += self._complaints(line, result.validation_error)
        changes = list(self._changes(result)) if outcome == Outcome.CHANGED else []
        return TakenRow(line, outcome, complaints, changes, self.new_units.get(line.number))

    def _complaints(self, line: Line, error: ValidationError) -> Iterable[Complaint]:
        told: dict[str, list[str]] = {NON_FIELD_ERRORS: error.messages}
        if hasattr(error, "error_dict"):
            told = error.message_dict
        order = list(HEADS)
        for name in sorted(told, key=lambda name: order.index(name) if name in HEADS else -1):
            letter = self.table.letters.get(name, "")
            head = self.table.heads.get(letter, str(HEADS.get(name, "")))
            for text in told[name]:
                yield Complaint(text, head, letter, line.cells.get(name, ""))

    def _changes(self, result: RowResult) -> Iterable[Change]:
        for name in FIELDS:
            before, after = (self.fields[name].export(site) for site in (result.original, result.instance))
            if before != after:
                yield Change(str(HEADS[name]), before, after)


def _with_liaison(site: Site) -> None:
    """Give the row its liaison's columns."""
    records = records_of(site)
    for field in OF_LIAISON:
        setattr(site, field.name, field.read(records))


def _liaison_of(site: Site) -> dict[str, Any]:
    return {field.name: getattr(site, field.name) for field in OF_LIAISON}


def _wrong_liaison(site: Site) -> dict[str, list[str]]:
    try:
        services.check_liaison(_liaison_of(site))
    except ValidationError as error:
        return error.message_dict
    return {}
