"""How the cells of a list are understood: units by any of their names, kinds by any of their words."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from standards.enums import Kind
from tables.tidy import tidy

from . import services
from .enums import Level
from .models import Filing


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


class ChoiceWidget(Widget):  # type: ignore[misc]
    """One of several kinds by its Chinese word, by the word of the screen, or by its value."""

    def __init__(
        self, choices: type[TextChoices], words: Mapping[str, str], offered: Iterable[str] | None = None
    ) -> None:
        super().__init__()
        self.choices, self.words = choices, words
        self.offered = [choices(value) for value in offered or choices.values]

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> str:
        words = {**self.words, **{text: one.value for one in self.choices for text in (one.label, one.value)}}
        if value in words:
            return str(words[value])
        raise ValueError(_("Write one of: %(kinds)s.") % {"kinds": _(", ").join(self.texts())})

    def texts(self) -> list[str]:
        """What one may write, in the reader's language."""
        return [str(one.label) for one in self.offered]

    def render(self, value: str | None, obj: Any = None, **_kwargs: Any) -> str:
        return str(self.choices(value).label) if value else ""


class DayWidget(Widget):  # type: ignore[misc]
    """A day as the reader of the table spelled it."""

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> datetime.date | None:
        return datetime.date.fromisoformat(value) if value else None

    def render(self, value: datetime.date | None, obj: Any = None, **_kwargs: Any) -> str:
        return value.isoformat() if value else ""


# The plan's own words, understood in any language of the screen.
KINDS = ChoiceWidget(Kind, {"政务公开": Kind.GOVERNMENT_AFFAIRS, "办事公开": Kind.SERVICE})
UNIT_KINDS = ChoiceWidget(
    OrganisationKind,
    {
        "部门": OrganisationKind.DEPARTMENT,
        "公用事业单位": OrganisationKind.UTILITY,
        "镇": OrganisationKind.TOWN,
        "街道办事处": OrganisationKind.SUBDISTRICT,
        "街道": OrganisationKind.SUBDISTRICT,
    },
    OrganisationKind.DISTRICT_CHOICE,
)


def _by_name(units: Iterable[Organisation]) -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = {}
    for unit in units:
        for name in {tidy(name) for name in (unit.name, unit.short_name, *unit.aliases)}:
            found.setdefault(name, []).append(unit)
    return found
