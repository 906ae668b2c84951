"""The final sheet's columns: self, each member, final; where they differ and by how much."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from string import ascii_uppercase
from typing import TypeAlias, TypedDict, cast

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from accounts.models import User
from core.prepared import prepared
from standards.models import Item

from .enums import Difference, ScoreLevel, SheetRole, SheetState
from .marks import SectionMarks, arranged, gap_of, sheet_score, standard_items
from .models import Assessment, Deliberation, Recusal, Score, Sheet
from .queries import standing_members
from .scoring import SectionScore, SheetScore


class Place(TypedDict):
    """What `voices` asks of the author's place in the team; None of one who has none any more."""

    is_lead: bool | None


MemberSheet: TypeAlias = "WithAnnotations[Sheet, Place]"


@dataclass(frozen=True)
class Voice:
    """A member whose marks make a column; one who has stood aside or left the team no longer counts."""

    letter: str
    sheet: MemberSheet
    recusal: Recusal | None = None

    @property
    def member(self) -> User:
        return cast("User", self.sheet.author)  # an inspector's sheet has one: a constraint

    @property
    def label(self) -> str:
        return f"{self.letter} {self.member}"

    @property
    def leads(self) -> bool:
        return bool(self.sheet.is_lead)

    @property
    def counts(self) -> bool:
        return self.sheet.is_lead is not None


@dataclass(frozen=True)
class MarkCell:
    """A mark in a column; `difference` is None where it equals the final one or none is to compare."""

    voice: Voice | None
    score: Score | None
    difference: Difference | None


@dataclass(frozen=True)
class ItemMarks:
    """One item across the columns; `gap` is how far the members lie apart, in percent of its points."""

    item: Item
    own: MarkCell
    members: tuple[MarkCell, ...]
    final: Score | None
    gap: Decimal
    deliberation: Deliberation | None

    @property
    def is_disputed(self) -> bool:
        """The members' marks lay further apart than the rulebook allows, so a deliberation was opened."""
        return self.deliberation is not None

    @property
    def is_open(self) -> bool:
        """There is a deliberation that must still be settled."""
        return self.deliberation is not None and self.deliberation.is_open and not self.item.not_due

    @property
    def recusals(self) -> list[Recusal]:
        """Of the members who stood aside while this item was deliberated on."""
        found = [cell.voice.recusal for cell in self.members if cell.voice and cell.voice.recusal]
        about = self.deliberation
        return [each for each in found if about and about.was_open_on(each.declared_on)]

    @property
    def is_differing(self) -> bool:
        """Some member's mark differs from the others' or from the final one."""
        return any(cell.difference for cell in self.members)

    @property
    def is_below_full(self) -> bool:
        return self.final is not None and self.final.level in ScoreLevel.BELOW_FULL


@dataclass(frozen=True)
class SectionComparison:
    """A section's lines, with its score on the final sheet."""

    marks: SectionMarks
    score: SectionScore
    lines: tuple[ItemMarks, ...]


@dataclass(frozen=True)
class Columns:
    """The whole sheet; a reader who sees no member's marks compares only self and final."""

    voices: tuple[Voice, ...]
    parts: tuple[SectionComparison, ...]
    total: SheetScore

    @property
    def lines(self) -> list[ItemMarks]:
        return [line for part in self.parts for line in part.lines]


def columns(sheet: Sheet, reader: User) -> Columns:
    """Every item of a final sheet across the columns this person may see. Four queries, whatever the size."""
    items, spoken = standard_items(sheet), voices(sheet, reader)
    scores = list(Score.objects.filter(marks_shown(sheet, spoken)).select_related("sheet", "updated_by"))
    marks = arranged(items, {score.item_id: score for score in scores if score.sheet_id == sheet.pk})
    total, found = sheet_score(marks), lines(sheet, items, spoken, scores, deliberations(sheet, spoken))
    parts = (
        SectionComparison(each, score, tuple(found[item.pk] for item, _score in each.rows))
        for each, score in zip(marks, total.sections, strict=True)
    )
    return Columns(spoken, tuple(parts), total)


def voices(sheet: Sheet, reader: User) -> tuple[Voice, ...]:
    """The members' submitted sheets beside a final one that the reader may see, the leader's first."""
    members = _submitted(reader, sheet.assessment_id, sheet.assessment.site_id)
    spoken = [Voice(letter, each) for letter, each in zip(ascii_uppercase, members, strict=False)]
    gone = [voice.member for voice in spoken if not voice.counts]
    aside = Recusal.objects.filter(site=sheet.assessment.site_id, user__in=gone)
    recusals = {each.user_id: each for each in aside.select_related("user", "declared_by")}
    return tuple(replace(voice, recusal=recusals.get(voice.member.pk)) for voice in spoken)


@prepared
def _submitted(reader: User, assessment: int, of_site: int) -> "QuerySet[MemberSheet]":
    place = standing_members(Assessment(pk=assessment, site_id=of_site)).filter(user=OuterRef("author"))
    found = (
        Sheet.objects.visible_to(reader)
        .filter(assessment=assessment, role=SheetRole.INSPECTOR)
        .exclude(state=SheetState.DRAFT)
        .select_related("author")
        .annotate(is_lead=Subquery(place.values("is_leader")[:1]), place=Subquery(place.values("pk")[:1]))
        .order_by(F("is_lead").desc(nulls_last=True), "place", "pk")
    )
    return cast("QuerySet[MemberSheet]", found)


def marks_shown(sheet: Sheet, spoken: Sequence[Voice]) -> Q:
    """Which marks the columns show: the final sheet's, the members' and the self-assessment's."""
    return marks_beside([sheet.pk, *(voice.sheet.pk for voice in spoken)], sheet.assessment.site_id)


def marks_beside(sheets: Iterable[int], site: int) -> Q:
    """The marks of these sheets, and what the site gave itself: of each self-assessment it submitted."""
    return Q(sheet__in=sheets) | Q(
        sheet__role=SheetRole.SELF,
        sheet__assessment__site=site,
        sheet__submitted_on__isnull=False,
    )


def deliberations(sheet: Sheet, spoken: Sequence[Voice]) -> Iterable[Deliberation]:
    """The sheet's deliberations; none for a reader who may not know how the members marked."""
    return sheet.deliberations.select_related("item") if spoken else ()


def lines(
    sheet: Sheet,
    items: Iterable[Item],
    spoken: Sequence[Voice],
    scores: Iterable[Score],
    about: Iterable[Deliberation],
) -> dict[int, ItemMarks]:
    """Item id → its line; `scores` are those of `marks_shown`, `about` the sheet's deliberations."""
    by_item: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_item[score.item_id].append(score)
    deliberated = {each.item_id: each for each in about}
    return {item.pk: _line(sheet, item, spoken, by_item[item.pk], deliberated.get(item.pk)) for item in items}


def _line(
    sheet: Sheet,
    item: Item,
    spoken: Sequence[Voice],
    scores: Iterable[Score],
    deliberation: Deliberation | None,
) -> ItemMarks:
    by_sheet = {score.sheet_id: score for score in scores}
    own = next((score for score in by_sheet.values() if score.sheet.role == SheetRole.SELF), None)
    final, given = by_sheet.get(sheet.pk), _counted(spoken, by_sheet)
    apart = len({score.says for score in given}) > 1
    return ItemMarks(
        item=item,
        own=MarkCell(None, own, _difference(own, final)),
        members=tuple(_cell(voice, by_sheet.get(voice.sheet.pk), final, apart=apart) for voice in spoken),
        final=final,
        gap=gap_of(given),
        deliberation=deliberation,
    )


def _counted(spoken: Iterable[Voice], by_sheet: Mapping[int, Score]) -> list[Score]:
    found = (by_sheet.get(voice.sheet.pk) for voice in spoken if voice.counts)
    return [score for score in found if score is not None]


def _cell(voice: Voice, score: Score | None, final: Score | None, *, apart: bool) -> MarkCell:
    if final is None and score is not None and apart and voice.counts:
        return MarkCell(voice, score, Difference.OTHER)
    return MarkCell(voice, score, _difference(score, final))


def _difference(score: Score | None, final: Score | None) -> Difference | None:
    if score is None or final is None or score.says == final.says:
        return None
    if score.points == final.points or ScoreLevel.INAPPLICABLE in (score.level, final.level):
        return Difference.OTHER
    return Difference.HIGHER if score.points > final.points else Difference.LOWER
