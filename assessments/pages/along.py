"""What an inspector's phone would take along: the visits still to be made, the sheets, the pictures."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeAlias, TypedDict, cast

from django.db.models import F, OuterRef, Prefetch, Q
from django_stubs_ext import WithAnnotations

from accounts.models import User
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.models import Assessment, EvidenceFile, Round, Sheet
from assessments.queries import count_of_items, led_by
from core.http import page_address, record_address
from sites.enums import Stage


class _Sized(TypedDict):
    """How many items want a mark."""

    item_count: int


_Assessment: TypeAlias = "WithAnnotations[Assessment, _Sized]"


@dataclass(frozen=True)
class Visit:
    """A site to go to: the own sheet, or where it is begun; the team's sheet while open; the pictures."""

    assessment: _Assessment
    own: Sheet | None
    final: Sheet | None
    pictures: Sequence[EvidenceFile]
    is_led: bool

    @property
    def waits_for_unit(self) -> bool:
        """There is nothing to mark yet: the unit has not submitted its self-assessment."""
        is_inspected = self.assessment.round.kind == RoundKind.INSPECTION
        return is_inspected and self.assessment.site.stage == Stage.BUILDING

    @property
    def is_done(self) -> bool:
        return self.own is not None and not self.own.is_draft and self.final is None

    @property
    def day(self) -> datetime.date | None:
        day: datetime.date | None = self.assessment.assignment.visit_on
        return day

    @property
    def sheets(self) -> list[Sheet]:
        """Those that stand already and are open."""
        return [sheet for sheet in (self.own, self.final) if sheet and sheet.is_draft]

    @property
    def bytes_of_pictures(self) -> int:
        return sum(picture.size for picture in self.pictures)

    @property
    def plan(self) -> dict[str, Any]:
        """What the page's script fetches (static/portal/along.js)."""
        pocket = [record_address("assessments:pocket", sheet.pk) for sheet in self.sheets]
        report = record_address("assessments:visit_report_add", self.assessment.pk)
        begin = [] if self.own else [record_address("assessments:inspect_pocket", self.assessment.pk)]
        return {
            "visit": self.assessment.pk,
            "sheets": pocket + begin,
            "pages": [report] if self.is_led else [],
            "small": [record_address("assessments:evidence_thumbnail", each.pk) for each in self.pictures],
            "pictures": [
                record_address(f"assessments:evidence_{page}", each.pk)
                for each in self.pictures
                for page in ("view", "picture")
            ],
        }


@dataclass(frozen=True)
class Part:
    """Visits that are taken along together: those of today, or those of a round that is open."""

    round: Round | None
    visits: Sequence[Visit]

    @property
    def key(self) -> str:
        return f"round-{self.round.pk}" if self.round else "today"

    @property
    def taken(self) -> Sequence[Visit]:
        return [visit for visit in self.visits if not visit.waits_for_unit]

    @property
    def pictures(self) -> int:
        return sum(len(visit.pictures) for visit in self.taken)

    @property
    def bytes_of_pictures(self) -> int:
        """At most: what is shown of a picture is smaller than what was filed."""
        return sum(visit.bytes_of_pictures for visit in self.taken)

    @property
    def plan(self) -> dict[str, Any]:
        rounds = {visit.assessment.round for visit in self.taken}
        standards = {visit.assessment.standard_id for visit in self.taken}
        return {
            "visits": [visit.plan for visit in self.taken],
            "besides": [
                *(record_address("standards:rulebook", each.rulebook_id) for each in rounds),
                *(record_address("standards:standard", each) for each in standards),
                page_address("assessments:route"),
                page_address("assessments:my_sheets"),
                page_address("assessments:take_along"),
                page_address("assessments:queue"),
                page_address("assessments:locked"),  # so that a PIN can be set without a network
            ],
        }


def open_sheets(user: User) -> str:
    """The keys of what this person may still have to fill in; a phone lets go of what it keeps of all others.

    For the answer's `Open-Sheets` (static/portal/sheet-worker.js).
    """
    drafts = Sheet.objects.visible_to(user).filter(state=SheetState.DRAFT)
    open_ones = drafts.filter(assessment__round__closed_on=None).order_by("pk")
    return " ".join(map(str, open_ones.values_list("pk", flat=True)))


class AlongPage:
    """As many questions however many visits there are."""

    def __init__(self, user: User, day: datetime.date) -> None:
        self.user, self.day = user, day

    @cached_property
    def visits(self) -> list[Visit]:
        """The visits of open rounds of which something is left to do."""
        assessments = self._assessments
        pictures = self._pictures([each.site_id for each in assessments])
        led = set(
            led_by(self.user).filter(pk__in=[each.pk for each in assessments]).values_list("pk", flat=True)
        )
        found = []
        for each in assessments:
            seen = list(each.sheets.all())
            visit = Visit(
                assessment=each,
                own=next((sheet for sheet in seen if sheet.role == SheetRole.INSPECTOR), None),
                final=next((sheet for sheet in seen if sheet.role == SheetRole.FINAL), None),
                pictures=pictures[each.site_id],
                is_led=each.pk in led,
            )
            if not visit.is_done:
                found.append(visit)
        return found

    @cached_property
    def parts(self) -> list[Part]:
        """Today's visits, then each round's where that is more than today's."""
        today = [visit for visit in self.visits if visit.day == self.day]
        by_round = groupby(self.visits, key=lambda visit: visit.assessment.round)
        rounds = [Part(each, list(of)) for each, of in by_round]
        more = [part for part in rounds if any(visit.day != self.day for visit in part.visits)]
        return [*([Part(None, today)] if today else []), *more]

    @property
    def plan(self) -> dict[str, Any]:
        return {part.key: part.plan for part in self.parts}

    @property
    def _assessments(self) -> list[_Assessment]:
        own_or_open = Q(author=self.user) | Q(role=SheetRole.FINAL, state=SheetState.DRAFT)
        seen = Sheet.objects.visible_to(self.user).filter(own_or_open)
        found = (
            Assessment.objects.visible_to(self.user)
            .filter(assignment__team__members__user=self.user, round__closed_on=None)
            .select_related("round", "site__organisation", "assignment")
            .prefetch_related(Prefetch("sheets", seen))
            .annotate(item_count=count_of_items(OuterRef("standard"), OuterRef("round")))
            .order_by("round__due_on", "round", F("assignment__visit_on").asc(nulls_last=True), "site")
        )
        return cast("list[_Assessment]", list(found))

    def _pictures(self, sites: Sequence[int]) -> dict[int, list[EvidenceFile]]:
        """Site id → the pictures of its evidence that this person sees, the newest versions only."""
        seen = EvidenceFile.objects.visible_to(self.user).pictures().exclude(shown="")
        files = seen.filter(evidence__site__in=sites, evidence__revisions=None).select_related("evidence")
        found: dict[int, list[EvidenceFile]] = defaultdict(list)
        for file in files.order_by("pk"):
            found[file.evidence.site_id].append(file)
        return found
