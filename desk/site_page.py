"""One site as its page on the desk shows it: what comes next, where it stands, and everything by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, cast

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts.models import User
from accounts.rules import is_office, sees_city
from assessments.models import Assessment, Evidence, Finding, Sheet, VisitReport
from assessments.rules import has_sheets, may_stand_aside
from core.http import record_address
from core.prepared import prepared
from publicity.pages.recheck_proposals import RegularRecheck, regular_recheck
from publicity.rules import hangs_up_posters, reads_objections
from sites import services
from sites.calendar import today
from sites.chronology import Chapter
from sites.enums import Stage
from sites.models import Filing, Site
from sites.rules import is_own_unit
from sites.services.vacancies import Posts

from .chronology import Chronology, Month
from .dossiers.rights import may_ask
from .figures.radar import SiteScores, scores_of
from .next_step import Step, steps
from .site_facts import Facts, with_facts
from .stage_progress import ShownStage, stage_progress

# Of a long chronology so many events are shown at first.
SHOWN = 50


class PageFacts(Facts, Posts):
    """And what its page shows besides."""

    sees_list: bool
    evidence_count: int | None
    finding_count: int | None
    sent_key: int | None
    report_count: int | None


ShownSite: TypeAlias = "WithAnnotations[Site, PageFacts]"


def site_to_show(user: User, key: int) -> ShownSite:
    """The site of this key with what the page asks about: one query, and one for the liaisons.

    404 where this person sees none.
    """
    for site in _shown(user, key):
        return site
    raise Http404


@prepared
def _shown(user: User, site: int) -> QuerySet[ShownSite]:
    evidence = Evidence.objects.visible_to(user).current().filter(site=OuterRef("pk"))
    findings = Finding.objects.visible_to(user).filter(assessment__site=OuterRef("pk"))
    reports = VisitReport.objects.visible_to(user).filter(assessment__site=OuterRef("pk"))
    sent = Assessment.objects.filter(site=OuterRef("pk"), assignment__isnull=False, round__closed_on=None)
    sent = sent.exclude(Exists(Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))))
    seen = services.with_posts(Site.objects.visible_to(user).filter(pk=site)).annotate(
        sees_list=Exists(Filing.objects.visible_to(user).filter(pk=OuterRef("filing"))),
        evidence_count=_count(evidence, "site"),
        finding_count=_count(findings, "assessment__site"),
        report_count=_count(reports, "assessment__site"),
        sent_key=Subquery(sent.order_by("-pk").values("pk")[:1]),
    )
    facts = with_facts(seen, today=today(), reader=user).select_related("programme__rulebook")
    return cast("QuerySet[ShownSite]", facts.defer("programme__text").prefetch_related("liaisons"))


def _count(records: QuerySet[Any], by: str) -> Subquery:
    return Subquery(records.order_by().values(by).annotate(n=Count("pk", distinct=True)).values("n"))


@dataclass(frozen=True)
class Way:
    """A page of the site to go to, and how much is on it."""

    label: str
    url: str
    count: int | None = None


class SitePage:
    """The page as `reader` sees it; `site` comes from `site_to_show`."""

    def __init__(self, site: ShownSite, reader: User, *, chapter: Chapter | None, whole: bool) -> None:
        self.site, self.reader, self.chapter, self.whole = site, reader, chapter, whole
        self._chronology = Chronology(site, reader)
        self._rows = self._chronology.of(chapter)

    @property
    def total(self) -> int:
        return len(self._rows)

    @cached_property
    def months(self) -> list[Month]:
        return self._chronology.told(self._rows if self.whole else self._rows[:SHOWN])

    @property
    def is_cut(self) -> bool:
        return not self.whole and self.total > SHOWN

    @property
    def stages(self) -> list[ShownStage]:
        return stage_progress(self.site, self._chronology.steps)

    @property
    def steps(self) -> list[tuple[Step, str]]:
        """What comes next, and what can be done meanwhile, each with where the reader does it, if at all."""
        return [(step, self._here(step)) for step in steps(self.site)]

    def _here(self, step: Step) -> str:
        """Nothing leads from a page to itself."""
        is_readers = reads_objections(self.reader) if step.named else step.is_for(self.reader)
        return step.url if is_readers and step.url != self.site.get_absolute_url() else ""

    @property
    def gaps(self) -> list[str]:
        return services.missing(self.site)

    @property
    def may_ask(self) -> bool:
        """For its dossier."""
        return may_ask(self.reader)

    @cached_property
    def regular_recheck(self) -> RegularRecheck | None:
        """By when it is to be rechecked by the rulebook's months."""
        return regular_recheck(self.site.pk, self.reader) if self.site.stage == Stage.NAMED else None

    @cached_property
    def scores(self) -> SiteScores:
        return scores_of(self.site, self.reader)

    @property
    def ways(self) -> Iterator[Way]:
        """The site's other pages, as far as they are this reader's."""
        reader, site = self.reader, self.site
        yield self._way(_("Work plan"), "sites:plan")
        yield self._way(_("Timetable"), "sites:timetable")
        yield self._way(_("Liaisons"), "sites:liaisons")
        yield self._way(_("Guidance, investment, facilities"), "sites:means")
        yield self._way(_("Replacement of the window"), "sites:replacement")
        yield self._way(_("Evidence"), "assessments:evidence", site.evidence_count or 0)
        yield self._way(_("Findings"), "assessments:rectification", site.finding_count or 0)
        if site.sent_key and (is_own_unit(reader, site) or is_office(reader)):
            receiver = record_address("assessments:visit_receiver", site.sent_key)
            yield Way(_("Who receives the inspection team"), receiver)
        if site.report_count:
            yield self._way(_("Visit reports"), "assessments:visit_reports", site.report_count)
        if has_sheets(reader):
            yield Way(_("Score sheets"), reverse("assessments:my_sheets"))
        if sees_city(reader):
            yield Way(_("Rounds and teams"), reverse("assessments:rounds"))
            yield self._way(_("Acceptance"), "assessments:acceptance")
            yield self._way(_("Recusals"), "assessments:site_recusals")
        elif may_stand_aside(reader):
            yield self._way(_("Stand aside"), "assessments:recuse")
        if site.appraisal and hangs_up_posters(reader):
            key = [site.appraisal]
            yield Way(
                _("Poster of the public appraisal"), reverse("publicity_desk:appraisal_poster", args=key)
            )
            forms = reverse("publicity_desk:appraisal_forms", args=key)
            yield Way(_("Forms of the public appraisal on paper"), forms)
        if site.naming_key:
            naming = record_address("publicity_desk:naming", site.naming_key)
            yield Way(_("The naming"), naming)
        if site.stage in Stage.LISTED:
            yield self._way(_("Public page"), "publicity:site")

    def _way(self, label: str, name: str, count: int | None = None) -> Way:
        return Way(label, record_address(name, self.site.pk), count)
