"""The items of a standard, which every score sheet is made of."""

from .enums import VersionState
from .models import Item

# Standards whose items a process keeps: those in force, and the earlier ones whose sheets are still read.
STANDARDS_KEPT = 8

kept: dict[int, tuple[Item, ...]] = {}


def items_of_standard(pk: int) -> tuple[Item, ...]:
    """The standard's items in their order, each with its section; who gets them must not change them.

    What was published never changes (`guards.py`: the database refuses it), so it is read once a process.
    A draft is read anew each time.
    """
    if pk in kept:
        return kept[pk]
    found = (
        Item.objects.filter(section__standard=pk)
        .select_related("section")
        .order_by("section__ordinal", "ordinal")
    )
    published = found.exclude(section__standard__state=VersionState.DRAFT)
    if not (items := tuple(published)):
        return tuple(found)
    if len(kept) >= STANDARDS_KEPT:
        kept.clear()
    kept[pk] = items
    return items
