"""What a person put into an item's cells."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Protocol, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.enums import ScoreLevel
from assessments.models import SheetUploadRow
from assessments.scoring import plain, rounded
from tables.tidy import tidy, tidy_prose

# What an upload's row keeps of a level or a number.
LONGEST = 60
_POINTS = forms.DecimalField(required=False, max_digits=5, decimal_places=2)
_FAULTS = forms.IntegerField(required=False, min_value=0)


class Mark(Protocol):
    """A stored mark, or an entry of one."""

    level: Any
    points: Any
    faults: Any
    reason: Any


@dataclass(frozen=True)
class Typed:
    """The input cells of an item in one spelling; a word that is no level, or a number that is none, stays.

    Where faults are counted the level follows from them and is left empty, and only “partly met” has points.
    """

    level: str = ""
    points: str = ""
    faults: str = ""
    reason: str = ""

    @classmethod
    def of(cls, mark: Mark | None) -> Self:
        """How a workbook shows a mark."""
        if mark is None:
            return cls()
        reason = tidy_prose(mark.reason)
        if mark.faults is not None:
            return cls(faults=str(mark.faults), reason=reason)
        is_partly = mark.level == ScoreLevel.PARTLY
        return cls(level=mark.level, points=plain(mark.points) if is_partly else "", reason=reason)

    @classmethod
    def read(cls, cells: Mapping[str, str]) -> Self:
        """As a workbook holds it, in any language of the portal."""
        level = cells.get("level", "")
        return cls(
            level=_levels().get(level.casefold(), level),
            points=_number(cells.get("points", "")),
            faults=cells.get("faults", ""),
            reason=tidy_prose(cells.get("reason", "")),
        )

    @classmethod
    def read_row(cls, row: SheetUploadRow) -> Self:
        """As the row of an upload keeps it."""
        return cls(row.level, row.points, row.faults, row.reason)

    def kept(self) -> dict[str, str]:
        """For the row of an upload; what is longer is no level and no number anyway."""
        return {**{name: text[:LONGEST] for name, text in asdict(self).items()}, "reason": self.reason}

    def __bool__(self) -> bool:
        return self != Typed()

    @property
    def level_words(self) -> str:
        """The level in the reader's language, or what stands there in its place."""
        known = self.level in ScoreLevel.values
        return str(ScoreLevel(self.level).label) if known else self.level

    @property
    def level_or_none(self) -> str:
        """The level, for a form that knows no other words."""
        return self.level if self.level in ScoreLevel.values else ""

    def values(self) -> dict[str, Any]:
        """For the service that saves it; ValidationError by field for what is no number."""
        found: dict[str, Any] = {"level": self.level, "reason": self.reason}
        wrong: dict[str, Any] = {}
        for name, field in (("points", _POINTS), ("faults", _FAULTS)):
            try:
                found[name] = field.clean(getattr(self, name))
            except ValidationError as error:
                wrong[name] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return found

    def check_agrees(self, values: Mapping[str, Any]) -> None:
        """Whatever was typed must fit the mark it makes: of two that differ nobody could tell which is meant.

        `values` are those of the mark; raises ValidationError by field.
        """
        said = {"level": ScoreLevel(values["level"]).label, "points": plain(values["points"])}
        if self.faults and values["faults"] is None:
            raise ValidationError({"faults": _("No faults are counted here; empty this cell.")})
        if self.level and self.level != values["level"]:
            raise ValidationError(
                {"level": _("The faults counted make it “%(level)s”; empty this cell.") % said}
            )
        if self.points and Decimal(self.points) != values["points"]:
            told = _("“%(level)s” earns %(points)s points; empty this cell or choose “partly met”.")
            raise ValidationError({"points": told % said})


@cache
def _levels() -> dict[str, str]:
    """Every word for a level, in each of the portal's languages."""
    words = {value: value for value in ScoreLevel.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {tidy(str(label)).casefold(): value for value, label in ScoreLevel.choices}
    return words


def _number(text: str) -> str:
    """Points as they are written elsewhere (1.5 for 1.50), unless that would change them."""
    try:
        number = Decimal(text)
        return plain(number) if number == rounded(number) else text
    except InvalidOperation:
        return text
