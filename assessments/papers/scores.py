"""The internal papers of a signature, for the team and the city: 评分表, and 合议记录 where there was any."""

from typing import Any

from django.utils import translation

from accounts.models import User
from assessments.enums import ScoreLevel
from assessments.judging import pass_points
from assessments.mark_comparison import Columns, ItemMarks, MarkCell, SectionComparison, columns
from assessments.models import Deliberation, Proposal, Score, Sheet
from assessments.queries import standing_members
from assessments.scoring import plain
from documents.contexts import rules_cited, site_fields
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import issue


def issue_at_signing(sheet: Sheet, *, by: User) -> list[Document]:
    """The papers of a final sheet that has just been signed by `by`."""
    shown = columns(sheet, by)
    issued = [_issue(sheet, DocumentKind.SCORE_SHEET, "合议评分表", score_sheet(sheet, shown), by)]
    if sheet.deliberations.exists():
        context = deliberation_record(sheet, shown)
        issued.append(_issue(sheet, DocumentKind.DELIBERATION_RECORD, "合议记录", context, by))
    return issued


def score_sheet(sheet: Sheet, shown: Columns) -> dict[str, Any]:
    """Every item with all columns, the sections' points and the total."""
    with translation.override("zh-hans"):
        return {
            **_head(sheet, shown),
            "total": plain(shown.total.points),
            "maximum": plain(shown.total.maximum),
            "pass_mark": plain(pass_points(sheet.assessment.round.rulebook, shown.total)),
            "scored_by": rules_cited([sheet.assessment.round.rulebook]),
            "sections": [_section(part) for part in shown.parts],
        }


def deliberation_record(sheet: Sheet, shown: Columns) -> dict[str, Any]:
    """Each disputed item: the members' marks, what was argued, proposed and answered, and the result."""
    by_item = {line.item.pk: line for line in shown.lines}
    with translation.override("zh-hans"):
        return {
            **_head(sheet, shown),
            "allowed_gap": str(sheet.assessment.round.rulebook.blind_score_gap),
            "items": [
                _deliberated(deliberation, by_item[deliberation.item_id])
                for deliberation in sheet.deliberations.with_words()
            ],
            "confirmations": [
                {
                    "by": str(each.by),
                    "on": each.on,
                    "code": each.code,
                    "at_device_of": str(each.entered_by) if each.entered_by else "",
                }
                for each in sheet.confirmations.select_related("by", "entered_by")
            ],
        }


def _issue(sheet: Sheet, kind: DocumentKind, name: str, context: dict[str, Any], by: User) -> Document:
    site = sheet.assessment.site
    with translation.override("zh-hans"):
        occasion = sheet.assessment.round.get_kind_display()
    return issue(
        kind=kind,
        programme=site.programme,
        title=f"{site.window_name}示范点{occasion}{name}",
        sites=[site],
        by=by,
        readers=[member.user for member in standing_members(sheet.assessment).select_related("user")],
        context=context,
    )


def _head(sheet: Sheet, shown: Columns) -> dict[str, Any]:
    assessment = sheet.assessment
    return {
        **site_fields(assessment.site),
        "sheet": sheet.pk,
        "round": assessment.round.title,
        "standard": f"{assessment.standard.title}（第{assessment.standard.version}版）",
        "version": sheet.version,
        "team": assessment.assignment.team.name,
        "signed_on": sheet.signed_on,
        "voices": [
            {
                "name": str(voice.member),
                "role": "组长" if voice.leads else "成员",
                "signs": sheet.signature if sheet.signed_for == voice.member else str(voice.member),
            }
            for voice in shown.voices
            if voice.counts
        ],
    }


def _section(part: SectionComparison) -> dict[str, Any]:
    return {
        "name": part.marks.section.name,
        "points": plain(part.score.points),
        "maximum": plain(part.score.maximum),
        "lines": [_line(line) for line in part.lines],
    }


def _line(line: ItemMarks) -> dict[str, Any]:
    return {
        "code": line.item.code,
        "item": line.item.text,
        "maximum": plain(line.item.points),
        "own": _cell(line.own),
        "members": [_cell(cell) for cell in _counted(line)],
        "final": _mark(line.final),
        "reason": line.final.reason if line.final else "",
        "not_due": line.item.not_due,
        "deliberated": line.is_disputed,
    }


def _counted(line: ItemMarks) -> list[MarkCell]:
    return [cell for cell in line.members if cell.voice and cell.voice.counts]


def _deliberated(deliberation: Deliberation, line: ItemMarks) -> dict[str, Any]:
    return {
        "code": line.item.code,
        "item": line.item.text,
        "clause": line.item.clause,
        "maximum": plain(line.item.points),
        "gap": str(deliberation.gap),
        "opened_on": deliberation.opened_on,
        "settled_on": deliberation.settled_on,
        "members": [_member(cell) for cell in _counted(line)],
        "arguments": [
            {"by": str(said.by), "text": said.text, "on": said.on} for said in deliberation.arguments.all()
        ],
        "proposals": [_proposal(each) for each in deliberation.proposals.all()],
        "recusals": [
            {"name": str(each.user), "on": each.declared_on, "by": str(each.declared_by)}
            for each in line.recusals
        ],
        "result": _mark(line.final),
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "ordinal": proposal.ordinal,
        "mark": _printed(proposal.level, plain(proposal.points)),
        "reason": proposal.reason,
        "by": proposal.proposer,
        "on": proposal.on,
        "answers": [
            {"by": str(each.by), "agrees": each.agrees, "text": each.text, "on": each.on}
            for each in proposal.answers.all()
        ],
    }


def _member(cell: MarkCell) -> dict[str, Any]:
    reason = cell.score.reason if cell.score else ""
    return {**_cell(cell), "name": str(cell.voice.member) if cell.voice else "", "reason": reason}


def _cell(cell: MarkCell) -> dict[str, Any]:
    return {**_mark(cell.score), "differs": cell.difference is not None}


def _mark(score: Score | None) -> dict[str, Any]:
    return (
        _printed(score.level, plain(score.points)) if score else {"level": "", "points": "", "differs": False}
    )


def _printed(level: str, points: str) -> dict[str, Any]:
    return {
        "level": str(ScoreLevel(level).label),
        "points": "" if level == ScoreLevel.INAPPLICABLE else points,
        "differs": False,
    }
