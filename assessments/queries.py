"""Reads that more than one module of this room needs."""

from sites.models import Site

from .enums import RoundKind, SheetRole, SheetState
from .models import Finding, Sheet
from .models.findings import FindingQuerySet


def findings_of(site: Site) -> FindingQuerySet:
    """All findings of a site, over every round."""
    return Finding.objects.filter(assessment__site=site)


def signed_sheet(site: Site, kind: RoundKind) -> Sheet | None:
    """The newest signed final sheet of a site in rounds of a kind."""
    return (
        Sheet.objects.filter(
            assessment__site=site, assessment__round__kind=kind, role=SheetRole.FINAL, state=SheetState.SIGNED
        )
        .select_related("assessment__round__rulebook", "assessment__standard", "assessment__site__organisation")
        .order_by("-assessment__round__ordinal")
        .first()
    )
