"""A round scored anew under other versions, to see who would pass. Nothing is written.

Items are matched by their code. One that the other version adds was never
assessed: it is left out and its section re-scaled, as an item that does not
apply is. One that it drops counts no more. What was not due in the round the
marks are from is not due under any version.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from accounts.models import User
from standards.models import Item, Rulebook, Standard

from .enums import Band, ScoreLevel, SheetRole, SheetState
from .judging import band_by, composite_by, share_of
from .marks import arranged, mark_of, sheet_score
from .models import Acceptance, NotDue, Round, Score, Sheet
from .scoring import Mark, SheetScore, level_of, points_after_faults, points_for, rounded, score_sheet


@dataclass(frozen=True)
class Result:
    """What a site reaches under one set of versions, out of a hundred."""

    points: Decimal
    passes: bool
    band: Band


@dataclass(frozen=True)
class SimulatedSite:
    """One site's result as it was scored and as it would be; `sheet` is where the marks come from."""

    sheet: Sheet
    old: Result
    new: Result
    not_assessed: int

    @property
    def difference(self) -> Decimal:
        return self.new.points - self.old.points

    @property
    def turns(self) -> bool:
        """Whether another version makes another verdict."""
        return self.old.passes != self.new.passes

    @property
    def is_self_assessed(self) -> bool:
        return self.sheet.role == SheetRole.SELF


@dataclass(frozen=True)
class Rerun:
    """The sites of a round scored anew: whose verdict turns comes first, then who loses most."""

    rows: tuple[SimulatedSite, ...]

    @property
    def passed(self) -> int:
        return sum(row.old.passes for row in self.rows)

    @property
    def would_pass(self) -> int:
        return sum(row.new.passes for row in self.rows)

    @property
    def gained(self) -> int:
        """How many would pass that did not."""
        return sum(row.turns and row.new.passes for row in self.rows)

    @property
    def lost(self) -> int:
        """How many would not pass that did."""
        return sum(row.turns and row.old.passes for row in self.rows)


# -- arithmetic ----------------------------------------------------------------


def carried(score: Score, item: Item, *, old_share: int, new_share: int) -> Mark | None:
    """A mark given under another version as a mark for `item`; None: it says nothing of this item.

    A level earns what it earns under the new version. Points that an
    inspector gave are scaled to the item's new maximum. Faults that were
    counted cost what they cost now. “Inapplicable” says nothing of an item
    that must now apply.
    """
    if score.level == ScoreLevel.INAPPLICABLE and not item.may_be_inapplicable:
        return None
    if item.deduction and score.faults is not None:
        left = points_after_faults(item.points, item.deduction, score.faults)
        return Mark(left, item.points, level_of(left, item.points))
    by_share = points_for(score.level, score.max_points, partly_percent=old_share)
    if score.points == by_share:
        points = points_for(score.level, item.points, partly_percent=new_share)
    else:
        points = rounded(score.points * item.points / score.max_points)
    return Mark(points, item.points, score.level)


def scored_anew(
    items: Sequence[Item], given: Mapping[str, Score], *, old_share: int, new_share: int
) -> tuple[SheetScore, int]:
    """The marks (code → score) as a score under `items`, and how many of these were not assessed."""
    not_assessed = 0
    sections: dict[int, tuple[Decimal, list[Mark]]] = {}
    for item in items:
        _points, marks = sections.setdefault(item.section_id, (item.section.points, []))
        if item.not_due:
            marks.append(mark_of(item, None))
            continue
        score = given.get(item.code)
        mark = score and carried(score, item, old_share=old_share, new_share=new_share)
        not_assessed += mark is None
        marks.append(mark or Mark(Decimal(0), item.points, ScoreLevel.INAPPLICABLE))
    return score_sheet(sections.values()), not_assessed


def result(score: SheetScore, rulebook: Rulebook, acceptance: Acceptance | None) -> Result:
    """A score judged by a rulebook: as an acceptance's composite where there is one, else by itself."""
    points, vetoed, counts = share_of(score), False, True
    if acceptance:
        points = composite_by(
            rulebook,
            score,
            appraisal=acceptance.appraisal_score,
            further=acceptance.further_score,
            bonus=acceptance.bonus,
        ).points
        vetoed = acceptance.veto_reason in rulebook.veto_reasons
        counts = (
            acceptance.appraisal_score >= rulebook.minimum_satisfaction
            and acceptance.appraisal_sample >= rulebook.minimum_appraisal_sample
        )
    return Result(
        points=points,
        passes=counts and not vetoed and points >= rulebook.pass_mark,
        band=band_by(rulebook, points, vetoed=vetoed),
    )


# -- a round -------------------------------------------------------------------


def rerun(
    round: Round,  # noqa: A002
    *,
    standards: Mapping[str, Standard],
    rulebook: Rulebook | None,
    reader: User,
) -> Rerun:
    """Score a round under `standards` (kind → version) and `rulebook`; what is left out stays as it was.

    Of the sites that `reader` sees. Four queries, whatever the size.
    """
    sheets = _sheets(round, reader)
    used = {sheet.assessment.standard_id for sheet in sheets}
    items = _items(
        used.union(standard.pk for standard in standards.values()),
        rounds={sheet.assessment.round_id for sheet in sheets},
    )
    rows = []
    for sheet in sheets:
        assessment = sheet.assessment
        standard = standards.get(assessment.site.kind, assessment.standard)
        own, asked = (items[each.pk, assessment.round_id] for each in (assessment.standard, standard))
        rows.append(_row(sheet, own, asked, rulebook))
    rows.sort(key=lambda row: (not row.turns, row.difference, row.sheet.assessment.site_id))
    return Rerun(tuple(rows))


def _row(sheet: Sheet, own: Sequence[Item], items: Sequence[Item], chosen: Rulebook | None) -> SimulatedSite:
    """A sheet's marks under its `own` items and rulebook, and under these."""
    before, scores = sheet.assessment.round.rulebook, sheet.scores.all()
    rulebook = chosen or before
    codes = {item.pk: item.code for item in own}
    old = sheet_score(arranged(own, {score.item_id: score for score in scores}))
    new, not_assessed = scored_anew(
        items,
        {codes[score.item_id]: score for score in scores},
        old_share=before.partly_met_percent,
        new_share=rulebook.partly_met_percent,
    )
    # Of several acceptances of a site in one round the newest counts.
    acceptance = next(iter(sheet.assessment.acceptances.all()), None)
    return SimulatedSite(
        sheet, result(old, before, acceptance), result(new, rulebook, acceptance), not_assessed
    )


def _sheets(round: Round, reader: User) -> list[Sheet]:  # noqa: A002
    """A sheet with its marks for each site of the round: the signed one, else the last self sheet."""
    sites = round.assessments.values("site")
    found = (
        Sheet.objects.visible_to(reader)
        .filter(
            Q(assessment__round=round, role=SheetRole.FINAL, state=SheetState.SIGNED)
            | Q(
                role=SheetRole.SELF,
                submitted_on__isnull=False,
                assessment__site__in=sites,
                assessment__round__programme=round.programme_id,
            )
        )
        .select_related(
            "assessment__site__organisation", "assessment__round__rulebook", "assessment__standard"
        )
    )
    by_weight = sorted(
        found,
        key=lambda sheet: (sheet.role == SheetRole.FINAL, sheet.assessment.round_id == round.pk, sheet.pk),
    )
    sheets = list({sheet.assessment.site_id: sheet for sheet in by_weight}.values())
    prefetch_related_objects(sheets, "scores", "assessment__acceptances")
    return sheets


def _items(standards: set[int], *, rounds: set[int]) -> dict[tuple[int, int], list[Item]]:
    """The items of these standards in their order, as they are due in each of these rounds.

    (standard id, round id) → items. One that was put off is known by its code, whatever the version.
    """
    put_off = NotDue.objects.filter(item__code=OuterRef("code"))
    asked = {f"put_off_in_{number}": Exists(put_off.filter(round=number)) for number in rounds}
    items: dict[tuple[int, int], list[Item]] = {each: [] for each in product(standards, rounds)}
    for item in (
        Item.objects.filter(section__standard__in=standards)
        .annotate(**asked)
        .select_related("section")
        .order_by("section__ordinal", "ordinal")
    ):
        for number in rounds:
            in_round = copy(item)
            in_round.not_due = item.code if getattr(item, f"put_off_in_{number}") else ""
            items[item.section.standard_id, number].append(in_round)
    return items
