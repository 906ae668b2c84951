"""One site's rectification as its page shows it: the threads, the papers, and what the reader may do now."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from accounts.models import Motion, User
from accounts.rules import sees_city
from assessments.enums import FindingState, ReplyKind
from assessments.finding_steps import STEPS
from assessments.models import Finding, Round, UnitSummary
from assessments.queries import Hearing, findings_of, hearing_of
from assessments.rules import checks_rectification
from assessments.services.hearing import NOTICE
from documents.models import Document
from documents.papers import DocumentKind
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.rules import is_own_unit
from standards.models import Section

from .thread import Thread, threads

PAPERS = (DocumentKind.RECTIFICATION_NOTICE, DocumentKind.RECTIFICATION_REPORT)


# So many findings are shown unfolded.
FEW = 5


@dataclass(frozen=True)
class Part:
    """The findings of a round in one section of the standard; without one, of the site as a whole."""

    section: Section | None
    round: Round
    threads: list[Thread]

    @property
    def to_answer(self) -> int:
        return self._count(FindingState.WITH_UNIT)

    @property
    def to_verify(self) -> int:
        return self._count(FindingState.TO_VERIFY)

    def _count(self, states: Collection[str]) -> int:
        return sum(thread.finding.state in states for thread in self.threads)


@dataclass(frozen=True)
class RectificationPage:
    """`left` counts findings neither verified nor withdrawn, `uncommented` those put and not commented on.

    The threads name notices that may be `void`, whether the reader reads them or not.
    `mine`: those whose next step is the reader's: a unit answers, a district confirms, the office verifies.
    """

    threads: list[Thread]
    hearing: Hearing
    papers: list[Document]
    motions: list[Motion]
    void: list[Document]
    left: int
    mine: list[Finding]
    uncommented: int
    overdue: int
    rectifying: bool
    is_unit: bool
    is_office: bool
    may_reopen: bool
    reads_letters: bool
    summary: UnitSummary | None

    @property
    def is_short(self) -> bool:
        return len(self.threads) <= FEW

    @property
    def parts(self) -> list[Part]:
        """In the order of the findings."""
        found = groupby(self.threads, key=lambda thread: _place(thread.finding))
        return [Part(section, round_, list(these)) for (section, round_), these in found]


def _place(finding: Finding) -> tuple[Section | None, Round]:
    return finding.item.section if finding.item else None, finding.assessment.round


def _to_act(site: Site, reader: User) -> tuple[str, ...]:
    """The states in which a finding waits for this reader."""
    waiting = (STEPS[step] for step in (ReplyKind.ANSWER, ReplyKind.CONFIRM, ReplyKind.VERIFY))
    return next((step.sources_at(site) for step in waiting if step.who(reader, site)), ())


def rectification_page(site: Site, reader: User) -> RectificationPage:
    """The page as `reader` sees it; `site` comes with its organisation and its unit's summary."""
    shown = threads(site, findings_of(site).visible_to(reader).with_view(), reader)
    findings = [thread.finding for thread in shown]
    office, rectifying = checks_rectification(reader), site.stage == Stage.RECTIFYING
    hearing = hearing_of(findings, on=today())
    is_unit = rectifying and is_own_unit(reader, site)
    to_act = _to_act(site, reader) if rectifying else ()
    return RectificationPage(
        threads=shown,
        hearing=hearing,
        papers=list(site.documents.visible_to(reader).filter(kind__in=PAPERS)),
        motions=list(Motion.objects.open().about(site).filter(kind=NOTICE)) if sees_city(reader) else [],
        void=list(site.documents.filter(kind=PAPERS[0], withdrawn_on__isnull=False).defer("context")),
        left=sum(finding.state not in FindingState.SETTLED for finding in findings),
        mine=[finding for finding in findings if finding.state in to_act],
        uncommented=sum(finding.view is None for finding in hearing.put),
        overdue=sum(finding.is_overdue(today()) for finding in findings),
        rectifying=rectifying,
        is_unit=is_unit,
        is_office=rectifying and office,
        reads_letters=office,
        may_reopen=office and site.stage == Stage.NOT_ACCEPTED,
        summary=getattr(site, "rectification_summary", None),
    )
