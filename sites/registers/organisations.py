"""The register of organisations: known by their codes."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.services.organisations import check_people, check_place
from sites.cell_parsers import Parser, one_of, plain, yes_no, yes_or_no
from sites.site_fields import UNIT_WORDS
from tables.table import Column, Line
from tables.tidy import tidy

from .names import Directory, names_of
from .registrar import Registrar, Told, Values, of_fields

BETWEEN = "、"


class Organisations(Registrar[Organisation]):
    columns = (
        Column("code", gettext_lazy("Code"), ("编码", "代码", "单位代码", "机构代码"), width=18),
        Column("name", gettext_lazy("Name"), ("单位名称", "机构名称", "全称"), width=36),
        Column("short_name", gettext_lazy("Short name"), ("单位简称",)),
        Column("kind", gettext_lazy("Kind of unit"), ("类型", "类别", "单位类别"), width=18),
        Column("district", gettext_lazy("District"), ("区", "所在区")),
        Column("aliases", gettext_lazy("Other names"), ("别名", "曾用名"), required=False, width=30),
        Column("is_active", gettext_lazy("Exists"), ("是否存续",), required=False, width=10),
        Column(
            "mongolian_name",
            gettext_lazy("Name in Mongolian"),
            ("蒙古文名称", "蒙文名称"),
            required=False,
            width=30,
        ),
    )
    key_columns = ("code",)
    blank_keeps = frozenset({"is_active", "mongolian_name"})
    blank = {"aliases": [], "is_active": True, "mongolian_name": ""}
    written = ("name", "short_name", "mongolian_name", "kind", "aliases", "is_active")

    def __init__(self, *, by: User) -> None:
        # The full names of all, and every name within each district: who is called so.
        self._full: dict[str, str] = {}
        self._near: dict[tuple[int | None, str], str] = {}
        self.districts = Directory(Organisation.objects.districts())
        super().__init__(by=by)

    def on_record(self) -> QuerySet[Organisation]:
        return Organisation.objects.all()

    def know(self, records: Iterable[Organisation]) -> None:
        records = list(records)
        super().know(records)
        for record in records:
            self._call(record.code, record.district_id, tidy(record.name), names_of(record))

    def make_parsers(self) -> dict[str, Parser]:
        return {
            "code": plain(Organisation, "code"),
            "name": plain(Organisation, "name"),
            "short_name": plain(Organisation, "short_name"),
            "mongolian_name": plain(Organisation, "mongolian_name"),
            "kind": one_of(OrganisationKind, UNIT_WORDS),
            "district": lambda text: self.districts.find(text) if text else None,
            "aliases": lambda text: list(dict.fromkeys(filter(None, map(str.strip, text.split(BETWEEN))))),
            "is_active": yes_or_no,
        }

    def cells(self, line: Line) -> dict[str, str]:
        """Without a short name the name stands for it."""
        if line.cells.get("short_name"):
            return line.cells
        return line.cells | {"short_name": line.cells.get("name", "")}

    def offers(self) -> dict[str, list[str]]:
        districts = [one.name for one in self.districts.by_pk.values()]
        kinds = [str(label) for label in OrganisationKind.labels]
        return {"kind": kinds, "district": districts, "is_active": yes_no()}

    def values_of(self, record: Organisation) -> Values:
        return {
            "code": record.code,
            "name": record.name,
            "short_name": record.short_name,
            "mongolian_name": record.mongolian_name,
            "kind": record.kind,
            "district": record.district_id,
            "aliases": record.aliases,
            "is_active": record.is_active,
        }

    def text(self, column: str, value: Any) -> str:
        if column == "kind":
            return str(OrganisationKind(value).label)
        if column == "district":
            return self.districts.text(value)
        if column == "aliases":
            return BETWEEN.join(value)
        return yes_no()[not value] if column == "is_active" else str(value)

    def check(self, values: Values, record: Organisation | None) -> list[Told]:
        told = list(self._misplaced(values, record)) + list(self._misnamed(values))
        if record and not told and (values["kind"], values["is_active"]) != (record.kind, record.is_active):
            try:
                check_people(self.fill(copy(record), values))
            except ValidationError as error:
                told.extend(of_fields(error))
        if not told:
            names = {values["name"], values["short_name"], *values["aliases"]}
            self._call(values["code"], values["district"], values["name"], names)
        return told

    def fill(self, record: Organisation | None, values: Values) -> Organisation:
        if record is None:
            record = Organisation(code=values["code"], district_id=values["district"])
        record.name, record.short_name = values["name"], values["short_name"]
        record.mongolian_name = values["mongolian_name"]
        record.kind, record.is_active = values["kind"], values["is_active"]
        record.aliases = values["aliases"]
        return record

    def _misplaced(self, values: Values, record: Organisation | None) -> Iterator[Told]:
        try:
            check_place(values["kind"], values["district"])
        except ValidationError as error:
            yield from of_fields(error)
        if record and values["district"] != record.district_id:
            told = gettext_noop("An organisation stays in its district; records of the past know it there.")
            yield "district", ValidationError(told)

    def _misnamed(self, values: Values) -> Iterator[Told]:
        """No two of a district (or of the city's own) share any name; elsewhere the full names differ."""
        code, district = values["code"], values["district"]
        told = gettext_noop("The organisation with the code %(code)s is called “%(name)s” already.")
        named = [("name", values["name"]), ("short_name", values["short_name"])]
        for field, name in [*named, *(("aliases", alias) for alias in values["aliases"])]:
            other = self._near.get((district, name), code)
            if other == code and field == "name":
                other = self._full.get(name, code)
            if other != code:
                yield field, ValidationError(told, params={"code": other, "name": name})

    def _call(self, code: str, district: int | None, name: str, names: Iterable[str]) -> None:
        self._full[name] = code
        for each in names:
            self._near[district, each] = code
