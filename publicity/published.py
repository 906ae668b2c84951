"""What the public may know of a site: its stage and its steps, in the public's words.

Between the determined list and the public notice everything is “under
construction” to the outside: a conclusion that is not announced never shows.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, TextChoices
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from documents.models import Document
from documents.papers import DocumentKind
from sites.chosen import begun_programmes, chosen_programme
from sites.enums import Action, Level, ReplacementState, Stage
from sites.models import Determination, Programme, Replacement, Site, StageChange
from standards.models import Item, Standard

from .enums import NoticeState
from .models import Notice, Warned

# Of the named sites of other programmes, so many are shown beside a programme's list.
ELSEWHERE = 100


class PublicStage(TextChoices):
    BUILDING = "building", _("under construction")
    ON_NOTICE = "on_notice", _("on public notice")
    NAMED = "named", _("named")
    WARNED = "warned", _("warned")
    REVOKED = "revoked", _("naming revoked")

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that look like this one from outside."""
        return tuple(stage for stage in Stage.LISTED if public_stage(stage) == self)


def public_stage(stage: str) -> PublicStage:
    """How a listed site's stage reads outside."""
    return PublicStage(stage) if stage in PublicStage.values else PublicStage.BUILDING


def counts_by_stage(programme: Programme | None) -> dict[PublicStage, int]:
    """How many of the programme's sites stand at each public stage, in the road's order (one query)."""
    counts = dict.fromkeys(PublicStage, 0)
    for stage, number in _stages_counted(programme.pk if programme else None):
        counts[public_stage(stage)] += number
    return counts


@prepared
def _stages_counted(programme: int | None) -> QuerySet[Site, Any]:
    listed = Site.objects.listed().filter(programme=programme).order_by()
    return listed.values_list("stage").annotate(Count("pk"))


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
    """One step; `mend_by` is the day a warned site was given."""

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
    inside = Q(action=Action.UPHOLD_OBJECTION, from_stage=Stage.ACCEPTED)
    return StageChange.objects.filter(site=site, action__in=_STEPS).exclude(inside).order_by("-pk")


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


def determined_places(determination: Determination) -> list[tuple[str, list[Site]]]:
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
    return [(place, list(group)) for place, group in groupby(sites, key=_place)]


def items_in_force() -> QuerySet[Item]:
    """The items of the standards in force, in their order."""
    in_force = Item.objects.filter(section__standard__in=Standard.objects.published())
    return in_force.select_related("section__standard").order_by(
        "section__standard__kind", "section__ordinal", "ordinal"
    )


def _place(site: Site) -> str:
    city = site.level == Level.CITY
    return str(Level.CITY.label) if city else site.filing.organisation.short_name
