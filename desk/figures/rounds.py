"""Which round, and which kind of site, a figure of scores is about."""

from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, cast

from django import forms
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations

from assessments.enums import RoundKind
from assessments.marks import items_of
from assessments.models import Assessment, Round, Sheet
from assessments.models.sheets import SheetQuerySet
from core.forms import offer
from sites.models.sites import SiteQuerySet
from standards.enums import Kind
from standards.models import Item, Standard

from .scope import FigureFilter, Scope


class _Measure(TypedDict):
    """The key of the standard a round is marked by, of the kind that was chosen."""

    measure: int


_Measured: TypeAlias = "WithAnnotations[Round, _Measure]"


class RoundFilter(FigureFilter):
    """Also: which round. A kind is always chosen: each has a standard of its own."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=Kind.choices)
    round = forms.ChoiceField(label=_("Round"), required=False)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        rounds = self.programme.rounds.filter(kind__in=RoundKind.ON_SITE)
        # Asked once, for checking what was chosen and for showing what there is to choose.
        known = ((str(pk), title) for pk, title in rounds.values_list("pk", "title"))
        offer(self, "round", [("", _("the newest with a signed sheet")), *known])

    @property
    def chosen(self) -> dict[str, Any]:
        return {"kind": Kind.GOVERNMENT_AFFAIRS, **super().chosen}

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        return super().narrow(sites).filter(kind=self.chosen["kind"])


@dataclass(frozen=True)
class InRound:
    """A round for one kind of site: the items it is measured by, and the signed sheets of a scope's sites."""

    round: Round
    items: list[Item]
    signed: SheetQuerySet


def in_round(scope: Scope) -> InRound | None:
    """The round chosen, else the newest in which a sheet of these sites is signed. Two queries.

    None while there is no such round. Only signed sheets count: those are everybody's who sees the site.
    """
    signed = Sheet.objects.visible_to(scope.reader).signed_finals().filter(assessment__site__in=scope.sites)
    standards = Standard.objects.filter(rounds=OuterRef("pk"), kind=scope.chosen["kind"])
    rounds = Round.objects.filter(programme=scope.programme, kind__in=RoundKind.ON_SITE)
    wanted = (
        rounds.filter(pk=scope.chosen["round"])
        if "round" in scope.chosen
        else rounds.filter(Exists(signed.filter(assessment__round=OuterRef("pk"))))
    )
    asked = wanted.select_related("rulebook").annotate(measure=Subquery(standards.values("pk")[:1]))
    found = cast("QuerySet[_Measured]", asked.filter(measure__isnull=False)).first()
    if found is None:
        return None
    items = items_of(Assessment(round=found, standard_id=found.measure))
    return InRound(found, items, signed.filter(assessment__round=found))
