"""Rows that are sites, in the register of all of them and in the workbook of one list."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from accounts.models import User
from sites.cell_parsers import Parser
from sites.models import Liaison, Site
from sites.site_fields import BY_NAME, CHANGEABLE, KEY, OF_LIAISON, OWN

from .names import Directory
from .registrar import Registrar, Values

# A site's own values and its liaison's, thousands of times: their names, and what reads the site's.
_NAMES = tuple(field.name for field in (*OWN, *OF_LIAISON))
_held_by = attrgetter(*(field.attribute for field in OWN))
_NOBODY = tuple(field.empty for field in OF_LIAISON)


class SiteRows(Registrar[Site]):
    """Known by unit and window; what a row says besides is its site's and its liaison's."""

    key_columns = KEY
    blank = {field.name: field.empty for field in (*CHANGEABLE, *OF_LIAISON)}
    written = tuple(field.attribute for field in CHANGEABLE)
    # Those a row may name, by what people call them.
    units: Directory

    def __init__(self, *, by: User) -> None:
        self.liaisons: dict[int, Sequence[Any]] = {}
        super().__init__(by=by)

    def know(self, records: Iterable[Site]) -> None:
        """With each one's first liaison."""
        records = list(records)
        keys = [record.pk for record in records]
        posts = Liaison.objects.filter(site__in=keys).order_by("-pk")
        held = posts.values_list("site", *(field.attribute for field in OF_LIAISON))
        self.liaisons |= dict.fromkeys(keys, _NOBODY)
        self.liaisons |= {site: post for site, *post in held}
        super().know(records)

    def make_parsers(self) -> dict[str, Parser]:
        return {field.name: field.parse for field in (*OWN, *OF_LIAISON)}

    def values_of(self, record: Site) -> Values:
        return {
            "organisation": record.organisation_id,
            **dict(zip(_NAMES, (*_held_by(record), *self.liaisons[record.pk]), strict=True)),
        }

    def text(self, column: str, value: Any) -> str:
        return self.units.text(value) if column == "organisation" else BY_NAME[column].text(value)

    def fill(self, record: Site | None, values: Values) -> Site:
        record = record or Site(organisation_id=values["organisation"])
        for field in OWN:
            setattr(record, field.attribute, values[field.name])
        return record
