"""The official papers: what each is called, how it is headed, and what it is filled with.

A context is a frozen, JSON-serialisable snapshot: every date is ISO 8601 text, every
score is text as printed ("86.5"), so the paper cannot change after it was issued.
The texts are Chinese whatever the reader's language: official papers exist in Chinese only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.calendar import CountedDayJson

LEADING_GROUP = "乌海市政务公开领导小组"
OFFICE = "乌海市政务公开领导小组办公室"


class DocumentKind(models.TextChoices):
    FILING_FORM = "filing_form", _("Filing form")
    DETERMINED_LIST = "determined_list", _("Determined list")
    RECTIFICATION_NOTICE = "rectification_notice", _("Rectification notice")
    RECTIFICATION_REPORT = "rectification_report", _("Rectification report")
    ACCEPTANCE_REPORT = "acceptance_report", _("Acceptance report")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    NAMING_DECISION = "naming_decision", _("Naming decision")


@dataclass(frozen=True)
class Paper:
    """How a kind of paper is headed and signed (GB/T 9704-2012, 7.2 and 7.3)."""

    kind: DocumentKind
    series: str  # 机关代字, the letters of its number: 乌政公办〔2008〕3号
    mark: str  # 发文机关标志; empty where the paper has no red head
    signature: str  # 署名; empty on the form, which its filer signs
    red_head: bool = True
    printer: str = OFFICE  # 印发机关
    upward: bool = False  # 上行文: number on the left, signer (签发人) on the right

    def number(self, year: int, ordinal: int) -> str:
        """The paper's 发文字号: six-cornered brackets, no 第, no leading zero (7.2.5)."""
        return f"{self.series}〔{year}〕{ordinal}号"


PAPERS: dict[DocumentKind, Paper] = {
    paper.kind: paper
    for paper in (
        Paper(DocumentKind.FILING_FORM, "乌政公报", mark="", signature="", red_head=False),
        Paper(DocumentKind.DETERMINED_LIST, "乌政公发", mark=f"{LEADING_GROUP}文件", signature=LEADING_GROUP),
        Paper(DocumentKind.RECTIFICATION_NOTICE, "乌政公督", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.RECTIFICATION_REPORT, "乌政公办", mark=f"{OFFICE}文件", signature=OFFICE, upward=True
        ),
        Paper(DocumentKind.ACCEPTANCE_REPORT, "乌政公验", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(DocumentKind.PUBLIC_NOTICE, "乌政公示", mark="", signature=OFFICE, red_head=False),
        Paper(DocumentKind.NAMING_DECISION, "乌政公发", mark=f"{LEADING_GROUP}文件", signature=LEADING_GROUP),
    )
}


class IssueFields(TypedDict):
    """What issuing adds to every context."""

    number: str  # 乌政公办〔2008〕3号
    title: str  # in full: issuer, matter and kind of paper, ××关于…的通知
    issued_on: str  # ISO date
    addressee: str  # 主送 without the colon; "" = none
    copies_to: str  # 抄送 without the full stop; "" = none
    signer: str  # 签发人 of a paper that goes upward; "" leaves the place to sign by hand
    verification_url: str
    verification_code: str
    sample_note: str  # "" or the 示例 mark of rehearsal data


class ProgrammeFields(TypedDict):
    programme_title: str  # without 《》
    programme_number: str


class FiledSite(TypedDict):
    ordinal: int
    organisation: str
    unit_type: str  # 部门, 公用事业单位, 镇, 街道办事处 …
    window_name: str
    kind: str  # 政务公开 or 办事公开
    reason: str
    working_body: str
    liaison_name: str
    liaison_phone: str


class FilingFormContext(IssueFields, ProgrammeFields):
    filer: str  # the district's office or the designated unit
    level: str  # 市级 or 区级
    filed_on: str
    filed_by: str
    sites: list[FiledSite]


class NoticeFinding(TypedDict):
    code: str  # ZW-1.1; "" = a gap of the whole site
    section: str
    item: str
    clause: str  # the plan's own words
    points: str
    max_points: str
    reason: str
    opinion: str
    deadline: str  # ISO date


class SiteFields(ProgrammeFields):
    site: str
    organisation: str
    kind: str  # 政务公开 or 办事公开


class RectificationNoticeContext(IssueFields, SiteFields):
    inspected_on: str  # the day the final sheet was signed
    team: str
    inspectors: str  # 组长…、成员…
    total: str
    maximum: str
    pass_mark: str
    findings: list[NoticeFinding]
    deadline: str
    deadline_counted: str  # one sentence, with its full stop


class ReportFinding(TypedDict):
    code: str  # "" = a gap of the whole site
    item: str
    opinion: str
    answer: str
    answered_on: str  # ISO date or ""
    verified_on: str  # ISO date or "" while open
    files: int


class RectificationReportContext(IssueFields, SiteFields):
    notice_number: str
    total: str
    maximum: str
    findings: list[ReportFinding]


class SectionScore(TypedDict):
    name: str
    inspection: str  # points at the inspection (督查); "" = not inspected
    points: str
    maximum: str


class AcceptanceReportContext(IssueFields, SiteFields):
    level: str  # 市级 or 区级
    inspected_on: str  # the day the on-site sheet was signed
    sections: list[SectionScore]
    standard_total: str
    standard_maximum: str
    inspection_total: str  # "" = not inspected
    pass_mark: str
    appraisal_sample: int
    appraisal_score: str
    appraisal_weight: str  # as printed: 20%
    standard_weight: str  # as printed: 80%
    bonus: str
    bonus_grounds: str
    veto_reason: str  # "" = none
    composite: str
    working: str  # the arithmetic written out: 92.5×80%+88×20%+0=91.6
    band: str  # 优秀, 良好 …
    recommendation: str  # 通过验收, 不予通过验收
    opinion: str  # with its full stop
    recommended_on: str
    decision: str  # 通过验收, 未通过验收
    decided_on: str
    decision_note: str  # with its full stop; "" = none
    rectifications_closed: int
    rectifications_total: int


class ListedSite(TypedDict):
    ordinal: int
    name: str
    organisation: str
    level: str
    kind: str


class DeterminedSite(ListedSite):
    place: str  # 市级, or the district: 海勃湾区


class DeterminedListContext(IssueFields, ProgrammeFields):
    sites: list[DeterminedSite]  # the city's first, then district by district
    is_supplement: bool  # an earlier list was published in this programme


class PublicNoticeContext(IssueFields, ProgrammeFields):
    grounds: str  # a clause without its end mark: 经实地检查、社会评议…，有关示范点…通过验收
    sites: list[ListedSite]
    starts_on: str
    ends_on: str
    working_days: int
    counted: list[CountedDayJson]
    office: str
    address: str
    postcode: str
    telephone: str
    hours: str
    web: str


class NamingDecisionContext(IssueFields, ProgrammeFields):
    grounds: str  # the notice's
    sites: list[ListedSite]
    notice_number: str


CONTEXTS: dict[DocumentKind, type] = {
    DocumentKind.FILING_FORM: FilingFormContext,
    DocumentKind.DETERMINED_LIST: DeterminedListContext,
    DocumentKind.RECTIFICATION_NOTICE: RectificationNoticeContext,
    DocumentKind.RECTIFICATION_REPORT: RectificationReportContext,
    DocumentKind.ACCEPTANCE_REPORT: AcceptanceReportContext,
    DocumentKind.PUBLIC_NOTICE: PublicNoticeContext,
    DocumentKind.NAMING_DECISION: NamingDecisionContext,
}


def missing_fields(kind: DocumentKind, context: Mapping[str, object]) -> list[str]:
    """The fields a context of this kind lacks: a paper is never issued with a blank in it."""
    required: frozenset[str] = CONTEXTS[kind].__required_keys__  # type: ignore[attr-defined]  # TypedDicts have it
    return sorted(required - set(context))
