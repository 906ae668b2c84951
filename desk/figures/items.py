"""Items by how many sites lack them: where advice for all is worth more than advice to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.enums import MarkState, ScoreLevel
from assessments.models import Finding, Score
from assessments.scoring import percent, rounded
from standards.models import Item
from tables.writing import Head

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure, Link
from .rounds import InRound, RoundFilter, in_round
from .scope import Scope
from .shown_scores import Word

# So many items are drawn, the others stand in the table.
MOST_DRAWN = 15


@dataclass(frozen=True)
class Lack:
    """One item over the signed sheets of a round; `of_these` are the sites it was judged at.

    `average` is the points given in percent of the points there were; None where it was judged nowhere.
    """

    item: Item
    unmet: int
    partly: int
    of_these: int
    inapplicable: int
    average: Decimal | None
    findings: int

    @property
    def wanting(self) -> int:
        return self.unmet + self.partly

    @property
    def wanting_share(self) -> Decimal:
        return percent(Decimal(self.wanting), Decimal(self.of_these))


def count(scope: Scope) -> Counted:
    """Four queries. What most sites lack stands first; what was judged at no site, last."""
    found = in_round(scope)
    lacks = ranking(scope, found) if found else []
    if not found or not any(lack.of_these for lack in lacks):
        return Counted(heads=_heads(), rows=[])
    chosen = {**scope.filter.as_texts, "round": str(found.round.pk), "programme": str(scope.programme.pk)}
    rows = [_line(lack, urlencode(chosen)) for lack in lacks]
    drawn = [lack for lack in lacks if lack.wanting][:MOST_DRAWN]
    return Counted(
        heads=_heads(),
        rows=rows,
        drawing=_drawing(drawn) if drawn else None,
        numbers=[
            (_("Round"), str(found.round)),
            (_("Items at least one site lacks"), sum(bool(lack.wanting) for lack in lacks)),
            (_("Open findings"), sum(lack.findings for lack in lacks)),
        ],
        left_out=sum(bool(lack.wanting) for lack in lacks) - len(drawn),
    )


def ranking(scope: Scope, found: InRound) -> list[Lack]:
    """Every item of the round, the one that the largest share of sites lacks first. Two queries."""
    out = Q(level=ScoreLevel.INAPPLICABLE)
    marks = Score.objects.filter(sheet__in=found.signed, item__in=found.items).order_by()
    counted = marks.values_list("item").annotate(
        unmet=Count("pk", filter=Q(level=ScoreLevel.UNMET)),
        partly=Count("pk", filter=Q(level=ScoreLevel.PARTLY)),
        judged=Count("pk", filter=~out),
        inapplicable=Count("pk", filter=out),
        given=Sum("points"),
        maximum=Sum("max_points", filter=~out),
    )
    by_item = {item: _Counts(*numbers) for item, *numbers in counted}
    open_ones = Finding.objects.visible_to(scope.reader).unsettled().order_by()
    of_items = open_ones.filter(item__in=found.items, assessment__site__in=scope.sites)
    findings = dict(of_items.values_list("item").annotate(n=Count("pk")))
    lacks = [_lack(item, by_item.get(item.pk, _Counts()), findings.get(item.pk, 0)) for item in found.items]
    return sorted(
        lacks,
        key=lambda lack: (not lack.of_these, -lack.wanting_share, lack.average or Decimal(0)),
    )


class _Counts(NamedTuple):
    """An item's marks on signed sheets."""

    unmet: int = 0
    partly: int = 0
    judged: int = 0
    inapplicable: int = 0
    points: Decimal | None = None
    maximum: Decimal | None = None


def _lack(item: Item, counts: _Counts, findings: int) -> Lack:
    """Marks of what is not due in the round are kept, but count nowhere."""
    if item.not_due:
        counts = _Counts()
    average = None
    if counts.judged:
        average = percent(rounded(counts.points or Decimal(0)), rounded(counts.maximum or Decimal(0)))
    return Lack(item, counts.unmet, counts.partly, counts.judged, counts.inapplicable, average, findings)


# -- table and drawing -----------------------------------------------------------


class ItemLine(NamedTuple):
    """A row of the table, in the order of its heads."""

    code: Link
    item: str
    unmet: int | None
    partly: int | None
    judged: int
    wanting_percent: Decimal | Word
    average: Decimal | None
    inapplicable: int
    findings: int

    @property
    def wanting(self) -> int:
        """The sites that were not given full marks."""
        return (self.unmet or 0) + (self.partly or 0)


def _heads() -> list[Head]:
    return [
        _("Code"),
        _("Item"),
        _("Not met"),
        _("Partly met"),
        pgettext("sites", "Judged"),
        _("Wanting, in percent"),
        _("Average share, in percent"),
        _("Inapplicable"),
        _("Open findings"),
    ]


def _line(lack: Lack, chosen: str) -> ItemLine:
    """An item that no site was judged by has no share: it is not due, or applies nowhere."""
    item, judged = lack.item, bool(lack.of_these)
    why = MarkState.NOT_DUE if item.not_due else MarkState.INAPPLICABLE
    return ItemLine(
        code=Link(item.code, f"{reverse('desk:figure_item', args=[item.pk])}?{chosen}"),
        item=item.text,
        unmet=lack.unmet if judged else None,
        partly=lack.partly if judged else None,
        judged=lack.of_these,
        wanting_percent=lack.wanting_share if judged else Word(str(why.label), why.value),
        average=lack.average,
        inapplicable=lack.inapplicable,
        findings=lack.findings,
    )


def _drawing(lacks: Sequence[Lack]) -> BarChart:
    """The light bar are the sites that lack the item, the red one on it those that lack it whole."""
    bars = [
        Bar(
            label=f"{lack.item.code} {lack.item.text}",
            told=_("%(wanting)d of %(of_these)d") % {"wanting": lack.wanting, "of_these": lack.of_these},
            ground=float(lack.wanting_share),
            filled=100 * lack.unmet / lack.of_these,
        )
        for lack in lacks
    ]
    return bar_chart(_("Sites that lack the item, of those judged"), bars, longest=100)


ITEMS = Figure(
    key="items",
    title=gettext_lazy("What most sites lack"),
    lead=gettext_lazy("Items by the share of sites that were not given full marks in a round."),
    empty=gettext_lazy("Nothing to show yet. Items appear here once a team has signed a site's sheet."),
    count=count,
    filter=RoundFilter,
)
