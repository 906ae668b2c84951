"""What is different between two versions, field by field. It compares what was loaded and asks nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .enums import Difference
from .models import Item, Rulebook, Section, Standard
from .points import plain
from .wording import Reading, readings

# How a record is found again and where it stands says nothing of what it demands.
_LEFT_OUT = {
    "id",
    "version",
    "state",
    "published_on",
    "note",
    "kind",
    "standard",
    "section",
    "ordinal",
    "code",
}


@dataclass(frozen=True)
class Change:
    """One field with another content than before."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ItemChange:
    """One item that came, went or says something else."""

    code: str
    text: str
    difference: Difference
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class SectionPoints:
    """A section's points in both versions; None where one of them has no such section."""

    name: str
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.new or Decimal(0)) - (self.old or Decimal(0))

    @property
    def signed(self) -> str:
        return f"{self.difference.normalize():+f}" if self.difference else "0"


@dataclass(frozen=True)
class Comparison:
    """Everything that is different from the old version to the new."""

    changes: tuple[Change, ...]
    sections: tuple[SectionPoints, ...] = ()
    items: tuple[ItemChange, ...] = ()
    old_version: int | None = None  # where two versions are compared, not a draft with what was typed
    new_version: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.items or any(part.difference for part in self.sections))


def compare(a: Standard | Rulebook, b: Standard | Rulebook) -> Comparison:
    """From version `a` to `b` of one text. Items are the same where they bear the same code, articles key."""
    changes = changed_fields(a, b)
    if isinstance(a, Rulebook) or isinstance(b, Rulebook):
        return _of_rulebooks(changes, cast("Rulebook", a), cast("Rulebook", b))
    before = {section.ordinal: section for section in a.sections.all()}
    after = {section.ordinal: section for section in b.sections.all()}
    both = [(before.get(number), after.get(number)) for number in sorted(before.keys() | after.keys())]
    return Comparison(
        (*changes, *_of_sections(both)),
        tuple(_points(first, second) for first, second in both),
        compare_items(_items(a), _items(b)),
        old_version=a.version,
        new_version=b.version,
    )


def compare_items(old: Sequence[Item], new: Sequence[Item]) -> tuple[ItemChange, ...]:
    """The items that differ, in the new order; those that were dropped at the end."""
    before = {item.code: item for item in old}
    codes = {item.code for item in new}
    found = [_of_item(before.get(item.code), item) for item in new]
    found += [ItemChange(item.code, item.text, Difference.DROPPED) for item in old if item.code not in codes]
    return tuple(item for item in found if item is not None)


def changed_fields(
    old: Model, new: Model, *, prefix: str = "", without: Iterable[str] = ()
) -> tuple[Change, ...]:
    """The fields of a record that say something else, as words."""
    left_out = _LEFT_OUT.union(without)
    fields = [field for field in old._meta.concrete_fields if field.name not in left_out]
    return tuple(
        Change(f"{prefix}{field.verbose_name}", shown(old, field), shown(new, field))
        for field in fields
        if getattr(old, field.attname) != getattr(new, field.attname)
    )


def shown(record: Model, field: "Field[object, object]") -> str:
    """What a field says, as it stands on the page."""
    value = getattr(record, field.attname)
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return "\n".join(value)
    return str(getattr(record, f"get_{field.name}_display")() if field.choices else value)


def _of_rulebooks(changes: tuple[Change, ...], a: Rulebook, b: Rulebook) -> Comparison:
    """The numbers, the chapters' names, and what the articles read like with the numbers in them."""
    names = {chapter.ordinal: chapter for chapter in a.chapters.all()}
    renamed = [
        Change(chapter.number, old.name, chapter.name)
        for chapter in b.chapters.all()
        if (old := names.get(chapter.ordinal)) and old.name != chapter.name
    ]
    before, after = readings(a), readings(b)
    found = [_of_article(before.get(key), one) for key, one in after.items()]
    found += [_dropped(one) for key, one in before.items() if key not in after]
    return Comparison(
        (*changes, *renamed),
        items=tuple(item for item in found if item is not None),
        old_version=a.version,
        new_version=b.version,
    )


def _of_article(old: Reading | None, new: Reading) -> ItemChange | None:
    """Its place alone is no difference: one that comes in between moves all the others."""
    chapter = new.article.chapter.name
    if old is None:
        return ItemChange(new.number, chapter, Difference.NEW, (Change(_("Text"), "", new.text),))
    if old.text == new.text:
        return None
    number = new.number if old.number == new.number else f"{old.number} → {new.number}"
    return ItemChange(number, chapter, Difference.CHANGED, (Change(_("Text"), old.text, new.text),))


def _dropped(old: Reading) -> ItemChange:
    change = Change(_("Text"), old.text, "")
    return ItemChange(old.number, old.article.chapter.name, Difference.DROPPED, (change,))


def _of_item(old: Item | None, new: Item) -> ItemChange | None:
    if old is None:
        return ItemChange(new.code, new.text, Difference.NEW)
    changes = changed_fields(old, new)
    return ItemChange(new.code, new.text, Difference.CHANGED, changes) if changes else None


def _of_sections(both: Iterable[tuple[Section | None, Section | None]]) -> Iterable[Change]:
    for old, new in both:
        if old and new:
            prefix = _("%(section)s: ") % {"section": new}
            yield from changed_fields(old, new, prefix=prefix, without=["points"])


def _points(old: Section | None, new: Section | None) -> SectionPoints:
    return SectionPoints(str(new or old), old.points if old else None, new.points if new else None)


def _items(standard: Standard) -> list[Item]:
    return [item for section in standard.sections.all() for item in section.items.all()]
