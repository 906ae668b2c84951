"""What the public may know of sites: how many there are, their steps, the batches that determined them."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from documents.models import Document
from documents.papers import DocumentKind
from sites.calendar import today
from sites.chosen import begun_programmes, chosen_programme
from sites.enums import Action, Level, ReplacementState, Stage
from sites.models import Determination, Programme, Replacement, Site, StageChange
from standards.models import Item, Standard

from .enums import NoticeState
from .models import Notice, Warned
from .public_state import INSIDE, PublicState, SiteInPublic, with_public_state

# Of the named sites of other programmes, so many are shown beside a programme's list.
ELSEWHERE = 100


def counts_by_state(programme: Programme | None) -> dict[PublicState, int]:
    """How many of the programme's sites stand at each public state, in the road's order (one query)."""
    counts = dict.fromkeys(PublicState, 0)
    for state, number in _states_counted(programme.pk if programme else None, today()):
        counts[PublicState(state)] = number
    return counts


@prepared
def _states_counted(programme: int | None, day: datetime.date) -> QuerySet[Any, Any]:
    listed = with_public_state(Site.objects.listed().filter(programme=programme).order_by(), day)
    return listed.values_list("public_state").annotate(Count("pk"))


def named_elsewhere(request: HttpRequest) -> list[tuple[Programme, list[Site]]]:
    """The sites that bear the title of other programmes than the page's, the newest first.

    One query, and none while there has been one programme. Of each programme its list has all of them.
    """
    here, known = chosen_programme(request), begun_programmes(request)
    others = {one.pk: one for one in known if one != here}
    if not others:
        return []
    named = _named_of(tuple(others))[:ELSEWHERE]
    return [(others[key], list(sites)) for key, sites in groupby(named, key=lambda site: site.programme_id)]


@prepared
def _named_of(programmes: tuple[int, ...]) -> QuerySet[Site]:
    named = Site.objects.listed().filter(programme__in=programmes, stage__in=Stage.TITLED)
    return named.only("window_name", "stage", "programme").order_by(
        "-programme__issued_on", "programme", "pk"
    )


_STEPS: Mapping[str, Promise] = {
    Action.DETERMINE: _("Determined as a demonstration site"),
    Action.ANNOUNCE: _("Put on public notice"),
    Action.WITHDRAW_NOTICE: _("Public notice withdrawn"),
    Action.UPHOLD_OBJECTION: _("Taken off the public notice after an objection"),
    Action.NAME: _("Named"),
    Action.WARN: _("Warned"),
    Action.RESTORE: _("Warning lifted"),
    Action.REVOKE: _("Naming revoked"),
}
# The paper a step leaves, about the site and of the same day.
_PAPERS: Mapping[str, DocumentKind] = {
    Action.DETERMINE: DocumentKind.DETERMINED_LIST,
    Action.ANNOUNCE: DocumentKind.PUBLIC_NOTICE,
    Action.NAME: DocumentKind.NAMING_DECISION,
    Action.WARN: DocumentKind.WARNING_NOTICE,
    Action.RESTORE: DocumentKind.RESTORATION_NOTICE,
    Action.REVOKE: DocumentKind.REVOCATION_DECISION,
}
# Whose note was written for the public to read.
_REASONS_SHOWN = (Action.WITHDRAW_NOTICE, Action.WARN, Action.RESTORE, Action.REVOKE)


@dataclass(frozen=True)
class PublicStep:
    """One step, by its key; `mend_by` is the day a warned site was given."""

    key: int
    on: datetime.date
    what: Promise
    reason: str
    paper: Document | None
    mend_by: datetime.date | None


def public_steps(site: Site) -> list[PublicStep]:
    """The steps of a site that were taken in public, newest first; never who took them (three queries).

    Rechecks and complaints stay inside; what came of them is the reason of a step. So does an objection
    upheld when its notice had been withdrawn: it took the site off none.
    """
    papers = {(paper.kind, paper.issued_on): paper for paper in _papers_about(site.pk)}
    days = {(warned.warned_on, warned.reason): warned.rectify_by for warned in _warnings(site.pk)}
    return [
        PublicStep(
            step.pk,
            step.on,
            _STEPS[step.action],
            step.note if step.action in _REASONS_SHOWN else "",
            papers.get((_PAPERS.get(step.action, ""), step.on)),
            days.get((step.on, step.note)) if step.action == Action.WARN else None,
        )
        for step in _steps_in_public(site.pk)
    ]


@prepared
def _steps_in_public(site: int) -> QuerySet[StageChange]:
    return StageChange.objects.filter(site=site, action__in=_STEPS).exclude(INSIDE).order_by("-pk")


@prepared
def _papers_about(site: int) -> QuerySet[Document]:
    issued = Document.objects.filter(sites=site, is_public=True, kind__in=_PAPERS.values())
    return issued.defer("context").order_by("pk")


@prepared
def _warnings(site: int) -> QuerySet[Warned]:
    return Warned.objects.filter(naming__site=site).order_by("pk")


def notice_state(notice: Notice, on: datetime.date) -> NoticeState:
    """A notice is over with its last day, whether or not it has been closed yet."""
    if notice.state == NoticeState.PUBLISHED and not notice.is_running(on):
        return NoticeState.ENDED
    return NoticeState(notice.state)


def determinations() -> QuerySet[Determination]:
    """The batches that determined something, the newest first: how many sites, and the key of the paper.

    A site is determined once in its life, so the determined list about it is that batch's paper.
    """
    papers = Document.objects.filter(
        kind=DocumentKind.DETERMINED_LIST,
        sites__determinations__determination=OuterRef("pk"),
        sites__determinations__is_determined=True,
    )
    counted = (
        Determination.objects.published()
        .select_related("resolution")
        .annotate(
            site_count=Count("lines", filter=Q(lines__is_determined=True)),
            paper_key=Subquery(papers.values("pk")[:1]),
        )
    )
    return counted.order_by("-on", "-pk")


def papers_of(batches: Sequence[Any]) -> dict[int, Document]:
    """The paper of each batch of `determinations()`, by the batch's key (one query)."""
    papers = Document.objects.defer("context").in_bulk([batch.paper_key for batch in batches])
    return {batch.pk: papers[batch.paper_key] for batch in batches}


def determined_places(determination: Determination) -> list[tuple[str, list[SiteInPublic]]]:
    """The sites a batch determined, the city's and then each district's, with the windows `replaced` since.

    What was set aside, the opinions and all reasons are not the public's.
    """
    # Only what is asked for a determined window is decided; on a list that came back the filer acts alone.
    replaced = Replacement.objects.filter(state=ReplacementState.MADE, decided_on__isnull=False)
    facts = replaced.order_by("pk").only("site", "before", "after", "decided_on")
    sites = (
        Site.objects.listed()
        .filter(determinations__determination=determination, determinations__is_determined=True)
        .select_related("organisation", "filing__organisation")
        .prefetch_related(Prefetch("replacements", facts, to_attr="replaced"))
        .order_by("level", "filing__organisation__code", "pk")
    )
    in_public = with_public_state(sites, today())
    return [(place, list(group)) for place, group in groupby(in_public, key=_place)]


def items_in_force() -> QuerySet[Item]:
    """The items of the standards in force, in their order."""
    in_force = Item.objects.filter(section__standard__in=Standard.objects.published())
    return in_force.select_related("section__standard").order_by(
        "section__standard__kind", "section__ordinal", "ordinal"
    )


def _place(site: Site) -> str:
    city = site.level == Level.CITY
    return str(Level.CITY.label) if city else site.filing.organisation.short_name
