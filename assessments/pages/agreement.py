"""How far the scorers of a round agree, pair by pair."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from assessments.agreement import Agreement, agreement
from assessments.enums import SheetState
from assessments.models import Round, Score, Sheet
from assessments.queries import sheets_that_count


@dataclass(frozen=True)
class Pair:
    """Two people who marked the same sites, each alone, and how far they agree."""

    one: User
    other: User
    agreement: Agreement


@dataclass(frozen=True)
class RoundAgreement:
    """Every pair, the least agreed first, and all of them together."""

    pairs: list[Pair]
    together: Agreement


def round_agreement(shown: Round, reader: User) -> RoundAgreement:
    """Of what members gave each by themselves, as far as the reader sees it, before anything was settled.

    Two queries, whatever the number of sites: the database counts the pairs of marks.
    """
    rows = list(_pairs_of_marks(shown, reader))
    people = User.objects.in_bulk({pk for row in rows for pk in row[:2]})
    by_pair: dict[tuple[int, int], list[tuple[str, str, bool, int]]] = defaultdict(list)
    for one, other, level, level_beside, is_alike, n in rows:
        by_pair[one, other].append((level, level_beside, is_alike, n))
    pairs = [Pair(people[one], people[other], agreement(marks)) for (one, other), marks in by_pair.items()]
    pairs.sort(key=lambda pair: (pair.agreement.exact.share or 0, str(pair.one), str(pair.other)))
    return RoundAgreement(pairs, agreement(pair for marks in by_pair.values() for pair in marks))


def _pairs_of_marks(shown: Round, reader: User) -> QuerySet[Score, tuple[int, int, str, str, bool, int]]:
    """(one person, the other, a level, the other level, whether the marks are alike, on how many items)."""
    seen = Sheet.objects.visible_to(reader).filter(assessment__round=shown).exclude(state=SheetState.DRAFT)
    counted = sheets_that_count().filter(pk__in=seen.values("pk"))
    beside = "sheet__assessment__sheets"
    faults = Q(faults=F(f"{beside}__scores__faults")) | Q(faults=None, **{f"{beside}__scores__faults": None})
    marks = Score.objects.due().filter(
        **{
            "sheet__in": counted,
            f"{beside}__in": counted,
            f"{beside}__author__gt": F("sheet__author"),
            f"{beside}__scores__item": F("item"),
        }
    )
    alike = Q(level=F(f"{beside}__scores__level"), points=F(f"{beside}__scores__points")) & faults
    return (
        marks.order_by()
        .annotate(is_alike=alike)
        .values_list(
            "sheet__author",
            f"{beside}__author",
            "level",
            f"{beside}__scores__level",
            "is_alike",
        )
        .annotate(n=Count("pk"))
    )
