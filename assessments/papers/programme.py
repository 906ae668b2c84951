"""总体验收报告 of a programme: which sites were accepted, and how far the plan's goals are reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from accounts.models import User
from assessments.enums import Verdict
from assessments.goals import EFFECT, SUPERVISION, Goals, closed_findings, goals
from assessments.marks import marks_of
from assessments.models import Acceptance, Sheet
from assessments.scoring import plain
from documents.contexts import listed_sites, rules_cited
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme
from sites.models.sites import SiteQuerySet
from standards.enums import Kind

from .acceptance import DECISIONS


@dataclass(frozen=True)
class Standing:
    """How far the acceptance of some sites is; `results` holds the decisions that stand, one a site."""

    sites: int  # determined
    results: list[Acceptance]
    goals: Goals  # of the accepted ones

    @property
    def passed(self) -> int:
        return sum(result.decision == Verdict.PASS for result in self.results)

    @property
    def failed(self) -> int:
        return len(self.results) - self.passed

    @property
    def waiting(self) -> int:
        return self.sites - len(self.results)


def standing(sites: SiteQuerySet) -> Standing:
    """As things are today. Of several decisions on a site the last stands.

    A site that passed and is in rectification again, as an objection was upheld, waits for a new one.
    """
    determined = sites.filter(stage__in=Stage.LISTED)
    decided = (
        Acceptance.objects.filter(assessment__site__in=determined)
        .exclude(decision="")
        .select_related(
            "assessment__round__rulebook", "assessment__standard", "assessment__site__organisation"
        )
        .order_by("assessment__site__level", "assessment__site", "pk")
    )
    last = {result.assessment.site_id: result for result in decided}
    results = [result for result in last.values() if not _must_come_again(result)]
    return Standing(sites=determined.count(), results=results, goals=_goals(results))


def _must_come_again(result: Acceptance) -> bool:
    again = result.assessment.site.stage in (Stage.RECTIFYING, Stage.RECTIFIED)
    return again and result.decision == Verdict.PASS


def _goals(results: Sequence[Acceptance]) -> Goals:
    passed = [result for result in results if result.decision == Verdict.PASS]
    signed = Sheet.objects.signed_finals().filter(assessment__in=[result.assessment_id for result in passed])
    sheets = list(signed.select_related("assessment__site"))
    kinds = [Kind(sheet.assessment.site.kind) for sheet in sheets]
    return goals(
        list(zip(kinds, marks_of(sheets), strict=True)),
        answered=[(result.appraisal_sample, result.appraisal_score) for result in passed],
        rectified=closed_findings(result.assessment.site_id for result in passed),
    )


# -- the paper -----------------------------------------------------------------


def issue_paper(
    programme: Programme, context: dict[str, Any], *, results: Sequence[Acceptance], by: User
) -> Document:
    """Issue the report to the leading group; `context` is that of `paper_fields`."""
    return issue(
        kind=DocumentKind.PROGRAMME_ACCEPTANCE,
        programme=programme,
        title=f"{OFFICE}关于政务公开和办事公开示范点验收情况的报告",
        sites=[result.assessment.site for result in results],
        by=by,
        context=context,
    )


def paper_fields(found: Standing) -> dict[str, Any]:
    """The paper's fields as things stand today."""
    return {
        "as_of": today(),
        "sites_total": found.sites,
        "examined": len(found.results),
        "passed": found.passed,
        "failed": found.failed,
        "waiting": found.waiting,
        "scored_by": rules_cited(result.assessment.round.rulebook for result in found.results),
        "sites": _site_rows(found.results),
        "goals": [*_rate_rows(found.goals), *_shown_rows(found.goals)],
    }


def _site_rows(results: Sequence[Acceptance]) -> list[dict[str, Any]]:
    rows = listed_sites(result.assessment.site for result in results)
    with translation.override("zh-hans"):
        return [
            {
                **row,
                "standard": f"{plain(result.standard_score)}/{plain(result.standard_maximum)}",
                "appraisal": plain(result.appraisal_score),
                "sample": result.appraisal_sample,
                "composite": plain(result.composite),
                "band": str(result.band.label),
                "decision": DECISIONS[Verdict(result.decision)],
            }
            for row, result in zip(rows, results, strict=True)
        ]


def _rate_rows(found: Goals) -> list[dict[str, str]]:
    return [
        {
            "goal": rate.goal,
            **{
                kind.value: "" if share is None else f"{plain(share)}%"
                for kind, share in rate.by_kind.items()
            },
            "shown_by": "",
        }
        for rate in found.rates
    ]


def _shown_rows(found: Goals) -> list[dict[str, str]]:
    empty = {"government_affairs": "", "service": ""}
    return [
        {"goal": SUPERVISION, **empty, "shown_by": _supervision_words(found)},
        {"goal": EFFECT, **empty, "shown_by": _effect_words(found)},
    ]


def _supervision_words(found: Goals) -> str:
    with translation.override("zh-hans"):
        parts = [
            f"{each.kind.label}{each.met.of_these}/{each.met.all}项次（{plain(each.met.percent)}%）"
            for each in found.supervised
        ]
    return f"监督、评议、考核、责任追究、投诉救济等检查项符合情况：{'，'.join(parts)}。" if parts else ""


def _effect_words(found: Goals) -> str:
    words = []
    if found.appraisals:
        words.append(f"社会评议平均{plain(found.appraisals.score)}分（{found.appraisals.people}份）")
    if found.rectified.all:
        words.append(f"改进意见{found.rectified.all}项，办结{found.rectified.of_these}项")
    return f"{'；'.join(words)}。" if words else ""
