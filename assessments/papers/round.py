"""整改工作情况报告 of a whole round: what was found, what is closed, what is overdue, site by site."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.utils import translation

from accounts.models import User
from assessments.enums import FindingState
from assessments.models import Finding, Round, Sheet
from documents.contexts import rules_cited
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue
from sites.calendar import arrangements, today, working_days_between
from sites.enums import Stage

from .rectification import item_fields, late_words
from .words import totals


def signed_sheets(round: Round) -> list[Sheet]:  # noqa: A002
    """The signed final sheets of a round, one a site inspected."""
    signed = Sheet.objects.signed_finals().filter(assessment__round=round)
    related = signed.select_related("assessment__round", "assessment__site__organisation")
    return list(related.order_by("assessment__site__level", "assessment__site__pk"))


def issue_paper(round: Round, context: dict[str, Any], *, sheets: Sequence[Sheet], by: User) -> Document:  # noqa: A002
    """Issue the report to the leading group; `context` is that of `paper_fields`."""
    return issue(
        kind=DocumentKind.RECTIFICATION_SUMMARY,
        programme=round.programme,
        title=f"{OFFICE}关于{round.title}整改工作情况的报告",
        sites=[sheet.assessment.site for sheet in sheets],
        by=by,
        context=context,
    )


def paper_fields(round: Round, sheets: Sequence[Sheet]) -> dict[str, Any]:  # noqa: A002
    """The paper's fields as things stand today."""
    kept = Finding.objects.filter(assessment__in=[sheet.assessment_id for sheet in sheets])
    findings = list(
        kept.exclude(state=FindingState.WITHDRAWN).select_related("item__section", "assessment__site")
    )
    return {
        "round": round.title,
        "scored_by": rules_cited([round.rulebook]),
        "sites_total": round.assessments.count(),
        "sections": _section_rows(findings),
        "sites": _site_rows(sheets, findings),
        "overdue": _overdue_rows(findings),
        "put": sum(finding.state == FindingState.PUT for finding in findings),
    }


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    findings = list(findings)
    return {
        "findings": len(findings),
        "verified": sum(finding.state == FindingState.VERIFIED for finding in findings),
        "answered": sum(finding.state in FindingState.TO_VERIFY for finding in findings),
        "open": sum(finding.state in FindingState.WITH_UNIT for finding in findings),
        "overdue": sum(finding.is_overdue(today()) for finding in findings),
    }


def _section_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """By the sections' names, in the standards' order; gaps of a whole site come last."""
    named = [(item_fields(finding)["section"], finding) for finding in findings]
    ranks = {name: _rank(finding) for name, finding in named}
    named.sort(key=lambda pair: (ranks[pair[0]], pair[0]))
    return [
        {"name": name, **_counts(finding for _name, finding in group)}
        for name, group in groupby(named, key=lambda pair: pair[0])
    ]


def _rank(finding: Finding) -> int:
    return finding.item.section.ordinal if finding.item else 99


def _site_rows(sheets: Sequence[Sheet], findings: Sequence[Finding]) -> list[dict[str, Any]]:
    rows = []
    for ordinal, sheet in enumerate(sheets, start=1):
        site = sheet.assessment.site
        own = [finding for finding in findings if finding.assessment_id == sheet.assessment_id]
        counts = _counts(own)
        with translation.override("zh-hans"):
            level = site.get_level_display()
        rows.append(
            {
                "ordinal": ordinal,
                "site": site.window_name,
                "organisation": site.organisation.name,
                "level": level,
                "inspected_on": sheet.signed_on,
                **totals(sheet),
                **{name: counts[name] for name in ("findings", "verified", "overdue")},
                "standing": _standing(site.stage, own),
            }
        )
    return rows


def _standing(stage: str, findings: Sequence[Finding]) -> str:
    if not findings:
        return "无需整改"
    if any(finding.state == FindingState.PUT for finding in findings):
        return "征求意见中"
    if stage == Stage.RECTIFYING:
        return "整改中"
    return "整改完成"


def _overdue_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    overdue = [finding for finding in findings if finding.is_overdue(today())]
    late = sorted(overdue, key=lambda finding: finding.deadline or today())
    first = late[0].deadline if late else None
    arranged = arrangements(first, today()) if first else {}
    return [
        {
            "site": finding.assessment.site.window_name,
            **{name: item_fields(finding)[name] for name in ("code", "item")},
            "deadline": finding.deadline,
            "late": late_words(working_days_between(finding.deadline or today(), today(), arranged)),
        }
        for finding in late
    ]
