"""Reads that more than one module of this room needs."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypedDict, cast

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from accounts.deputies import acts_as, named_or_deputy
from accounts.models import User
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet, district_of
from standards.models import Item

from .enums import FindingState, ReplyKind, RoundKind, ScoreLevel, SheetRole, SheetState
from .models import (
    AppraisalResult,
    Assessment,
    Finding,
    FindingReply,
    NotDue,
    Recusal,
    Score,
    Sheet,
    Team,
    TeamMember,
)
from .models.findings import FindingQuerySet


def findings_of(site: Site) -> FindingQuerySet:
    """All findings of a site, over every round."""
    return Finding.objects.filter(assessment__site=site)


def with_threads(findings: FindingQuerySet) -> FindingQuerySet:
    """The findings with what was written about each, by whom, and the evidence that came with it."""
    replies = FindingReply.objects.select_related("by", "evidence")
    return findings.prefetch_related(Prefetch("replies", replies))


@dataclass(frozen=True)
class Hearing:
    """How far the hearing of a site's findings has come, and what still holds the notice back."""

    put: list[Finding]
    waiting: list[Finding]  # the unit may still comment
    disputed: list[Finding]  # the office owes an answer

    @property
    def is_over(self) -> bool:
        return bool(self.put) and not self.waiting and not self.disputed


def hearing_of(findings: Iterable[Finding], *, on: datetime.date) -> Hearing:
    """The hearing as it stands on a day; `findings` come with their `view` (FindingQuerySet.with_view)."""
    put = [finding for finding in findings if finding.state == FindingState.PUT]
    waiting = [f for f in put if f.view is None and f.reply_by and f.reply_by >= on]
    return Hearing(put, waiting, [f for f in put if f.view == ReplyKind.DISAGREE])


def sites_with_findings(sites: SiteQuerySet, *, on: datetime.date) -> SiteQuerySet:
    """The sites that have findings, with how many are put, open, answered, verified, overdue on a day."""
    state, unit = "assessments__findings__state", FindingState.WITH_UNIT
    return sites.filter(Exists(Finding.objects.filter(assessment__site=OuterRef("pk")))).annotate(
        put=Count("assessments__findings", filter=Q(**{state: FindingState.PUT})),
        open=Count("assessments__findings", filter=Q(**{f"{state}__in": unit})),
        answered=Count("assessments__findings", filter=Q(**{f"{state}__in": FindingState.TO_VERIFY})),
        verified=Count("assessments__findings", filter=Q(**{state: FindingState.VERIFIED})),
        overdue=Count(
            "assessments__findings",
            filter=Q(**{f"{state}__in": unit, "assessments__findings__deadline__lt": on}),
        ),
    )


def items_below_full(sheet: Sheet) -> list[Score]:
    """The scores that become findings, in the standard's order."""
    return list(sheet.scores.due().filter(level__in=ScoreLevel.BELOW_FULL).select_related("item__section"))


def signed_sheet(site: Site, kind: RoundKind) -> Sheet | None:
    """The newest signed final sheet of a site in rounds of a kind."""
    return (
        Sheet.objects.signed_finals()
        .filter(assessment__site=site, assessment__round__kind=kind)
        .select_related(
            "assessment__round__rulebook", "assessment__standard", "assessment__site__organisation"
        )
        .order_by("-assessment__round__ordinal")
        .first()
    )


def appraisal_facts() -> dict[str, Subquery]:
    """For a query over sites: `answers` to the newest appraisal on file, and `answers_needed` of them.

    None: no appraisal is counted, or no on-site sheet of an acceptance is signed.
    """
    site = OuterRef("pk")
    appraisals = AppraisalResult.objects.filter(site=site)
    signed = Sheet.objects.signed_finals().filter(
        assessment__site=site, assessment__round__kind=RoundKind.ACCEPTANCE
    )
    newest = signed.order_by("-assessment__round__ordinal")
    return {
        "answers": Subquery(appraisals.values("sample")[:1]),
        "answers_needed": Subquery(
            newest.values("assessment__round__rulebook__minimum_appraisal_sample")[:1]
        ),
    }


def standing_members(assessment: Assessment) -> QuerySet[TeamMember]:
    """The team sent to this site, the leader first, without those who have stood aside from it."""
    return (
        TeamMember.objects.filter(team__assignments__assessment=assessment)
        .exclude(user__recusals__site=assessment.site_id)
        .order_by("-is_leader", "pk")
    )


def counted_sheets(assessment: Assessment) -> QuerySet[Sheet]:
    """The members' submitted sheets; those of people who stood aside or left the team no longer count."""
    standing = standing_members(assessment).order_by().values("user")
    return assessment.sheets.filter(role=SheetRole.INSPECTOR, author__in=standing).exclude(
        state=SheetState.DRAFT
    )


def sheets_that_count() -> QuerySet[Sheet]:
    """The members' sheets of all assessments, whatever their state, without those of people who stood
    aside or left the team.
    """
    member = TeamMember.objects.filter(
        user=OuterRef("author"), team__assignments__assessment=OuterRef("assessment")
    )
    aside = Recusal.objects.filter(user=OuterRef("author"), site=OuterRef("assessment__site"))
    return Sheet.objects.filter(Exists(member), ~Exists(aside), role=SheetRole.INSPECTOR)


def lead_of(assessment: Assessment) -> User | None:
    """Who settles and signs: the leader, or the next member where the leader has stood aside."""
    member = standing_members(assessment).select_related("user").first()
    return member.user if member else None


def leading(assessment: Assessment) -> QuerySet[User]:
    """Who may do today what only the leader does: `lead_of`, and their deputy if of the team sent here.

    A team is drawn or put together by the office, and bars are asked of its members: nobody comes in by
    standing in for one.
    """
    members = standing_members(assessment)
    crew = User.objects.filter(pk__in=members.order_by().values("user"))
    return named_or_deputy(members.values("user")[:1], among=crew)


def stood_in_for(assessment: Assessment, by: User) -> User | None:
    """For whom somebody who is `leading` acts: the leader they stand in for; None where it is themselves."""
    lead = lead_of(assessment)
    return None if lead == by else lead


class Led(TypedDict):
    """Who leads the team at the site of a visit, by the key."""

    lead: int


LedVisit: TypeAlias = "WithAnnotations[Assessment, Led]"


def led_by(user: User) -> QuerySet[LedVisit]:
    """The assessments this person is `leading`, each with its `lead`."""
    lead = _standing().order_by("-is_leader", "pk").values("user")[:1]
    sent = Assessment.objects.filter(assignment__team__members__user=user)
    sent = sent.exclude(site__in=user.recused_sites())
    led = sent.annotate(lead=Subquery(lead)).filter(acts_as(user, "lead"))
    return cast("QuerySet[LedVisit]", led)


def sheets_missing() -> QuerySet[Assessment]:
    """The sheets members of teams have still to submit: an assessment once for each such `member`.

    Each with `member_name`, `team`, `assigned_on`, and the day it is `due`: the visit's, else the round's.
    Only whether a sheet is submitted is told, never how far it is: until then it is its author's alone.
    """
    sheets = Sheet.objects.filter(assessment=OuterRef("pk"))
    submitted = sheets.filter(role=SheetRole.INSPECTOR, author=OuterRef("member"))
    aside = Recusal.objects.filter(user=OuterRef("member"), site=OuterRef("site"))
    sent = Assessment.objects.filter(round__closed_on=None, assignment__team__members__isnull=False)
    return (
        sent.exclude(round__kind=RoundKind.INSPECTION, site__stage=Stage.BUILDING)
        .annotate(
            member=F("assignment__team__members__user"),
            member_name=F("assignment__team__members__user__name"),
            team=F("assignment__team__name"),
            assigned_on=F("assignment__assigned_on"),
            due=Coalesce("assignment__visit_on", "round__due_on"),
        )
        .filter(
            ~Exists(submitted.exclude(state=SheetState.DRAFT)),
            ~Exists(aside),
            ~Exists(sheets.filter(role=SheetRole.FINAL)),
        )
    )


class WaitedFor(TypedDict):
    """What is told of each sheet a leader waits for; no district of the city's own sites."""

    assigned_on: datetime.date
    due: datetime.date
    member_name: str
    district_name: str | None
    district_key: int | None


AwaitedSheet: TypeAlias = "WithAnnotations[Assessment, WaitedFor]"


def waited_for_by(leader: User) -> QuerySet[AwaitedSheet]:
    """Those of `sheets_missing` that the leader of the team waits for, with where the site lies.

    Of a colleague's a leader learns whether it is submitted, as everywhere, once the own one is.
    """
    submitted = Sheet.objects.submitted_by(leader).values("assessment")
    where = {"district_name": district_of("name", site="site__"), "district_key": district_of(site="site__")}
    waited = sheets_missing().filter(pk__in=led_by(leader).values("pk")).filter(pk__in=submitted)
    return cast("QuerySet[AwaitedSheet]", waited.annotate(**where).select_related("round", "site"))


def manned() -> QuerySet[Assessment]:
    """The assessments that need no other team: enough members of the one sent may still judge the site.

    Once the common sheet is drawn up one member is enough: it was made from the marks of several.
    """
    finals = Sheet.objects.filter(assessment=OuterRef("pk"), role=SheetRole.FINAL)
    counted = Assessment.objects.annotate(standing=count_of_standing())
    return counted.filter(Q(standing__gte=Team.SMALLEST) | Q(Exists(finals), standing__gte=1))


def count_of_standing() -> Coalesce:
    """How many members of its team may still judge the assessment of an outer query."""
    counted = _standing().order_by().values("team").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _standing() -> QuerySet[TeamMember]:
    """`standing_members`, for the assessment of an outer query."""
    aside = Recusal.objects.filter(user=OuterRef("user"), site=OuterRef(OuterRef("site")))
    return TeamMember.objects.filter(~Exists(aside), team__assignments__assessment=OuterRef("pk"))


def count_of_items(standard: OuterRef, in_round: OuterRef) -> Subquery:
    """For an outer query: how many items of its standard are due in its round."""
    put_off = NotDue.objects.filter(round=OuterRef(in_round), item=OuterRef("pk"))
    items = Item.objects.filter(~Exists(put_off), section__standard=standard)
    return Subquery(items.order_by().values("section__standard").annotate(n=Count("pk")).values("n"))


def count_of_marks() -> Count:
    """How many of the items that are due have a mark on the sheet."""
    put_off = NotDue.objects.filter(round=OuterRef("assessment__round"), item=OuterRef("scores__item"))
    return Count("scores", filter=~Exists(put_off))
