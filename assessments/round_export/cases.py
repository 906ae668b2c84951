"""What a round holds of each site, as far as its reader may see it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from assessments.enums import FindingState, RoundKind, SheetRole
from assessments.marks import SectionMarks, arranged, items_of
from assessments.models import Assessment, Deliberation, Finding, Round, Score, Sheet
from assessments.rules import follows_rounds
from assessments.services.rounds import sites_due
from sites.models import Site
from sites.models.sites import SiteQuerySet
from standards.models import Item

# How many sites are read at a time, so that memory does not grow with the round.
CHUNK = 25


@dataclass
class Case:
    """A site in the round, with the sheets the reader may see and what came of them."""

    assessment: Assessment
    items: list[Item]
    own: Sheet | None = None
    members: list[Sheet] = field(default_factory=list)
    final: Sheet | None = None
    scores: dict[int, dict[int, Score]] = field(default_factory=dict)
    # A reader who may not see the members' marks is told nothing of deliberations either.
    sees_deliberations: bool = False
    deliberated: set[int] = field(default_factory=set)
    findings: dict[int, Finding] = field(default_factory=dict)

    def score(self, sheet: Sheet | None, item: Item) -> Score | None:
        return self.scores.get(sheet.pk, {}).get(item.pk) if sheet else None

    def marks(self, sheet: Sheet) -> tuple[SectionMarks, ...]:
        return arranged(self.items, self.scores.get(sheet.pk, {}))


def _told(sites: SiteQuerySet) -> SiteQuerySet:
    """With what each row says of its site."""
    return sites.with_district().select_related("organisation")


class RoundCases:
    """The sites of a round for one reader; every iteration reads them anew."""

    def __init__(self, in_round: Round, reader: User) -> None:
        self.round, self.reader = in_round, reader
        self.sheets = Sheet.objects.visible_to(reader)
        self._items: dict[int, list[Item]] = {}

    @cached_property
    def most_members(self) -> int:
        """The largest number of members' sheets that a site has."""
        of_members = self.sheets.filter(assessment__round=self.round, role=SheetRole.INSPECTOR)
        counted = of_members.order_by().values("assessment").annotate(n=Count("pk", distinct=True))
        return max(counted.values_list("n", flat=True), default=0)

    def __iter__(self) -> Iterator[Case]:
        assessments = chain(self._begun().iterator(chunk_size=CHUNK), self._not_begun())
        while chunk := list(islice(assessments, CHUNK)):
            yield from self._cases(chunk)

    def _begun(self) -> QuerySet[Assessment]:
        """The sites that have an assessment, in the order of the round's page."""
        return (
            Assessment.objects.visible_to(self.reader)
            .filter(round=self.round)
            .select_related("standard")
            .prefetch_related(Prefetch("site", _told(Site.objects.all())))
            .order_by("site__level", "site_id")
        )

    def _not_begun(self) -> Iterator[Assessment]:
        """The sites still due in an open round, for readers who see all of it; nothing is stored for them."""
        if not self.round.is_open or not follows_rounds(self.reader):
            return
        standards = {standard.kind: standard for standard in self.round.standards.all()}
        visible = sites_due(self.round).filter(pk__in=Site.objects.visible_to(self.reader).values("pk"))
        sites = _told(visible.exclude(assessments__round=self.round))
        for site in sites.order_by("level", "pk"):
            yield Assessment(round=self.round, site=site, standard=standards[site.kind])

    def _items_of(self, assessment: Assessment) -> list[Item]:
        if assessment.standard_id not in self._items:
            self._items[assessment.standard_id] = items_of(assessment)
        return self._items[assessment.standard_id]

    def _cases(self, assessments: list[Assessment]) -> Iterable[Case]:
        cases = {each.site_id: Case(each, self._items_of(each)) for each in assessments}
        self._put_sheets(cases)
        self._put_scores(cases.values())
        self._put_deliberations(cases.values())
        found = Finding.objects.visible_to(self.reader).exclude(state=FindingState.WITHDRAWN)
        of_round = found.filter(assessment__round=self.round, assessment__site__in=cases, item__isnull=False)
        for finding in of_round.select_related("assessment"):
            cases[finding.assessment.site_id].findings[finding.item_id or 0] = finding
        return cases.values()

    def _put_sheets(self, cases: dict[int, Case]) -> None:
        """The round's own sheets, and of a visit the self-assessment that came before it."""
        wanted = Q(assessment__round=self.round)
        if self.round.kind != RoundKind.SELF:
            wanted |= Q(role=SheetRole.SELF, submitted_on__isnull=False)
        found = self.sheets.filter(wanted, assessment__site__in=cases)
        for sheet in found.select_related("assessment", "author").order_by("pk"):
            case = cases[sheet.assessment.site_id]
            if sheet.role == SheetRole.SELF:
                case.own = sheet
            elif sheet.role == SheetRole.FINAL:
                case.final = sheet
            else:
                case.members.append(sheet)

    def _put_scores(self, cases: Iterable[Case]) -> None:
        shown: dict[int, Case] = {}
        for case in cases:
            case.scores = {sheet.pk: {} for sheet in (case.own, *case.members, case.final) if sheet}
            shown |= dict.fromkeys(case.scores, case)
        scores = Score.objects.filter(sheet__in=shown).order_by()
        for score in scores.prefetch_related("updated_by", "consented_by"):
            shown[score.sheet_id].scores[score.sheet_id][score.item_id] = score

    def _put_deliberations(self, cases: Iterable[Case]) -> None:
        finals = {case.final.pk: case for case in cases if case.final}
        for pk in Sheet.objects.opened_to(self.reader).filter(pk__in=finals).values_list("pk", flat=True):
            finals[pk].sees_deliberations = True
        told = Deliberation.objects.visible_to(self.reader).filter(sheet__in=finals)
        for sheet, item in told.values_list("sheet", "item"):
            finals[sheet].deliberated.add(item)
