"""What changed from one version of a work plan to the next: by lines, and by measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .models import Measure, WorkPlan


class Change(TextChoices):
    ADDED = "added", _("added")
    DROPPED = "dropped", _("dropped")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")


@dataclass(frozen=True)
class ChangedLine:
    """One line of a text: in both versions, or in one of them."""

    change: Change
    text: str


@dataclass(frozen=True)
class MeasureChange:
    """A measure before and now; one of the two is missing where it was added or dropped."""

    change: Change
    before: Measure | None
    now: Measure | None

    @property
    def measure(self) -> Measure | None:
        return self.now or self.before

    @property
    def reworded(self) -> bool:
        return self._differs("text")

    @property
    def reassigned(self) -> bool:
        return self._differs("person")

    @property
    def moved(self) -> bool:
        return self._differs("starts_on", "ends_on")

    def _differs(self, *names: str) -> bool:
        before, now = self.before, self.now
        if before is None or now is None:
            return False
        return any(getattr(before, name) != getattr(now, name) for name in names)


@dataclass(frozen=True)
class Difference:
    """Everything that two versions of a plan differ in."""

    goals: list[ChangedLine]
    text: list[ChangedLine]
    measures: list[MeasureChange]
    attachment: Change


def difference(before: WorkPlan, now: WorkPlan) -> Difference:
    return Difference(
        lines(before.goals, now.goals),
        lines(before.text, now.text),
        list(_measures(list(before.measures.all()), list(now.measures.all()))),
        _attachment(before.file.name or "", now.file.name or ""),
    )


def lines(before: str, now: str) -> list[ChangedLine]:
    """The lines of both texts in reading order; what was dropped stands before what took its place."""
    old, new = before.splitlines(), now.splitlines()
    found: list[ChangedLine] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [ChangedLine(Change.UNCHANGED, text) for text in new[j1:j2]]
        else:
            found += [ChangedLine(Change.DROPPED, text) for text in old[i1:i2]]
            found += [ChangedLine(Change.ADDED, text) for text in new[j1:j2]]
    return found


def _measures(before: Sequence[Measure], now: Sequence[Measure]) -> Iterator[MeasureChange]:
    """In the order of the new version, then what was dropped.

    A measure is the same one while its words are; of the others, those with the same number are taken
    for one that was reworded.
    """
    left = list(before)
    former = {measure.pk: _take(left, text=measure.text) for measure in now}
    for measure in now:
        was = former[measure.pk] or _take(left, ordinal=measure.ordinal)
        yield MeasureChange(_change(was, measure), was, measure)
    for measure in left:
        yield MeasureChange(Change.DROPPED, measure, None)


def _take(measures: list[Measure], **wanted: object) -> Measure | None:
    """The first of them that is as wanted, taken out."""
    for measure in measures:
        if all(getattr(measure, name) == value for name, value in wanted.items()):
            measures.remove(measure)
            return measure
    return None


def _change(before: Measure | None, now: Measure) -> Change:
    if before is None:
        return Change.ADDED
    said = ("text", "person", "starts_on", "ends_on")
    same = all(getattr(before, name) == getattr(now, name) for name in said)
    return Change.UNCHANGED if same else Change.CHANGED


def _attachment(before: str, now: str) -> Change:
    if before == now:
        return Change.UNCHANGED
    if not before:
        return Change.ADDED
    return Change.CHANGED if now else Change.DROPPED
