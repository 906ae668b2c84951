"""The register of sites: the rows of all lists of the programme that runs, known by unit and window."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Organisation, User
from audit.services import note_written
from sites.cell_parsers import Parser, one_of, words_of
from sites.enums import Level, Stage
from sites.models import Filing, Liaison, Programme, Site
from sites.services.decisions import note_change
from sites.services.rows import name_liaison
from sites.services.state import why_closed
from sites.services.undoing import CHANGED_SINCE
from sites.services.units import selectable_units
from sites.site_fields import OF_LIAISON, OF_ROW, OWN
from tables.table import Column, Line

from .names import Directory
from .registrar import Entry, Told, Values
from .site_rows import SiteRows

List = tuple[str, int]  # whose list: its level, and the key of the body that files it


class Sites(SiteRows):
    """What a form may do to an unfiled list, for all lists at once; filed lists are only compared."""

    columns = (
        Column("level", gettext_lazy("Level"), ("层级",), width=12),
        Column("body", gettext_lazy("Filed by"), ("上报单位",), width=30),
        # A unit's type belongs to the register of organisations.
        *(field.column for field in OF_ROW),
    )

    def __init__(self, *, by: User) -> None:
        self.programme = Programme.objects.current()
        self.aside = set(by.recused_sites().values_list("site", flat=True))
        self.units = Directory(Organisation.objects.all())
        self.selectable = {
            each: set(
                selectable_units(Filing(level=each[0], organisation_id=each[1])).values_list("pk", flat=True)
            )
            for each in self._lists()
        }
        self.bodies = Directory(self.units.by_pk[body] for _level, body in self.selectable)
        self._read_filings()
        super().__init__(by=by)

    def on_record(self) -> QuerySet[Site]:
        sites = Site.objects.filter(programme=self.programme).on_list()
        return sites.prefetch_related("filing")

    def make_parsers(self) -> dict[str, Parser]:
        return {
            "level": one_of(Level),
            "body": self.bodies.find,
            "organisation": str,  # found in _parse: of several, the one that the list may name
            **super().make_parsers(),
        }

    def offers(self) -> dict[str, list[str]]:
        units = sorted(set().union(*self.selectable.values()))
        return {
            "level": [str(label) for label in Level.labels],
            "body": [self.units.text(pk) for pk in self.bodies.by_pk],
            "organisation": [self.units.text(pk) for pk in units],
            **{field.name: field.offers for field in OWN if field.choices},
        }

    def values_of(self, record: Site) -> Values:
        return {
            "level": record.level,
            "body": record.filing.organisation_id,
            **super().values_of(record),
        }

    def text(self, column: str, value: Any) -> str:
        if column == "body":
            return self.units.text(value)
        return str(Level(value).label) if column == "level" else super().text(column, value)

    def check(self, values: Values, record: Site | None) -> list[Told]:
        if record and record.pk in self.aside:
            return [("", ValidationError(gettext_noop("You have stood aside from this window.")))]
        return [*self._misplaced(values, record), *self._misnamed(values)]

    def fill(self, record: Site | None, values: Values) -> Site:
        if record is None:
            filing = self._filing((values["level"], values["body"]))
            record = Site(programme=self.programme, filing=filing, level=filing.level)
            record.organisation_id = values["organisation"]
        return super().fill(record, values)

    def reread(self, lines: Iterable[Line]) -> None:
        self._read_filings(locked=True)
        super().reread(lines)

    def write(self, entries: Sequence[Entry[Site]]) -> list[tuple[Site | None, Site]]:
        self._read_filings()  # those of an attempt that was rolled back are gone
        for whose in {(entry.values["level"], entry.values["body"]) for entry in entries}:
            note_change(self._filing(whose), self.by)
        pairs = super().write(entries)
        new = []
        for entry, (before, site) in zip(entries, pairs, strict=True):
            said = {field.name: entry.values[field.name] for field in OF_LIAISON}
            if before is None and said["liaison_name"]:
                new.append(Liaison(site=site, **_held(said)))
            elif before and {change["field"] for change in entry.changes}.intersection(said):
                name_liaison(site, said)
        Liaison.objects.bulk_create(new)
        note_written(pairs=((None, liaison) for liaison in new), by=self.by)
        return pairs

    def undo(self, line: Line, before: Mapping[str, str], since: datetime.datetime | None) -> None:
        super().undo(line, before, since)
        values, _told = self._parse(line)
        note_change(self._filing((values["level"], values["body"])), self.by)

    def check_unused(self, record: Site, since: datetime.datetime | None, *, is_new: bool) -> None:
        """As `remove_site`; a liaison more, or one with an account, was named since."""
        has_more = record.liaisons.exclude(user=None).exists() or record.liaisons.count() > 1
        if is_new and (has_more or record.history.exists()):
            raise ValidationError(CHANGED_SINCE)

    # -- lists ----------------------------------------------------------------

    def _lists(self) -> Iterator[List]:
        """Every list that the plan asks for."""
        if self.programme:
            for body in self.programme.designated_units.values_list("organisation", flat=True):
                yield Level.CITY, body
            for body in Organisation.objects.districts().values_list("pk", flat=True):
                yield Level.DISTRICT, body

    def _read_filings(self, *, locked: bool = False) -> None:
        filings = Filing.objects.filter(programme=self.programme)
        if locked:
            filings = filings.select_for_update()
        self.filings: dict[List, Filing] = {
            (filing.level, filing.organisation_id): filing for filing in filings.order_by("pk")
        }

    def _filing(self, whose: List) -> Filing:
        """The list, begun if nobody has begun it."""
        if whose not in self.filings:
            level, body = whose
            self.filings[whose], _created = Filing.objects.get_or_create(
                programme=self.programme, organisation_id=body, level=level
            )
        return self.filings[whose]

    # -- cells ----------------------------------------------------------------

    def _parse(self, line: Line) -> tuple[Values, list[Told]]:
        values, told = super()._parse(line)
        if name := values.pop("organisation", ""):
            whose: Any = values.get("level"), values.get("body")
            own = self.units.called(name) & self.selectable.get(whose, set())
            try:
                values["organisation"] = next(iter(own)) if len(own) == 1 else self.units.find(name)
            except ValidationError as error:
                told.append(("organisation", error))
        elif "organisation" not in line.problems:
            told.append(("organisation", ValidationError(gettext_noop("Name the unit."))))
        return values, told

    def _misplaced(self, values: Values, record: Site | None) -> Iterator[Told]:
        whose = values["level"], values["body"]
        if whose not in self.selectable:
            told = gettext_noop("%(body)s files no list of this level.")
            yield "body", ValidationError(told, params={"body": self.units.text(values["body"])})
        elif record and whose != (record.level, record.filing.organisation_id):
            told = gettext_noop(
                "This window stands on the list of %(body)s already; take it off there first."
            )
            body = self.units.text(record.filing.organisation_id)
            yield "body", ValidationError(told, params={"body": body})
        elif values["organisation"] not in self.selectable[whose]:
            told = gettext_noop("%(unit)s does not belong to this list.")
            unit = self.units.text(values["organisation"])
            yield "organisation", ValidationError(told, params={"unit": unit})
        elif (filing := self.filings.get(whose)) and not filing.is_editable:
            yield "", ValidationError(why_closed(filing))
        elif record and not record.is_row_editable:
            told = gettext_noop("“%(site)s” is “%(state)s”; only rows that came back can be changed.")
            about = {"site": str(record), "state": words_of([Stage(record.stage).label])}
            yield "", ValidationError(told, params=about)

    def _misnamed(self, values: Values) -> Iterator[Told]:
        """The rules of a liaison's post."""
        if values["liaison_name"] and not values["liaison_phone"]:
            yield "liaison_phone", ValidationError(gettext_noop("Write the liaison's telephone."))
        if values["liaison_phone"] and not values["liaison_name"]:
            told = gettext_noop("Name the liaison whose telephone this is.")
            yield "liaison_name", ValidationError(told)
        if values["liaison_since"] and not values["liaison_name"]:
            yield "liaison_name", ValidationError(gettext_noop("Name the liaison whose day this is."))


def _held(said: Values) -> Values:
    """What is said of a liaison, by the fields of the record."""
    return {field.attribute: said[field.name] for field in OF_LIAISON}
