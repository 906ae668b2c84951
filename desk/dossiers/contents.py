"""What belongs into one site's dossier, as far as the asker may see it, in filing order."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.db.models import Prefetch

from assessments.enums import RoundKind
from assessments.models import Sheet
from documents.enums import RenderState, Retention
from documents.models import Document, StampedScan
from documents.papers import CLOSED, DocumentKind
from documents.services import content_of

from . import assessing, building, following
from .pieces import Case, Piece, Section, organ_of

# General papers are about no site. Score sheets and deliberations are filed with the round they are of.
SECTION_OF_PAPER = {
    DocumentKind.DISTRICT_DETERMINATION: Section.LIST,
    DocumentKind.FILING_FORM: Section.LIST,
    DocumentKind.DETERMINED_LIST: Section.LIST,
    DocumentKind.MINUTES: Section.LIST,
    DocumentKind.TEAM_NOTICE: Section.INSPECTION,
    DocumentKind.INTRODUCTION_LETTER: Section.INSPECTION,
    DocumentKind.RECTIFICATION_NOTICE: Section.RECTIFICATION_NOTICE,
    DocumentKind.RECTIFICATION_REPORT: Section.RECTIFICATION,
    DocumentKind.RECTIFICATION_SUMMARY: Section.RECTIFICATION,
    DocumentKind.ACCEPTANCE_NOTICE: Section.ACCEPTANCE,
    DocumentKind.ACCEPTANCE_REPORT: Section.ACCEPTANCE,
    DocumentKind.PROGRAMME_ACCEPTANCE: Section.ACCEPTANCE,
    DocumentKind.PUBLIC_NOTICE: Section.NOTICE,
    DocumentKind.NOTICE_EXTENSION: Section.NOTICE,
    DocumentKind.NAMING_DECISION: Section.NAMING,
    DocumentKind.COMMENDATION_DECISION: Section.NAMING,
    DocumentKind.WARNING_NOTICE: Section.NAMING,
    DocumentKind.RESTORATION_NOTICE: Section.NAMING,
    DocumentKind.REVOCATION_DECISION: Section.NAMING,
    DocumentKind.RESULT_SHEET: Section.NAMING,
}
OF_A_ROUND = (DocumentKind.SCORE_SHEET, DocumentKind.DELIBERATION_RECORD)


def pieces_of(case: Case) -> list[Piece]:
    """Section by section; in each the papers by their dates, then tables and files in the order they came.

    Everything is read through what the asker sees: a limited number of queries, whatever the number of
    records. Tables are drawn and files opened only when they are written.
    """
    sheets = assessing.sheets_of(case)
    # What is answered to an objector goes into no file of the site.
    seen = case.site.documents.visible_to(case.asker).exclude(kind__in=CLOSED)
    scans = StampedScan.objects.select_related("entered_by__organisation").order_by("pk")
    stamped = Prefetch("stamped_scans", scans)
    papers = list(seen.prefetch_related(stamped).order_by("issued_on", "pk"))
    pieces = [
        *paper_pieces(papers, sheets),
        *building.list_pieces(case),
        *building.plan_pieces(case),
        *assessing.sheet_pieces(case, sheets, papers),
        *assessing.rectification_pieces(case),
        *assessing.acceptance_pieces(case),
        *assessing.evidence_pieces(case),
        *following.appraisal_pieces(case),
        *following.notice_pieces(case),
        *following.naming_pieces(case),
        *following.history_pieces(case),
    ]
    return sorted(pieces, key=lambda piece: piece.section)


def paper_pieces(papers: Sequence[Document], sheets: Sequence[Sheet]) -> Iterator[Piece]:
    """The stored PDFs; one that is not ready is named as missing."""
    rounds = {sheet.pk: RoundKind(sheet.assessment.round.kind) for sheet in sheets}
    for paper in papers:
        kind = DocumentKind(paper.kind)
        if kind in OF_A_ROUND:
            of = rounds.get(paper.context.get("sheet"), RoundKind.INSPECTION)
            section = assessing.SECTION_OF_ROUND[of]
        else:
            section = SECTION_OF_PAPER[kind]
        ready = paper.state == RenderState.READY
        note = f"{paper.void}。理由：{paper.withdrawn_why}" if paper.withdrawn_on else ""
        yield Piece(
            section,
            paper.file_name,
            partial(content_of, paper) if ready else None,
            number=paper.full_number,
            on=paper.issued_on,
            by=paper.organ,
            note=note if ready else f"文件尚未生成（{paper.get_state_display()}）",
            is_ours=True,
            title=paper.title,
            kept=Retention(paper.retention),
            same=f"paper {paper.pk}",
        )
        for scan in paper.stamped_scans.all():
            yield Piece(
                section,
                f"盖章件 {scan.scan_name}",
                scan.scan,
                number=paper.full_number,
                on=scan.entered_on,
                by=organ_of(scan.entered_by),
                note="盖章件扫描件",
                sha256=scan.scan_sha256,
                title=f"{paper.title}（盖章件）",
                kept=Retention(paper.retention),
                same=f"stamped {scan.pk}",
            )
