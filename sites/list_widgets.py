"""How the cells of a list are understood: units by any of their names, the others as `site_fields` says."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from accounts.models import Organisation
from tables.tidy import tidy

from . import services
from .cell_parsers import as_kept, in_words
from .enums import Level
from .models import Filing
from .site_fields import SiteField


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

    def is_known(self, name: str) -> bool:
        return name in self.own or name in self.all

    def add(self, unit: Organisation) -> None:
        """A unit that has just been put on record."""
        self.own[unit.name] = [unit]

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Organisation:
        if not value:
            raise ValueError(_("Name the unit."))
        if unit := self.find(value):
            return unit
        if self.is_known(value):
            raise ValueError(_("Several units are called “%(name)s”; write the full name.") % {"name": value})
        raise ValueError(self._unknown() % {"name": value})

    def _unknown(self) -> str:
        if self.filing.level == Level.DISTRICT:
            return _(
                "No unit is called “%(name)s”; choose one from the template's list, or write its unit type "
                "beside it so that it is put on record."
            )
        return _("No unit is called “%(name)s”; choose one from the template's list.")

    def render(self, value: Organisation | None, obj: Any = None, **_kwargs: Any) -> str:
        return str(value or "")


class FieldWidget(Widget):  # type: ignore[misc]
    """A cell as the table of the fields understands it."""

    def __init__(self, field: SiteField) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Any:
        try:
            return self.field.parse(value)
        except ValidationError as error:
            raise ValueError(in_words(as_kept("", "", error))) from error

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return self.field.text(value)


def _by_name(units: Iterable[Organisation]) -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = {}
    for unit in units:
        for name in {tidy(name) for name in (unit.name, unit.short_name, *unit.aliases)}:
            found.setdefault(name, []).append(unit)
    return found
