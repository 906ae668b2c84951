"""Reads that more than one module of this room needs."""

import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from sites.models import Site
from sites.models.sites import SiteQuerySet
from standards.models import Item

from .enums import FindingState, RoundKind, SheetRole, SheetState
from .models import Assessment, Finding, Sheet, TeamMember
from .models.findings import FindingQuerySet


def findings_of(site: Site) -> FindingQuerySet:
    """All findings of a site, over every round."""
    return Finding.objects.filter(assessment__site=site)


def sites_with_findings(sites: SiteQuerySet, *, on: datetime.date) -> SiteQuerySet:
    """The sites that have findings, with how many are open, answered, verified and overdue on a day."""
    state, unit = "assessments__findings__state", FindingState.WITH_UNIT
    return sites.filter(Exists(Finding.objects.filter(assessment__site=OuterRef("pk")))).annotate(
        open=Count("assessments__findings", filter=Q(**{f"{state}__in": unit})),
        answered=Count("assessments__findings", filter=Q(**{state: FindingState.ANSWERED})),
        verified=Count("assessments__findings", filter=Q(**{state: FindingState.VERIFIED})),
        overdue=Count(
            "assessments__findings",
            filter=Q(**{f"{state}__in": unit, "assessments__findings__deadline__lt": on}),
        ),
    )


def signed_sheet(site: Site, kind: RoundKind) -> Sheet | None:
    """The newest signed final sheet of a site in rounds of a kind."""
    return (
        Sheet.objects.filter(
            assessment__site=site, assessment__round__kind=kind, role=SheetRole.FINAL, state=SheetState.SIGNED
        )
        .select_related(
            "assessment__round__rulebook", "assessment__standard", "assessment__site__organisation"
        )
        .order_by("-assessment__round__ordinal")
        .first()
    )


def standing_members(assessment: Assessment) -> QuerySet[TeamMember]:
    """The team sent to this site, the leader first, without those who have stood aside from it."""
    return (
        TeamMember.objects.filter(team__assignments__assessment=assessment)
        .exclude(user__recusals__site=assessment.site_id)
        .order_by("-is_leader", "pk")
    )


def lead_of(assessment: Assessment) -> User | None:
    """Who settles and signs: the leader, or the next member where the leader has stood aside."""
    member = standing_members(assessment).select_related("user").first()
    return member.user if member else None


def count_of_items(standard: OuterRef) -> Subquery:
    """How many items the standard of an outer row has."""
    items = Item.objects.filter(section__standard=standard).order_by().values("section__standard")
    return Subquery(items.annotate(n=Count("pk")).values("n"))
