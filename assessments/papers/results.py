"""结果运用函 of one unit, for the offices whose assessments its result counts in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from accounts.models import Organisation, User
from assessments.enums import FindingState, ReplyKind, Verdict
from assessments.models import Acceptance, Finding
from assessments.queries import with_threads
from assessments.scoring import plain
from documents.contexts import listed_sites, rules_cited
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.services import issue
from sites.enums import Stage
from sites.models import Programme, Site

from .acceptance import DECISIONS
from .rectification import item_fields

# What a site's stage says of its naming, where it was not named; the others were.
_NOT_NAMED = {Stage.NOT_ACCEPTED: "未命名", Stage.ACCEPTED: "待公示", Stage.ON_NOTICE: "公示中"}
_SINCE = {Stage.NAMED: "", Stage.WARNED: "，已予警告并限期整改", Stage.REVOKED: "，已撤销命名"}


def issue_sheet(
    unit: Organisation,
    programme: Programme,
    context: dict[str, Any],
    *,
    sites: Sequence[Site],
    to: Sequence[Organisation],
    replaces: Document | None,
    by: User,
) -> Document:
    """Issue a unit's sheet to these offices; `context` is that of `paper_fields`."""
    return issue(
        kind=DocumentKind.RESULT_SHEET,
        programme=programme,
        title=f"{OFFICE}关于{unit.name}示范点建设结果的函",
        sites=sites,
        also_to=to,
        by=by,
        context={**context, "replaces": replaces.full_number if replaces else ""},
    )


def paper_fields(by_unit: Mapping[Organisation, Sequence[Acceptance]]) -> dict[int, dict[str, Any]]:
    """By the unit's key, the paper's fields as things stand today; given are the decisions on their sites.

    As many questions for all units as for one.
    """
    sites = [result.assessment.site for results in by_unit.values() for result in results]
    noticed = Finding.objects.filter(assessment__site__in=sites).noticed()
    findings = defaultdict(list)
    for finding in with_threads(noticed.select_related("item__section", "assessment__site")):
        findings[finding.assessment.site_id].append(finding)
    decisions = _namings(sites)
    return {unit.pk: _unit_fields(unit, results, findings, decisions) for unit, results in by_unit.items()}


def _namings(sites: Sequence[Site]) -> dict[int, Document]:
    """By the site's key, the decision that named it."""
    about = Document.sites.through.objects.filter(
        site__in=sites,
        document__kind=DocumentKind.NAMING_DECISION,
        document__withdrawn_on=None,
    )
    return {each.site_id: each.document for each in about.select_related("document").order_by("document")}


def _unit_fields(
    unit: Organisation,
    results: Sequence[Acceptance],
    findings: Mapping[int, Sequence[Finding]],
    decisions: Mapping[int, Document],
) -> dict[str, Any]:
    sites = [result.assessment.site for result in results]
    return {
        "organisation": unit.name,
        "unit_key": unit.pk,
        "scored_by": rules_cited(result.assessment.round.rulebook for result in results),
        "sites": [
            {
                **row,
                **_result_fields(result),
                **_mended(findings.get(site.pk, ())),
                "naming": _naming(site, decisions.get(site.pk)),
            }
            for row, result, site in zip(listed_sites(sites), results, sites, strict=True)
        ],
        "findings": [_finding_row(finding) for site in sites for finding in findings.get(site.pk, ())],
    }


def _result_fields(result: Acceptance) -> dict[str, Any]:
    standard = result.assessment.standard
    with translation.override("zh-hans"):
        band = str(result.band.label)
    return {
        "standard_name": f"{standard.title}（第{standard.version}版）",
        "standard": f"{plain(result.standard_score)}/{plain(result.standard_maximum)}",
        "appraisal": plain(result.appraisal_score),
        "sample": result.appraisal_sample,
        "composite": plain(result.composite),
        "band": band,
        "decision": DECISIONS[Verdict(result.decision)],
        "decided_on": result.decided_on,
    }


def _naming(site: Site, decision: Document | None) -> str:
    """Whether the site was named, by which paper, and what became of it."""
    stage = Stage(site.stage)
    if stage not in _SINCE or decision is None:
        return _NOT_NAMED.get(stage, "未命名")
    return f"已命名（{decision.full_number}）{_SINCE[stage]}"


def _mended(findings: Sequence[Finding]) -> dict[str, int]:
    mended = sum(finding.state == FindingState.VERIFIED for finding in findings)
    return {"findings": len(findings), "mended": mended}


def _finding_row(finding: Finding) -> dict[str, Any]:
    fields = item_fields(finding)
    verified = [reply.on for reply in finding.replies.all() if reply.kind == ReplyKind.VERIFY]
    return {
        "site": finding.assessment.site.window_name,
        "code": fields["code"],
        "item": fields["item"],
        "reason": finding.reason,
        "opinion": finding.opinion,
        "deadline": finding.deadline,
        "verified_on": verified[-1] if verified and finding.state == FindingState.VERIFIED else "",
    }
