"""Marks and evidence of an earlier round, taken over to the unit's self sheet where no word changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import NotCarried, ScoreLevel, SheetRole, Together
from assessments.marks import standard_items
from assessments.models import Evidence, EvidencePointer, Score, Sheet
from assessments.models.evidence import EvidenceQuerySet
from sites.workflow import InvalidTransition
from standards.comparison import changed_fields
from standards.models import Item

from .evidence import file_again
from .scores import checked, write
from .together import hold


@dataclass(frozen=True)
class Line:
    """An item of the sheet, with what the earlier round has for it, or why nothing is taken over.

    `pieces` are pointers to evidence that does not stand beside the item yet; `replaced` is evidence that a
    newer version has replaced which does not show the item. `changed` says what reads otherwise now.
    """

    item: Item
    score: Score | None = None
    pieces: Sequence[EvidencePointer] = ()
    replaced: Sequence[Evidence] = ()
    why_not: NotCarried | None = None
    changed: Sequence[str] = ()


@dataclass(frozen=True)
class Carried:
    """What an earlier self sheet (`of`) gives to one, and what it does not."""

    of: Sheet | None = None
    lines: Sequence[Line] = field(default_factory=list)

    @property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.why_not is None]

    @property
    def left(self) -> list[Line]:
        return [line for line in self.lines if line.why_not is not None]


def earlier_sheet(sheet: Sheet, by: User) -> Sheet | None:
    """The newest self sheet with marks of an earlier round: of this site, or of the window's place before.

    A window of a unit has a site in each programme, and another one where it was taken off a list.
    """
    site = sheet.assessment.site
    same_window = {
        f"assessment__site__{name}": getattr(site, name) for name in ("organisation", "kind", "window_name")
    }
    marked = Score.objects.due().filter(sheet=OuterRef("pk"))
    found = Sheet.objects.visible_to(by).filter(Exists(marked), role=SheetRole.SELF, pk__lt=sheet.pk)
    found = found.filter(Q(assessment__site=site.pk) | Q(**same_window))
    return found.select_related("assessment__site", "assessment__round__rulebook").order_by("-pk").first()


def what_is_carried(sheet: Sheet, by: User) -> Carried:
    """What would be taken over now, item by item. Some eight queries, whatever the size."""
    of = earlier_sheet(sheet, by)
    if of is None:
        return Carried()
    items, marked = standard_items(sheet), set(sheet.scores.values_list("item", flat=True))
    before = _Before(of, sheet, by)
    return Carried(of, [before.line(item, is_marked=item.pk in marked) for item in items])


@transaction.atomic
def carry_over(*, sheet: Sheet, by: User) -> list[Line]:
    """Take over what `what_is_carried` lists; returns it. What is marked here is never written over.

    Raises PermissionDenied, and InvalidTransition once the sheet is submitted or where there is nothing;
    as `file_again` does besides.
    """
    hold(sheet, by)
    taken = what_is_carried(sheet, by).taken
    if not taken:
        raise InvalidTransition(_("Nothing is left to take over."))
    for line in taken:
        score = line.score
        assert score is not None  # noqa: S101  # a line that is taken has one
        points = score.points if score.level == ScoreLevel.PARTLY else None
        values = checked(
            sheet, line.item, level=score.level, points=points, faults=score.faults, reason=score.reason
        )
        write(sheet, line.item, {**values, "together": Together.CARRIED}, 0, by)
    _show(sheet, taken, by)
    return taken


def _show(sheet: Sheet, taken: Iterable[Line], by: User) -> None:
    """Have each piece show the items it showed then."""
    shows: dict[Evidence, dict[Item, str]] = defaultdict(dict)
    for line in taken:
        for pointer in line.pieces:
            shows[pointer.evidence][line.item] = pointer.page
    for piece, pointers in shows.items():
        file_again(piece=piece, site=sheet.assessment.site, pointers=pointers, by=by)


class _Before:
    """The earlier sheet, read once."""

    def __init__(self, of: Sheet, sheet: Sheet, by: User) -> None:
        self.of, self.sheet = of, sheet
        self.items = standard_items(of)
        self.scores = {score.item_id: score for score in of.scores.due()}
        pieces = Evidence.objects.visible_to(by).filter(assessment=None)
        self._read_evidence(pieces.filter(site=of.assessment.site_id))
        here = pieces.current().filter(site=sheet.assessment.site_id)
        self.here = set(EvidencePointer.objects.filter(evidence__in=here).values_list("item", "evidence"))

    def _read_evidence(self, pieces: EvidenceQuerySet) -> None:
        """By item: what shows it, and what showed it until a newer version came that does not."""
        self.showing: defaultdict[int, list[EvidencePointer]] = defaultdict(list)
        self.replaced: defaultdict[int, list[Evidence]] = defaultdict(list)
        pointers = list(
            EvidencePointer.objects.filter(evidence__in=pieces).select_related("evidence__site__programme")
        )
        replaced = set(pieces.exclude(replaces=None).values_list("replaces", flat=True))
        went_on = {(each.item_id, each.evidence.replaces_id) for each in pointers}
        for each in pointers:
            if each.evidence_id not in replaced:
                self.showing[each.item_id].append(each)
            elif (each.item_id, each.evidence_id) not in went_on:
                self.replaced[each.item_id].append(each.evidence)

    def line(self, item: Item, *, is_marked: bool) -> Line:
        if is_marked:
            return Line(item, why_not=NotCarried.MARKED)
        if item.not_due:
            return Line(item, why_not=NotCarried.NOT_DUE)
        old = self._same(item)
        if old is None:
            return self._of_other_words(item)
        score = self.scores.get(old.pk)
        if score is None:
            return Line(item, why_not=NotCarried.UNMARKED)
        if score.level == ScoreLevel.PARTLY and not item.deduction and self._other_share:
            return Line(item, why_not=NotCarried.SHARE)
        pieces = [each for each in self.showing[old.pk] if (item.pk, each.evidence_id) not in self.here]
        return Line(item, score, pieces, self.replaced[old.pk])

    def _same(self, item: Item) -> Item | None:
        """The earlier item of the very same words and rule, wherever it stood; no guess among several."""
        alike = [
            old
            for old in self.items
            if (old.text, old.clause) == (item.text, item.clause) and not changed_fields(old, item)
        ]
        if len(alike) > 1:
            alike = [old for old in alike if old.code == item.code]
        return alike[0] if alike else None

    def _of_other_words(self, item: Item) -> Line:
        old = next((old for old in self.items if old.code == item.code), None)
        if old is None:
            return Line(item, why_not=NotCarried.NEW)
        changed = [change.label for change in changed_fields(old, item)]
        return Line(item, why_not=NotCarried.CHANGED, changed=changed)

    @property
    def _other_share(self) -> bool:
        """Whether the two rulebooks give another share of the points for “partly met”."""
        then, now = (each.assessment.round.rulebook.partly_met_percent for each in (self.of, self.sheet))
        return bool(then != now)
