"""What a row of a list says of a site: one entry a field, and every place asks here what becomes of it.

By itself a field of a row stands in the list's workbook and its exports, in the versions that were filed,
their comparison and the dossier, in the register of sites, and in what can be undone of an import. Its entry
says the rest: how its cells are understood, whether the row's form has it, and who reads it where else. A
field of the record that is none of a row is named in `NOT_OF_A_ROW` with the reason.
"""

import dataclasses
import datetime
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from standards.enums import Kind
from tables.table import Column, ColumnKind

from .cell_parsers import Parser, one_of, plain
from .enums import Level
from .models import Liaison, Site

# A site, its unit and its liaison (None: it has none), by their models.
Records = Mapping[type[Model], Model | None]


class Seen(enum.Flag):
    """Where a field is read besides the list itself, its files and its versions."""

    NOWHERE_ELSE = 0
    IN_REVIEW = enum.auto()  # the row in full, before the office gives its opinion
    AT_DESK = enum.auto()  # the site's own page, by everybody who is signed in and may see the site
    IN_PUBLIC = enum.auto()  # the site's public page and the open data
    ON_PAPER = enum.auto()  # the filing form, frozen as it was filed


_STAFF = Seen.IN_REVIEW | Seen.AT_DESK
_ALL = _STAFF | Seen.IN_PUBLIC | Seen.ON_PAPER


@dataclass(frozen=True)
class SiteField:
    """A field by its column; `model` is the record that holds it, as `attribute`."""

    column: Column
    model: type[Model]
    attribute: str
    seen: Seen = Seen.NOWHERE_ELSE
    choices: type[TextChoices] | None = None
    # What a clerk may write for a choice besides its labels, and what is offered: all, unless said.
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    offered: Iterable[str] = ()
    in_form: bool = True
    # It goes with the window: a replacement names it anew.
    of_window: bool = False
    # What the check-up says of an empty one.
    told_if_empty: str | Promise = ""
    # An empty one shows as a dash until it comes.
    is_awaited: bool = False
    # What the open data says it holds.
    about: str | Promise = ""
    # The lookups by which whoever sees a site finds it.
    searched: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """In forms, files, versions and registers."""
        return self.column.field

    @property
    def head(self) -> str:
        return str(self.column.head)

    @property
    def is_prose(self) -> bool:
        return self.column.kind == ColumnKind.PROSE

    @cached_property
    def of_record(self) -> Any:
        """The record's own field."""
        return self.model._meta.get_field(self.attribute)

    @property
    def empty(self) -> Any:
        """What the record holds where nothing is said."""
        return None if self.of_record.null else ""

    @cached_property
    def parse(self) -> Parser:
        """What makes a value of a cell's text, or raises ValidationError."""
        if self.choices:
            return one_of(self.choices, self.words, self.offered)
        parser, empty = plain(self.model, self.attribute), self.empty
        if self.column.kind == ColumnKind.DATE:
            parser = datetime.date.fromisoformat  # as whatever reads a table spells it
        # Whether there must be a liaison is asked of the row, not of its cells.
        if self.of_record.blank or self.model is Liaison:
            return lambda text: parser(text) if text else empty
        return parser

    @property
    def offers(self) -> list[str]:
        """What a drop-down offers, in the reader's language."""
        return [self.text(value) for value in self.offered or self.choices or ()]

    def read(self, records: Records) -> Any:
        """The value that is on record."""
        record = records[self.model]
        return getattr(record, self.attribute) if record else self.empty

    def text(self, value: Any) -> str:
        """A value as pages and files show it, in the reader's language; it reads back in."""
        if self.choices and value:
            return str(self.choices(value).label)
        return "" if value is None else str(value)

    def kept(self, value: Any) -> str:
        """A value as text that is no reader's, from which `restored` makes it again."""
        return "" if value is None else str(value)

    def restored(self, kept: str) -> Any:
        return self.of_record.to_python(kept) if kept else self.empty


_KINDS = {"政务公开": Kind.GOVERNMENT_AFFAIRS, "办事公开": Kind.SERVICE}
UNIT_WORDS = {
    "部门": OrganisationKind.DEPARTMENT,
    "公用事业单位": OrganisationKind.UTILITY,
    "镇": OrganisationKind.TOWN,
    "街道办事处": OrganisationKind.SUBDISTRICT,
    "街道": OrganisationKind.SUBDISTRICT,
}

# In the order of the columns.
SITE_FIELDS = (
    SiteField(
        Column("organisation", _("Unit"), ("单位", "单位名称", "示范点单位"), width=22),
        Site,
        "organisation",
        _ALL,
        of_window=True,
        searched=("organisation__name", "organisation__short_name"),
    ),
    SiteField(
        Column("unit_kind", _("Unit type"), ("单位类别", "单位性质", "单位种类"), required=False, width=12),
        Organisation,
        "kind",
        Seen.ON_PAPER,
        choices=OrganisationKind,
        words=UNIT_WORDS,
        offered=OrganisationKind.DISTRICT_CHOICE,
        in_form=False,  # a unit is put on record on a page of its own
    ),
    SiteField(
        Column("window_name", _("Window"), ("窗口", "窗口单位", "窗口名称", "示范点名称"), width=24),
        Site,
        "window_name",
        _ALL,
        of_window=True,
        searched=("window_name",),
    ),
    SiteField(
        Column("kind", _("Kind"), ("类型", "公开类型"), width=12),
        Site,
        "kind",
        _ALL,
        choices=Kind,
        words=_KINDS,
    ),
    SiteField(
        Column("address", _("Address"), ("地址",), required=False, width=22),
        Site,
        "address",
        _STAFF | Seen.IN_PUBLIC,
        of_window=True,
        told_if_empty=_("%(site)s: the address is empty."),
        about=_("where it is"),
        searched=("address",),
    ),
    SiteField(
        Column(
            "reason",
            _("Why this one"),
            ("理由", "推荐理由"),
            required=False,
            width=36,
            kind=ColumnKind.PROSE,
        ),
        Site,
        "reason",
        _STAFF | Seen.ON_PAPER,
        told_if_empty=_("%(site)s: it is not said why this one; the reason is printed on the filing form."),
    ),
    SiteField(
        Column("working_body", _("Working body"), ("工作机构",), required=False, width=18),
        Site,
        "working_body",
        _STAFF | Seen.ON_PAPER,
        told_if_empty=_("%(site)s: no working body is named."),
        is_awaited=True,
    ),
    SiteField(
        Column(
            "mongolian_name", _("Name in Mongolian"), ("蒙古文名称", "蒙文名称"), required=False, width=24
        ),
        Site,
        "mongolian_name",
        _STAFF | Seen.IN_PUBLIC,
        of_window=True,
        about=_("its name in the traditional Mongolian script"),
    ),
    SiteField(
        Column("liaison_name", _("Liaison"), ("联络员", "联络员姓名"), width=10),
        Liaison,
        "name",
        _STAFF | Seen.ON_PAPER,
    ),
    SiteField(
        Column(
            "liaison_phone",
            _("Liaison's telephone"),
            ("电话", "联系电话", "联络电话", "联络员电话"),
            width=16,
            kind=ColumnKind.TELEPHONE,
        ),
        Liaison,
        "phone",
        _STAFF | Seen.ON_PAPER,
    ),
    SiteField(
        Column(
            "liaison_since",
            _("Liaison since"),
            ("任联络员日期", "任职时间", "任职日期"),
            required=False,
            width=14,
            kind=ColumnKind.DATE,
        ),
        Liaison,
        "since",
        in_form=False,  # it is corrected on the post's page
    ),
)

# Why the other fields of the records are none of a row.
NOT_OF_A_ROW: Mapping[type[Model], Mapping[str, str]] = {
    Site: {
        "id": "the key",
        "programme": "the list's",
        "filing": "the list itself",
        "level": "the list's",
        "latitude": "a map's, from which no clerk reads it off; evidence is compared with it",
        "longitude": "a map's, with the latitude",
        "stage": "written by `workflow.perform` alone",
        "stage_since": "written with the stage",
        "is_sample": "the mark of rehearsal data",
    },
    Liaison: {
        "id": "the key",
        "site": "whose liaison it is",
        "filing": "a district's own liaison, who stands in no row",
        "user": "linked on the post's page; an undone import gives it back (`services.batches`)",
    },
}

COLUMNS = tuple(field.column for field in SITE_FIELDS)
HEADS = {field.name: field.column.head for field in SITE_FIELDS}
BY_NAME = {field.name: field for field in SITE_FIELDS}
# What a row is known by; never changed by an import.
KEY = ("organisation", "window_name")
# The columns that are a site's and its liaison's; a unit's type is the unit's.
OF_ROW = tuple(field for field in SITE_FIELDS if field.model is not Organisation)
OF_SITE = tuple(field for field in OF_ROW if field.model is Site)
OF_LIAISON = tuple(field for field in OF_ROW if field.model is Liaison)
# What the site itself holds: all but the unit, which is a record of its own.
OWN = tuple(field for field in OF_SITE if field.name != "organisation")
# What an import may change in a site that is on the list.
CHANGEABLE = tuple(field for field in OWN if field.name not in KEY)
# What a replacement names anew.
OF_WINDOW = tuple(field for field in OF_SITE if field.of_window)
# What names a site stands in the head of every page about it, and first in every set of open data.
_NAMING = (*KEY, "kind")
# By which whoever sees a site finds it.
SEARCHED = tuple(lookup for field in SITE_FIELDS for lookup in field.searched)


def columns_of(level: str) -> list[Column]:
    """The columns that the filers of this level are shown (plan, part three).

    A designated unit names a window; a district's site is a unit of its own, which it may put on record and
    need not give another name.
    """
    if level == Level.DISTRICT:
        return [OF_A_DISTRICT.get(column.field, column) for column in COLUMNS]
    return [column for column in COLUMNS if column.field != "unit_kind"]


_WINDOW = BY_NAME["window_name"].column
# What a column is to a district where it is something else to a designated unit.
OF_A_DISTRICT = {
    "window_name": replace(
        _WINDOW,
        head=_("Name of the site"),
        words=(*_WINDOW.words, "Window"),
        required=False,
    )
}


def records_of(site: Site) -> Records:
    """The records behind a row; `site` comes with its unit and liaisons, or they are asked for."""
    return {
        Site: site,
        Organisation: site.organisation,
        Liaison: next(iter(site.liaisons.all()), None),
    }


def texts_of(site: Site) -> dict[str, str]:
    """The row of a site, as text in the reader's language; it comes with its unit and liaisons."""
    records = records_of(site)
    return {field.name: field.text(field.read(records)) for field in SITE_FIELDS}


def seen(where: Seen) -> list[SiteField]:
    """The site's own fields that are read there beside its name, what is said at length first."""
    fields = [field for field in OWN if where in field.seen and field.name not in _NAMING]
    return sorted(fields, key=lambda field: not field.is_prose)


def facts(site: Site, where: Seen) -> Iterator[tuple[str, str]]:
    """Heads and texts of these fields; in review and where one is awaited an empty one has no text, elsewhere
    it is left out."""
    for field in seen(where):
        text = field.text(getattr(site, field.attribute))
        if text or field.is_awaited or where == Seen.IN_REVIEW:
            yield field.head, text
