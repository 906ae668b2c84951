"""Taking a list from a workbook: a dry run shows what would happen, a second run does it.

Rows are written by `services.save_site`, so a workbook obeys the rules of the form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult
from import_export.widgets import Widget
from tablib import Dataset

from accounts.models import Organisation, User
from standards.enums import Kind
from tables.table import Line, Table
from tables.tidy import tidy

from . import services
from .enums import Level, Outcome
from .list_columns import HEADS
from .models import Filing, Site

# The plan's own words for the kinds, understood in any language of the screen.
KIND_WORDS = {"政务公开": Kind.GOVERNMENT_AFFAIRS, "办事公开": Kind.SERVICE}


OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: Outcome.NEW,
    RowResult.IMPORT_TYPE_UPDATE: Outcome.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: Outcome.UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: Outcome.WRONG,
    RowResult.IMPORT_TYPE_ERROR: Outcome.WRONG,
}


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a row: the column (its head and letter), the value there, and the cure."""

    text: str
    head: str = ""
    letter: str = ""
    value: str = ""


@dataclass(frozen=True)
class Change:
    head: str
    before: str
    after: str


@dataclass(frozen=True)
class TakenRow:
    """What becomes, or became, of one row of the workbook."""

    line: Line
    outcome: Outcome
    complaints: list[Complaint] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """What a workbook does to a list. With one wrong row, nothing."""

    rows: list[TakenRow]
    kept: int  # rows on the list that the workbook does not mention

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def size(self) -> int:
        """How many rows the list has afterwards."""
        return len(self.rows) + self.kept

    @property
    def counts(self) -> list[tuple[Outcome, int]]:
        return [(outcome, self.count(outcome)) for outcome in Outcome]

    @property
    def is_clean(self) -> bool:
        return not self.count(Outcome.WRONG)


def take(*, table: Table, filing: Filing, by: User, dry_run: bool) -> Taken:
    """Put the rows of a workbook on an unfiled list, all of them or none; a dry run writes nothing."""
    resource = SiteResource(table=table, filing=filing, by=by)
    data = Dataset(headers=list(table.letters))
    data.extend([[line.cells[name] for name in table.letters] for line in table.lines])
    result = resource.import_data(data, dry_run=dry_run, rollback_on_validation_errors=True)
    rows = [resource.taken(line, row) for line, row in zip(table.lines, result.rows, strict=True)]
    return Taken(rows, kept=len(resource.untouched))


class UnitWidget(Widget):  # type: ignore[misc]  # import-export carries no types
    """A unit by its name, its short name or one of its other names."""

    def __init__(self, filing: Filing) -> None:
        super().__init__()
        self.filing = filing
        self.own = _by_name(services.selectable_units(filing))
        self.all = _by_name(Organisation.objects.all())

    def find(self, name: str) -> Organisation | None:
        """The one unit so called, among those of the list first; None if there is none, or more than one."""
        found = self.own.get(name) or self.all.get(name) or []
        return found[0] if len(found) == 1 else None

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Organisation:
        if not value:
            raise ValueError(_("Name the unit."))
        if unit := self.find(value):
            return unit
        if value in self.own or value in self.all:
            raise ValueError(_("Several units are called “%(name)s”; write the full name.") % {"name": value})
        raise ValueError(self._unknown() % {"name": value})

    def _unknown(self) -> str:
        if self.filing.level == Level.DISTRICT:
            return _(
                "No unit is called “%(name)s”; choose one from the template's list, or add the unit to your "
                "district first."
            )
        return _("No unit is called “%(name)s”; choose one from the template's list.")

    def render(self, value: Organisation | None, obj: Any = None, **_kwargs: Any) -> str:
        return str(value or "")


class KindWidget(Widget):  # type: ignore[misc]
    """A kind by the plan's word, by the word of the screen, or by its value."""

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Kind:
        words = KIND_WORDS | {str(kind.label): kind for kind in Kind} | {kind.value: kind for kind in Kind}
        if value in words:
            return words[value]
        raise ValueError(
            _("Write one of: %(kinds)s.") % {"kinds": _(", ").join(str(kind.label) for kind in Kind)}
        )

    def render(self, value: str | None, obj: Any = None, **_kwargs: Any) -> str:
        return str(Kind(value).label) if value else ""


class SiteResource(ModelResource):  # type: ignore[misc]
    """The rows of one list; a row is known by its unit and its window."""

    organisation = Field("organisation", "organisation")
    kind = Field("kind", "kind", widget=KindWidget())
    liaison_name = Field("liaison_name", "liaison_name")
    liaison_phone = Field("liaison_phone", "liaison_phone")

    class Meta:
        model = Site
        fields = tuple(HEADS)
        import_order = tuple(HEADS)
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
        self.units = self.fields["organisation"].widget = UnitWidget(filing)
        self.untouched = {
            (site.organisation_id, tidy(site.window_name)): site
            for site in filing.sites.select_related("organisation", "programme").prefetch_related("liaisons")
        }
        self.first_lines: dict[tuple[object, str], int] = {}

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
            liaison = next(iter(site.liaisons.all()), None)
            site.liaison_name = liaison.name if liaison else ""  # type: ignore[attr-defined]
            site.liaison_phone = liaison.phone if liaison else ""  # type: ignore[attr-defined]
        return site

    def init_instance(self, row: dict[str, str] | None = None) -> Site:
        site = Site(programme=self.filing.programme, filing=self.filing, level=self.filing.level)
        site.liaison_name = site.liaison_phone = ""  # type: ignore[attr-defined]
        return site

    def import_instance(self, instance: Site, row: dict[str, str], *, row_number: int, **kwargs: Any) -> None:
        """What is wrong with a cell stands beside what is wrong with the others."""
        problems = self.table.lines[row_number - 1].problems
        errors: dict[str, Any] = {name: [text] for name, text in problems.items()}
        try:
            super().import_instance(
                instance, {name: text for name, text in row.items() if name not in problems}, **kwargs
            )
        except ValidationError as error:
            errors |= error.message_dict
        if errors:
            raise ValidationError(errors)

    def do_instance_save(self, instance: Site, is_create: bool) -> None:
        services.save_site(
            filing=self.filing,
            site=instance,
            liaison_name=instance.liaison_name,  # type: ignore[attr-defined]
            liaison_phone=instance.liaison_phone,  # type: ignore[attr-defined]
            by=self.by,
        )

    # -- what came of it ---------------------------------------------------

    def taken(self, line: Line, result: RowResult) -> TakenRow:
        outcome = OUTCOMES[result.import_type]
        complaints = [Complaint(str(error.error)) for error in result.errors]
        if result.validation_error:
            complaints += self._complaints(line, result.validation_error)
        changes = list(self._changes(result)) if outcome == Outcome.CHANGED else []
        return TakenRow(line, outcome, complaints, changes)

    def _complaints(self, line: Line, error: ValidationError) -> Iterable[Complaint]:
        told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in told.items():
            for text in texts:
                yield Complaint(
                    text, str(HEADS.get(name, "")), self.table.letters.get(name, ""), line.cells.get(name, "")
                )

    def _changes(self, result: RowResult) -> Iterable[Change]:
        for name, head in HEADS.items():
            before, after = (self.fields[name].export(site) for site in (result.original, result.instance))
            if before != after:
                yield Change(str(head), before, after)


def _by_name(units: Iterable[Organisation]) -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = {}
    for unit in units:
        for name in {tidy(name) for name in (unit.name, unit.short_name, *unit.aliases)}:
            found.setdefault(name, []).append(unit)
    return found
