"""One site's acceptance as its page shows it: both sides' part, and what the result rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from assessments.enums import RoundKind
from assessments.goals import GoalPart, Goals, closed_findings, goals
from assessments.judging import composite_by
from assessments.marks import SectionMarks, marks_of, sections_compared, sheet_score
from assessments.models import Acceptance, AppraisalResult, FurtherForm, Sheet
from assessments.rules import decides, recommends
from assessments.scoring import Composite
from assessments.services import acceptance
from assessments.services.further import mean_score
from documents.models import DocumentQuerySet
from documents.papers import DocumentKind
from sites.enums import Stage
from sites.models import Site
from standards.enums import Kind
from standards.models import Rulebook


@dataclass(frozen=True)
class AcceptancePage:
    """`last` is the newest signed on-site sheet; `sheet` is it too, unless the site has to be visited anew.

    `results` are the site's, the newest first, each with what keeps it from passing while it is undecided.
    `prospect` is what sheet and appraisal come to without a bonus.
    """

    results: list[tuple[Acceptance, list[str]]]
    waiting: Acceptance | None
    last: Sheet | None
    sheet: Sheet | None
    rulebook: Rulebook | None
    appraisal: AppraisalResult | None
    enough: bool  # people answered it
    prospect: Composite | None
    sections: list[dict[str, str]]
    goals: Goals | None
    findings: GoalPart  # closed, of all
    further: list[FurtherForm]
    rectified: bool
    papers: DocumentQuerySet
    may_send: bool
    may_add_further: bool
    may_recommend: bool
    may_decide: bool
    may_reopen: bool


def acceptance_page(site: Site, reader: User) -> AcceptancePage:
    """The page as `reader` sees it."""
    results = list(results_of(site))
    waiting = next((result for result in results if result.is_undecided), None)
    signed = _signed_sheets(site)
    marks = dict(zip(signed, marks_of(list(signed.values())), strict=True))
    last = signed.get(RoundKind.ACCEPTANCE)
    sheet = None if last is None or last.assessment.spent_on else last
    rulebook = sheet.assessment.round.rulebook if sheet else None
    appraisal = acceptance.appraisal_on_file(site)
    enough = bool(rulebook and appraisal and appraisal.suffices(rulebook))
    rectified = site.stage == Stage.RECTIFIED
    goes_on = rectified and waiting is None
    findings = closed_findings([site.pk])
    on_site = marks.get(RoundKind.ACCEPTANCE, ())
    further = list(FurtherForm.objects.of_site(site).select_related("by")) if last else []
    prospect = None
    if goes_on and enough and rulebook and appraisal:
        prospect = composite_by(
            rulebook, sheet_score(on_site), appraisal=appraisal.score, further=mean_score(further)
        )
    return AcceptancePage(
        results=[(each, acceptance.unmet_conditions(each) if each.is_undecided else []) for each in results],
        waiting=waiting,
        last=last,
        sheet=sheet,
        rulebook=rulebook,
        appraisal=appraisal if goes_on else None,
        enough=enough,
        prospect=prospect,
        sections=sections_compared(on_site, marks.get(RoundKind.INSPECTION, ())),
        goals=_goals(site, on_site, results, appraisal if enough else None, findings) if last else None,
        findings=findings,
        further=further,
        rectified=rectified,
        papers=site.documents.filter(
            kind__in=(DocumentKind.ACCEPTANCE_NOTICE, DocumentKind.ACCEPTANCE_REPORT)
        ),
        may_send=recommends(reader),
        may_add_further=bool(sheet) and goes_on and recommends(reader),
        may_recommend=enough and goes_on and recommends(reader),
        may_decide=bool(waiting) and rectified and decides(reader),
        may_reopen=recommends(reader) and site.stage == Stage.NOT_ACCEPTED,
    )


def results_of(site: Site) -> QuerySet[Acceptance]:
    """The site's results, the newest first, ready for the workflow."""
    related = Acceptance.objects.filter(assessment__site=site).select_related(
        "assessment__round__rulebook",
        "assessment__site__programme",
        "appraisal",
        "recommended_by",
        "decided_by",
        "resolution__meeting",
    )
    return related.order_by("-pk")


def _signed_sheets(site: Site) -> dict[RoundKind, Sheet]:
    """The newest signed sheets of the site's inspection and acceptance; one query."""
    kinds = (RoundKind.INSPECTION, RoundKind.ACCEPTANCE)
    signed = Sheet.objects.signed_finals().filter(assessment__site=site, assessment__round__kind__in=kinds)
    related = signed.select_related("assessment__round__rulebook").order_by("assessment__round__ordinal")
    return {RoundKind(sheet.assessment.round.kind): sheet for sheet in related}


def _goals(
    site: Site,
    marks: tuple[SectionMarks, ...],
    results: Sequence[Acceptance],
    appraisal: AppraisalResult | None,
    findings: GoalPart,
) -> Goals:
    """The site's part of the goals, with the appraisal of its newest result, else the one that will count."""
    answered = [(result.appraisal_sample, result.appraisal_score) for result in results[:1]]
    if not answered and appraisal:
        answered = [(appraisal.sample, appraisal.score)]
    return goals([(Kind(site.kind), marks)], answered=answered, rectified=findings)
