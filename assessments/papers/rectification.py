"""The papers of a site's rectification: the notice to the unit and the report to the leading group."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.models import User
from assessments.enums import ReplyKind, RoundKind
from assessments.evidence.before_and_after import Pictures, pictures_of
from assessments.models import Assessment, Finding, FindingReply, UnitSummary
from assessments.queries import findings_of, signed_sheet, standing_members, with_threads
from assessments.scoring import plain
from documents.contexts import rules_cited, site_fields
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue as issue_paper
from sites.calendar import arrangements, today, working_days_between
from sites.models import Holiday, Site

from .words import sentence, totals

_VIEWS = {ReplyKind.AGREE: "无异议", ReplyKind.DISAGREE: "有异议", ReplyKind.RETRACT: "已撤回异议"}
_NO_ITEM = {"code": "", "section": "总体情况", "item": "总体情况", "clause": "", "max_points": ""}


def issue_notice(assessment: Assessment, *, by: User) -> Document:
    """整改通知 to the unit: its gaps, its view of them, opinions and deadlines (plan, part five, three)."""
    site = assessment.site
    sheet = signed_sheet(site, RoundKind.INSPECTION)
    noticed = assessment.findings.noticed().select_related("item__section").prefetch_related("replies")
    findings = list(noticed)
    last = max(findings, key=lambda finding: finding.deadline or datetime.date.min)
    team = assessment.assignment.team
    return issue_paper(
        kind=DocumentKind.RECTIFICATION_NOTICE,
        programme=site.programme,
        title=f"{OFFICE}关于做好{site.window_name}示范点督查整改工作的通知",
        sites=[site],
        by=by,
        context={
            **site_fields(site),
            **totals(sheet),
            "inspected_on": sheet.signed_on if sheet else "",
            "team": team.name,
            "inspectors": "、".join(
                f"{'组长' if member.is_leader else '成员'}{member.user.name}"
                for member in standing_members(assessment).select_related("user")
            ),
            "pass_mark": plain(assessment.round.rulebook.pass_mark),
            "scored_by": rules_cited([assessment.round.rulebook]),
            "findings": [_notice_row(finding) for finding in findings],
            "deadline": last.deadline,
            "deadline_counted": last.deadline_counted,
        },
    )


def issue_report(site: Site, *, by: User) -> Document:
    """整改情况报告 to the leading group (plan, part five, three: 将整改情况形成书面材料报…领导小组)."""
    notice = site.documents.standing().filter(kind=DocumentKind.RECTIFICATION_NOTICE).first()
    findings = list(with_threads(findings_of(site).noticed().select_related("item__section")))
    summary = UnitSummary.objects.filter(site=site).first()
    sheet = signed_sheet(site, RoundKind.INSPECTION)
    return issue_paper(
        kind=DocumentKind.RECTIFICATION_REPORT,
        programme=site.programme,
        title=f"{OFFICE}关于{site.window_name}示范点整改情况的报告",
        sites=[site],
        by=by,
        context={
            **site_fields(site),
            **totals(sheet),
            "scored_by": rules_cited([sheet.assessment.round.rulebook] if sheet else []),
            "notice_number": notice.full_number if notice else "",
            "findings": _report_rows(site, findings),
            "unit_summary": sentence(summary.text) if summary else "",
        },
    )


def item_fields(finding: Finding) -> dict[str, str]:
    """What a finding is about, as printed."""
    if finding.item is None:
        return _NO_ITEM
    return {
        "code": finding.item.code,
        "section": finding.item.section.name,
        "item": finding.item.text,
        "clause": finding.item.clause,
        "max_points": plain(finding.item.points),
    }


def late_words(days: int) -> str:
    """How late, as printed; an answer on the weekend after the deadline is late by no working day."""
    return f"逾期{days}个工作日" if days else "逾期"


def _notice_row(finding: Finding) -> dict[str, Any]:
    return {
        **item_fields(finding),
        **_hearing_fields(finding.replies.all()),
        "points": plain(finding.points if finding.points is not None else Decimal(0)),
        "reason": finding.reason,
        "opinion": finding.opinion,
        "working_days": finding.working_days,
        "deadline": finding.deadline,
    }


def _hearing_fields(replies: Iterable[FindingReply]) -> dict[str, str]:
    """What the unit said before the notice, and the office's answer; empty where nothing was said."""
    said = [reply for reply in replies if reply.kind in ReplyKind.HEARING]
    words = [reply for reply in said if reply.kind != ReplyKind.UPHOLD]
    kept = [reply for reply in said if reply.kind == ReplyKind.UPHOLD]
    return {"unit_view": _view(words[-1]) if words else "", "office_answer": kept[-1].text if kept else ""}


def _view(reply: FindingReply) -> str:
    view = _VIEWS[ReplyKind(reply.kind)]
    late = "（逾期提出）" if reply.is_late else ""
    return f"{view}{late}：{reply.text}" if reply.text else f"{view}{late}"


def _report_rows(site: Site, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    pictures = pictures_of(site, findings)
    days = [
        day for finding in findings for reply in finding.replies.all() for day in (reply.due_on, reply.on)
    ]
    known = [day for day in days if day]
    arranged = arrangements(min(known), max(known)) if known else {}
    return [_report_row(finding, pictures[finding.pk], arranged) for finding in findings]


def _report_row(
    finding: Finding, pictures: Pictures, arranged: Mapping[datetime.date, Holiday]
) -> dict[str, Any]:
    """One finding with its last answer and the day it was verified."""
    replies = list(finding.replies.all())
    answers = [reply for reply in replies if reply.kind == ReplyKind.ANSWER]
    verified = [reply for reply in replies if reply.kind == ReplyKind.VERIFY]
    fields = item_fields(finding)
    return {
        **_hearing_fields(replies),
        "code": fields["code"],
        "item": fields["item"],
        "reason": finding.reason,
        "opinion": finding.opinion,
        "deadline": finding.deadline,
        "answer": answers[-1].text if answers else "",
        "answered_on": answers[-1].on if answers else "",
        "late": _late(answers[0], arranged) if answers else "",
        "sent_back": sum(reply.kind == ReplyKind.SEND_BACK for reply in replies),
        "extended": sum(reply.kind == ReplyKind.EXTEND for reply in replies),
        "verified_on": verified[-1].on if verified else "",
        "files": sum(len(reply.evidence.files.all()) for reply in answers if reply.evidence),
        "pictures_before": len(pictures.before),
        "pictures_after": len(pictures.after),
    }


def late_span(replies: Iterable[FindingReply]) -> tuple[datetime.date, datetime.date]:
    """From the first deadline missed to the last late reply: the days over which lateness is counted."""
    late = [reply for reply in replies if reply.is_late and reply.due_on]
    starts = [reply.due_on for reply in late if reply.due_on]
    return min(starts, default=today()), max((reply.on for reply in late), default=today())


def _late(answer: FindingReply, arranged: Mapping[datetime.date, Holiday]) -> str:
    """How late the first answer was; empty where it was in time."""
    if not answer.is_late or answer.due_on is None:
        return ""
    return late_words(working_days_between(answer.due_on, answer.on, arranged))
