"""Sections 03, 04, 06 and 07: sheets, evidence, findings, acceptance."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from django.db.models import Prefetch
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils import timezone

from assessments.enums import RoundKind, SheetRole, SheetState, Verdict
from assessments.evidence.shown import download
from assessments.marks import SectionMarks, mark_of, marks_of, sheet_score
from assessments.models import (
    Evidence,
    EvidenceFile,
    EvidencePointer,
    FindingReply,
    Score,
    Sheet,
    UnitSummary,
)
from assessments.pages.acceptance import results_of
from assessments.pages.thread import Thread, threads
from assessments.queries import findings_of
from assessments.scoring import plain
from core.stored import Withheld
from documents.enums import Retention
from documents.models import Document
from documents.papers import OFFICE
from publicity.models import WarningAnswer
from standards.models import Item

from .pieces import MOST_ROWS, Block, Case, Piece, Section, Table, organ_of, table_of, table_piece

# Where what came of a round is filed.
SECTION_OF_ROUND = {
    RoundKind.SELF: Section.SELF_ASSESSMENT,
    RoundKind.INSPECTION: Section.INSPECTION,
    RoundKind.ACCEPTANCE: Section.ACCEPTANCE,
    RoundKind.RECHECK: Section.NAMING,
}


def sheet_pieces(case: Case, sheets: Sequence[Sheet], papers: Sequence[Document]) -> Iterator[Piece]:
    """Self sheets, and signed common ones whose paper the asker does not get: item by item."""
    printed = {paper.context.get("sheet") for paper in papers if paper.withdrawn_on is None}
    shown = [
        sheet
        for sheet in sheets
        if sheet.role == SheetRole.SELF
        or (sheet.role == SheetRole.FINAL and sheet.state == SheetState.SIGNED and sheet.pk not in printed)
    ]
    for sheet, marks in zip(shown, marks_of(shown), strict=True):
        is_self = sheet.role == SheetRole.SELF
        kind = RoundKind(sheet.assessment.round.kind)
        section = Section.SELF_ASSESSMENT if is_self else SECTION_OF_ROUND[kind]
        by = case.site.organisation if is_self else OFFICE
        on = sheet.submitted_on if is_self else sheet.signed_on
        yield table_piece(section, _sheet_table(case, sheet, marks), case, on=on, by=by)


def sheets_of(case: Case) -> list[Sheet]:
    """The site's sheets that the asker sees, round by round."""
    seen = Sheet.objects.visible_to(case.asker).filter(assessment__site=case.site)
    related = seen.select_related(
        "assessment__round", "assessment__standard", "author", "signed_by", "signed_for"
    )
    return list(related.order_by("assessment__round__opened_on", "assessment__round", "pk"))


def _sheet_table(case: Case, sheet: Sheet, marks: tuple[SectionMarks, ...]) -> Table:
    score, assessment = sheet_score(marks), sheet.assessment
    facts = [
        ("轮次", assessment.round.title),
        ("建设标准", f"{assessment.standard.title}（第{assessment.standard.version}版）"),
        ("状态", sheet.get_state_display()),
        ("提交日期", sheet.submitted_on),
        ("签署", f"{sheet.signed_on}，{sheet.signature}" if sheet.signed_on else ""),
        ("得分", f"{plain(score.points)} / {plain(score.maximum)}"),
    ]
    blocks = [
        Block(
            f"{part.section.name}（{plain(scored.points)} / {plain(scored.maximum)}）",
            ("编号", "内容", "分值", "评定", "得分", "理由"),
            [_mark_row(item, given) for item, given in part.rows],
            (11, 41, 8, 11, 8, 21),
        )
        for part, scored in zip(marks, score.sections, strict=True)
    ]
    what = "自评表" if sheet.role == SheetRole.SELF else "合议评分"
    return table_of(case, f"{what}（{assessment.round.title}）", blocks, facts)


def _mark_row(item: Item, score: Score | None) -> tuple[object, ...]:
    state = mark_of(item, score).state
    points = plain(score.points) if score else ""
    reason = score.reason if score else item.not_due
    return item.code, item.text, plain(item.points), state.label, points, reason


# -- evidence ------------------------------------------------------------------------------


def evidence_pieces(case: Case) -> Iterator[Piece]:
    """The files as the asker gets them on their page, each section's with a list of what they show.

    What came with an answer to a finding is filed with the rectification, with one to a warning with the
    naming, what a team took with its round, the rest with the self-assessment. What a later revision
    replaced is marked 已被替换.
    """
    rows: dict[Section, list[Sequence[object]]] = {}
    files: dict[Section, list[Piece]] = {}
    answered = FindingReply.objects.filter(finding__in=findings_of(case.site).visible_to(case.asker))
    warned = WarningAnswer.objects.visible_to(case.asker).filter(warned__naming__site=case.site)
    replied = {
        evidence: section
        for answers, section in ((warned, Section.NAMING), (answered, Section.RECTIFICATION))
        for evidence in answers.exclude(evidence=None).values_list("evidence", flat=True)
    }
    for evidence in _evidence_of(case):
        section = _section_of(evidence, replied)
        rows.setdefault(section, []).append(_evidence_row(evidence))
        files.setdefault(section, []).extend(
            _file_piece(section, evidence, file, case) for file in evidence.files.all()
        )
    for section, listed in rows.items():
        for first in range(0, len(listed), MOST_ROWS):
            yield table_piece(section, _evidence_table(case, listed, first), case)
        yield from files[section]


def _evidence_of(case: Case) -> Iterator[Evidence]:
    """Some at a time: thousands, each with who uploaded it and what it shows, would take too much memory."""
    seen = Evidence.objects.visible_to(case.asker).filter(site=case.site)
    pointers = EvidencePointer.objects.select_related("item__section")
    related = seen.select_related("uploaded_by__organisation", "assessment__round").prefetch_related(
        "files", "links", Prefetch("pointers", pointers), Prefetch("revisions", seen)
    )
    return related.order_by("pk").iterator(chunk_size=MOST_ROWS)


def _replaced(evidence: Evidence) -> str:
    """已被替换, since when and by what; "" of what holds."""
    return next(
        (f"已被替换（{one.uploaded_at:%Y-%m-%d}，{one.title}）" for one in evidence.revisions.all()), ""
    )


def _section_of(evidence: Evidence, replied: Mapping[int, Section]) -> Section:
    if evidence.pk in replied:
        return replied[evidence.pk]
    if evidence.assessment is None:
        return Section.SELF_ASSESSMENT
    return SECTION_OF_ROUND[RoundKind(evidence.assessment.round.kind)]


def _evidence_row(evidence: Evidence) -> tuple[object, ...]:
    """All but its number."""
    return (
        f"{evidence.title}\n{_replaced(evidence)}".strip(),
        evidence.taken_on,
        f"{evidence.uploaded_by}\n{evidence.uploaded_at:%Y-%m-%d}",
        "\n".join(f"{one.item.code} {one.page}".strip() for one in evidence.pointers.all()),
        "\n".join([*(file.name for file in evidence.files.all()), *map(str, evidence.links.all())]),
    )


def _evidence_table(case: Case, listed: Sequence[Sequence[object]], first: int) -> Table:
    """So many from that one on as are drawn at once."""
    part = listed[first : first + MOST_ROWS]
    rows = [(number, *row) for number, row in enumerate(part, start=first + 1)]
    heads = ("序号", "名称", "形成日期", "上传", "对应条目", "文件或网址")
    title = f"佐证材料清单（{first // MOST_ROWS + 1}）" if len(listed) > MOST_ROWS else "佐证材料清单"
    return table_of(case, title, [Block("", heads, rows)])


def _file_piece(section: Section, evidence: Evidence, file: EvidenceFile, case: Case) -> Piece:
    """Its date is that of the evidence, or the day it was filed."""
    on = evidence.taken_on or timezone.localdate(evidence.uploaded_at)
    by, replaced = organ_of(evidence.uploaded_by), _replaced(evidence)
    try:
        sent = download(file, case.asker)
    except (Http404, Withheld):
        return Piece(section, file.name, None, on=on, by=by, note="图片已损坏，不能提供")
    return Piece(
        section,
        f"已被替换 {sent.name}" if replaced else sent.name,
        _alone(sent.file),
        on=on,
        by=by,
        note=replaced,
        sha256=sent.sha256,
        title=f"{evidence.title}：{PurePath(sent.name).stem}",
        kept=Retention.SHORT,
        is_replaced=bool(replaced),
    )


def _alone(file: FieldFile) -> FieldFile:
    """The file without the evidence it is of, which would stay in memory until it is written."""
    owner = type(file.instance)(pk=file.instance.pk)
    return type(file)(owner, file.field, file.name)


# -- rectification and acceptance -----------------------------------------------------------


def rectification_pieces(case: Case) -> Iterator[Piece]:
    """The findings' threads, as their page tells them, and the unit's own summary."""
    shown = threads(case.site, findings_of(case.site).visible_to(case.asker).with_view(), case.asker)
    if shown:
        blocks = [_thread_block(number, thread) for number, thread in enumerate(shown, start=1)]
        yield table_piece(Section.RECTIFICATION, table_of(case, "差距与整改过程", blocks), case)
    summary = UnitSummary.objects.filter(site=case.site).select_related("by__organisation").first()
    if summary:
        table = table_of(case, "单位整改小结", (), [("小结", summary.text), ("日期", summary.on)])
        yield table_piece(Section.RECTIFICATION, table, case, on=summary.on, by=summary.by)


def _thread_block(number: int, thread: Thread) -> Block:
    finding = thread.finding
    title = f"{number}. {finding.item.code} {finding.item.text}" if finding.item else f"{number}. 其他差距"
    said: list[tuple[object, ...]] = [
        ("", "差距", "", finding.reason),
        ("", "整改意见", "", finding.opinion),
    ]
    for entry in thread.entries:
        proof = f"佐证：{entry.proof}" if entry.proof else ""
        told = "\n".join(part for part in (entry.text, entry.late, proof) if part)
        said.append((entry.on, entry.what, entry.by, told))
    due = f"，整改期限{finding.deadline}" if finding.deadline else ""
    heads = ("日期", "事项", "经办人", "内容")
    return Block(f"{title}（{finding.get_state_display()}{due}）", heads, said, (14, 17, 17, 52))


def acceptance_pieces(case: Case) -> Iterator[Piece]:
    """The working of each result: for the city, as its page is; the others read the report."""
    for result in results_of(case.site).order_by("pk") if case.in_city else ():
        facts = [
            ("轮次", result.assessment.round.title),
            ("综合得分", plain(result.composite)),
            ("等次", result.band.label if result.decision == Verdict.PASS else ""),
            ("计算过程", result.working),
            ("标准得分", f"{plain(result.standard_score)} / {plain(result.standard_maximum)}"),
            ("社会评议", f"{plain(result.appraisal_score)}（{result.appraisal_sample}人）"),
            ("加分", f"{plain(result.bonus)}\n{result.bonus_grounds}" if result.bonus else ""),
            ("一票否决", f"{result.veto_reason}\n{result.veto_grounds}".strip()),
            ("办公室建议", f"{result.get_recommendation_display()}\n{result.opinion}"),
            ("建议人", f"{result.recommended_by}，{result.recommended_on}"),
            ("领导小组决定", f"{result.get_decision_display()}\n{result.decision_note}".strip()),
            ("决定人", f"{result.decided_by}，{result.decided_on}" if result.decided_by else ""),
        ]
        table = table_of(case, f"验收计算表（{result.assessment.round.title}）", (), facts)
        yield table_piece(Section.ACCEPTANCE, table, case, on=result.recommended_on, by=result.recommended_by)
