"""The papers this room leaves behind: what each says, frozen from the records."""

from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from documents.contexts import site_fields
from documents.models import Document
from documents.papers import LEADING_GROUP, OFFICE, DocumentKind
from documents.services import issue
from sites.models import Site

from .enums import ReplyKind, RoundKind, Verdict
from .marks import section_marks, sections_compared, sheet_score
from .models import Acceptance, Assessment, Finding, Sheet
from .queries import findings_of, signed_sheet, standing_members
from .scoring import plain

_NO_ITEM = {"code": "", "section": "总体情况", "item": "总体情况", "clause": "", "max_points": ""}
_ADVICE = {Verdict.PASS: "通过验收", Verdict.FAIL: "不予通过验收"}
_DECISIONS = {Verdict.PASS: "通过验收", Verdict.FAIL: "未通过验收"}


def issue_rectification_notice(assessment: Assessment, *, by: User) -> Document:
    """整改通知 to the unit: its gaps, the opinions and the deadline (plan, part five, three)."""
    site = assessment.site
    sheet = signed_sheet(site, RoundKind.INSPECTION)
    findings = list(assessment.findings.select_related("item__section"))
    team = assessment.assignment.team
    return issue(
        kind=DocumentKind.RECTIFICATION_NOTICE,
        programme=site.programme,
        title=f"{OFFICE}关于做好{site.window_name}示范点督查整改工作的通知",
        addressee=site.organisation.name,
        copies_to=LEADING_GROUP,
        sites=[site],
        by=by,
        context={
            **site_fields(site),
            **_totals(sheet),
            "inspected_on": sheet.signed_on if sheet else "",
            "team": team.name,
            "inspectors": "、".join(
                f"{'组长' if member.is_leader else '成员'}{member.user.name}"
                for member in standing_members(assessment).select_related("user")
            ),
            "pass_mark": plain(assessment.round.rulebook.pass_mark),
            "findings": [_notice_row(finding) for finding in findings],
            "deadline": max(finding.deadline for finding in findings if finding.deadline),
            "deadline_counted": _counted_in_chinese(findings[0]),
        },
    )


def issue_rectification_report(site: Site, *, by: User) -> Document:
    """整改情况报告 to the leading group (plan, part five, three: 将整改情况形成书面材料报…领导小组)."""
    notice = site.documents.filter(kind=DocumentKind.RECTIFICATION_NOTICE).first()
    findings = findings_of(site).select_related("item__section").prefetch_related("replies__evidence__files")
    return issue(
        kind=DocumentKind.RECTIFICATION_REPORT,
        programme=site.programme,
        title=f"{OFFICE}关于{site.window_name}示范点整改情况的报告",
        addressee=LEADING_GROUP,
        sites=[site],
        by=by,
        context={
            **site_fields(site),
            **_totals(signed_sheet(site, RoundKind.INSPECTION)),
            "notice_number": notice.full_number if notice else "",
            "findings": [_report_row(finding) for finding in findings],
        },
    )


def issue_acceptance_report(acceptance: Acceptance, *, by: User) -> Document:
    """验收报告 of one site, once the leading group has decided (plan, part five, four)."""
    site, rulebook = acceptance.assessment.site, acceptance.assessment.round.rulebook
    sheet, inspection = signed_sheet(site, RoundKind.ACCEPTANCE), signed_sheet(site, RoundKind.INSPECTION)
    findings = list(findings_of(site))
    with translation.override("zh-hans"):
        context = {
            **site_fields(site),
            "level": site.get_level_display(),
            "inspected_on": sheet.signed_on if sheet else "",
            "sections": sections_compared(sheet, inspection) if sheet else [],
            "standard_total": plain(acceptance.standard_score),
            "standard_maximum": plain(acceptance.standard_maximum),
            "inspection_total": _totals(inspection)["total"],
            "pass_mark": plain(rulebook.pass_mark),
            "appraisal_sample": acceptance.appraisal_sample,
            "appraisal_score": plain(acceptance.appraisal_score),
            "standard_weight": f"{rulebook.standard_weight}%",
            "appraisal_weight": f"{rulebook.appraisal_weight}%",
            "bonus": plain(acceptance.bonus),
            "bonus_grounds": acceptance.bonus_grounds,
            "veto_reason": acceptance.veto_reason,
            "composite": plain(acceptance.composite),
            "working": acceptance.working,
            "band": str(acceptance.band.label),
            "recommendation": _ADVICE[Verdict(acceptance.recommendation)],
            "opinion": _sentence(acceptance.opinion),
            "recommended_on": acceptance.recommended_on,
            "decision": _DECISIONS[Verdict(acceptance.decision)],
            "decided_on": acceptance.decided_on,
            "decision_note": _sentence(acceptance.decision_note),
            "rectifications_closed": sum(finding.state == "verified" for finding in findings),
            "rectifications_total": len(findings),
        }
    return issue(
        kind=DocumentKind.ACCEPTANCE_REPORT,
        programme=site.programme,
        title=f"{OFFICE}关于{site.window_name}示范点的验收报告",
        copies_to=f"{LEADING_GROUP}，{site.organisation}",
        sites=[site],
        by=by,
        context=context,
    )


def _sentence(text: str) -> str:
    """What a person typed, with the end mark that people leave out."""
    return text if not text or text.endswith(("。", "！", "？", "”")) else f"{text}。"


def _totals(sheet: Sheet | None) -> dict[str, str]:
    if sheet is None:
        return {"total": "", "maximum": ""}
    score = sheet_score(section_marks(sheet))
    return {"total": plain(score.points), "maximum": plain(score.maximum)}


def _item_fields(finding: Finding) -> dict[str, str]:
    if finding.item is None:
        return _NO_ITEM
    return {
        "code": finding.item.code,
        "section": finding.item.section.name,
        "item": finding.item.text,
        "clause": finding.item.clause,
        "max_points": plain(finding.item.points),
    }


def _notice_row(finding: Finding) -> dict[str, Any]:
    return {
        **_item_fields(finding),
        "points": plain(finding.points if finding.points is not None else Decimal(0)),
        "reason": finding.reason,
        "opinion": finding.opinion,
        "deadline": finding.deadline,
    }


def _report_row(finding: Finding) -> dict[str, Any]:
    """One finding with its last answer and the day it was verified."""
    replies = list(finding.replies.all())
    answers = [reply for reply in replies if reply.kind == ReplyKind.ANSWER]
    verified = [reply for reply in replies if reply.kind == ReplyKind.VERIFY]
    fields = _item_fields(finding)
    return {
        "code": fields["code"],
        "item": fields["item"],
        "opinion": finding.opinion,
        "answer": answers[-1].text if answers else "",
        "answered_on": answers[-1].on if answers else "",
        "verified_on": verified[-1].on if verified else "",
        "files": sum(len(reply.evidence.files.all()) for reply in answers if reply.evidence),
    }


def _counted_in_chinese(finding: Finding) -> str:
    if finding.deadline_counted:
        return finding.deadline_counted
    with translation.override("zh-hans"):
        return f"整改期限由督查组指定，截至{date_format(finding.deadline)}。" if finding.deadline else ""
