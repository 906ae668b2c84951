"""The papers of one site's acceptance: the notice to its unit and the report to the leading group."""

from collections import Counter
from typing import Any

from django.utils import translation

from accounts.models import User
from assessments.enums import FurtherKind, RoundKind, Verdict
from assessments.goals import closed_findings
from assessments.marks import section_marks, sections_compared
from assessments.models import Acceptance, AppraisalResult, FurtherForm
from assessments.queries import signed_sheet
from assessments.scoring import plain
from documents.contexts import rules_cited, site_fields
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue

from .words import sentence, totals

_ADVICE = {Verdict.PASS: "通过验收", Verdict.FAIL: "不予通过验收"}
DECISIONS = {Verdict.PASS: "通过验收", Verdict.FAIL: "未通过验收"}


def issue_acceptance_papers(acceptance: Acceptance, *, by: User) -> list[Document]:
    """通知 to the unit, 报告 to the leading group, once that has decided (plan, part five, four)."""
    told = _told(acceptance)
    name = acceptance.assessment.site.window_name
    return [
        _issue(acceptance, DocumentKind.ACCEPTANCE_NOTICE, f"{name}示范点验收结果的通知", told, by),
        _issue(
            acceptance,
            DocumentKind.ACCEPTANCE_REPORT,
            f"{name}示范点验收情况的报告",
            told | _reported(acceptance),
            by,
        ),
    ]


def _issue(
    acceptance: Acceptance, kind: DocumentKind, matter: str, context: dict[str, Any], by: User
) -> Document:
    site = acceptance.assessment.site
    return issue(
        kind=kind,
        programme=site.programme,
        title=f"{OFFICE}关于{matter}",
        sites=[site],
        by=by,
        context=context,
    )


def _told(acceptance: Acceptance) -> dict[str, Any]:
    """What both papers say."""
    site, rulebook = acceptance.assessment.site, acceptance.assessment.round.rulebook
    sheet, inspection = signed_sheet(site, RoundKind.ACCEPTANCE), signed_sheet(site, RoundKind.INSPECTION)
    rectified = closed_findings([site.pk])
    before = section_marks(inspection) if inspection else ()
    with translation.override("zh-hans"):
        return {
            **site_fields(site),
            "level": site.get_level_display(),
            "inspected_on": sheet.signed_on if sheet else "",
            "sections": sections_compared(section_marks(sheet), before) if sheet else [],
            "standard_total": plain(acceptance.standard_score),
            "standard_maximum": plain(acceptance.standard_maximum),
            "inspection_total": totals(inspection)["total"],
            "scored_by": rules_cited([rulebook]),
            "pass_mark": plain(rulebook.pass_mark),
            "appraisal_sample": acceptance.appraisal_sample,
            "appraisal_score": plain(acceptance.appraisal_score),
            "bonus": plain(acceptance.bonus),
            "bonus_grounds": acceptance.bonus_grounds,
            "veto_reason": acceptance.veto_reason,
            "veto_grounds": acceptance.veto_grounds.rstrip("。"),
            "composite": plain(acceptance.composite),
            "band": str(acceptance.band.label),
            "decision": DECISIONS[Verdict(acceptance.decision)],
            "decided_on": acceptance.decided_on,
            "decision_note": sentence(acceptance.decision_note),
            "resolved": acceptance.resolution.words if acceptance.resolution else "",
            "rectifications_closed": rectified.of_these,
            "rectifications_total": rectified.all,
        }


def _reported(acceptance: Acceptance) -> dict[str, Any]:
    """What the leading group is told besides: how the result came about, and what the office advised."""
    rulebook = acceptance.assessment.round.rulebook
    with translation.override("zh-hans"):
        return {
            "appraisal_details": _appraisal_details(acceptance.appraisal),
            "standard_weight": f"{rulebook.standard_weight}%",
            "appraisal_weight": f"{rulebook.appraisal_weight}%",
            "further": further_words(acceptance),
            "working": acceptance.working,
            "recommendation": _ADVICE[Verdict(acceptance.recommendation)],
            "opinion": sentence(acceptance.opinion),
            "recommended_on": acceptance.recommended_on,
        }


def further_words(acceptance: Acceptance) -> str:
    """座谈会、明察暗访 and the like: which, how many, and what they count; "" where there was none."""
    held = Counter(
        str(FurtherKind(form.kind).label)
        for form in FurtherForm.objects.standing().filter(assessment=acceptance.assessment)
    )
    told = "、".join(f"{kind}{number}次" for kind, number in held.items())
    if not told or acceptance.further_score is None:
        return told and f"另采取{told}，供验收参考"
    weight = acceptance.assessment.round.rulebook.further_weight
    return f"另采取{told}，得分{plain(acceptance.further_score)}分，占{weight}%"


def _appraisal_details(appraisal: AppraisalResult | None) -> str:
    """What the score's weight depends on: its margin, and which answers it is made of."""
    if appraisal is None:
        return ""
    parts = [_on_paper(appraisal)] if appraisal.on_paper else []
    if appraisal.doubtful:
        without = "" if appraisal.firm_score is None else f"，不计存疑得分{plain(appraisal.firm_score)}分"
        parts.append(f"存疑{appraisal.doubtful}份{without}")
    margin = [] if appraisal.margin is None else [f"误差±{plain(appraisal.margin)}分"]
    return "；".join([*margin, *(["，".join(parts)] if parts else [])])


def _on_paper(appraisal: AppraisalResult) -> str:
    """How much of the sample was entered from paper, and what strikes about it."""
    struck = {"连续相同": appraisal.alike, "同一分钟录入": appraisal.same_minute}
    told = "、".join(f"{what}{number}份" for what, number in struck.items() if number)
    share = f"其中纸质{appraisal.on_paper}份（占{plain(appraisal.paper_share)}%）"
    return f"{share}，纸质中{told}" if told else share
