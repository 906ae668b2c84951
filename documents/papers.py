"""The official papers: what each is called and how it is headed. What it is filled with is in `fields`."""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enums import Retention

LEADING_GROUP = "乌海市政务公开领导小组"
OFFICE = "乌海市政务公开领导小组办公室"
# Over the city's office: it has no desk here, and gets its papers outside the portal.
REGION_OFFICE = "内蒙古自治区政务公开领导小组办公室"
# 机关代字: one for each body that issues. What is a form has a number of its form: 编号.
GROUP_SERIES, OFFICE_SERIES = "乌政公发", "乌政公办"
# What the plan rests on (fixtures/plan.toml): the central opinion, and the State Council's regulation.
OPINION, REGULATION = "中办发〔2005〕12号", "国务院令第492号"


class DocumentKind(models.TextChoices):
    DISTRICT_DETERMINATION = "district_determination", _("District's determination")
    FILING_FORM = "filing_form", _("Filing form")
    DETERMINED_LIST = "determined_list", _("Determined list")
    RULEBOOK_NOTICE = "rulebook_notice", _("Notice issuing the rulebook")
    TEAM_NOTICE = "team_notice", _("Notice on the inspection teams")
    INTRODUCTION_LETTER = "introduction_letter", _("Letter of introduction")
    RECTIFICATION_NOTICE = "rectification_notice", _("Rectification notice")
    RECTIFICATION_REPORT = "rectification_report", _("Rectification report")
    RECTIFICATION_SUMMARY = "rectification_summary", _("Rectification report of a round")
    ACCEPTANCE_NOTICE = "acceptance_notice", _("Notice of an acceptance's result")
    ACCEPTANCE_REPORT = "acceptance_report", _("Acceptance report")
    PROGRAMME_ACCEPTANCE = "programme_acceptance", _("Acceptance report of the programme")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    NOTICE_EXTENSION = "notice_extension", _("Extension of a public notice")
    OBJECTION_REPLY = "objection_reply", _("Reply to an objection")
    INFORMATION_REPLY = "information_reply", _("Reply to a request for information")
    NAMING_DECISION = "naming_decision", _("Naming decision")
    COMMENDATION_DECISION = "commendation_decision", _("Commendation decision")
    WARNING_NOTICE = "warning_notice", _("Warning")
    RESTORATION_NOTICE = "restoration_notice", _("Lifting of a warning")
    REVOCATION_DECISION = "revocation_decision", _("Revocation decision")
    RESULT_SHEET = "result_sheet", _("Result sheet of a unit")
    SCORE_SHEET = "score_sheet", _("Score sheet")
    DELIBERATION_RECORD = "deliberation_record", _("Deliberation record")
    MINUTES = "minutes", _("Minutes of the leading group")
    UPWARD_REPORT = "upward_report", _("Report to the autonomous region")


@dataclass(frozen=True)
class Paper:
    """How a kind of paper is headed and signed (GB/T 9704-2012, 7.2 and 7.3)."""

    kind: DocumentKind
    series: str  # 机关代字 of its number where the office has not set others (`models.KindSeries`)
    mark: str  # 发文机关标志; empty where the paper has no red head
    signature: str  # 署名; empty on the form, which its filer signs
    red_head: bool = True
    printer: str = OFFICE  # 印发机关
    upward: bool = False  # 上行文: number on the left, signer (签发人) on the right
    internal: bool = False  # never public; read by the city and by the readers the paper names
    general: bool = False  # about no site: addressed to everybody, and read by all who take part
    # The grounds its standing text names, by their numbers in the library; which hold, its day decides.
    cites: tuple[str, ...] = ()
    kept: Retention = Retention.LONG  # 保管期限, where the office has not set another one
    closed: bool = False  # never public; read by the readers the paper names alone, whatever their role

    def issued_by(self, office: str) -> "Paper":
        """The same in the name of another office than the paper's own: of a district's."""
        return replace(self, mark=f"{office}文件", signature=office, printer=office)


def numbered(series: str, year: int, ordinal: int) -> str:
    """A 发文字号: six-cornered brackets, no 第, no leading zero (7.2.5)."""
    return f"{series}〔{year}〕{ordinal}号"


def blank_number(series: str, year: int) -> str:
    """A number with the place left for its ordinal, as a draft has it: 乌政公办〔2008〕　号."""
    return f"{series}〔{year}〕　号"


PAPERS: dict[DocumentKind, Paper] = {
    paper.kind: paper
    for paper in (
        # Each district's own; its letters and its name come with the paper (`issue`).
        Paper(DocumentKind.DISTRICT_DETERMINATION, "区政公办", mark="", signature=""),
        Paper(DocumentKind.FILING_FORM, "乌政公报", mark="", signature="", red_head=False),
        Paper(
            DocumentKind.DETERMINED_LIST,
            GROUP_SERIES,
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            cites=(OPINION,),
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.RULEBOOK_NOTICE,
            GROUP_SERIES,
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            general=True,
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.TEAM_NOTICE,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            kept=Retention.SHORT,
        ),
        Paper(
            DocumentKind.INTRODUCTION_LETTER,
            "乌政公介",
            mark="",
            signature=OFFICE,
            red_head=False,
            kept=Retention.SHORT,
        ),
        Paper(DocumentKind.RECTIFICATION_NOTICE, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.RECTIFICATION_REPORT,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
        ),
        Paper(
            DocumentKind.RECTIFICATION_SUMMARY,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
        ),
        Paper(DocumentKind.ACCEPTANCE_NOTICE, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.ACCEPTANCE_REPORT,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
        ),
        Paper(
            DocumentKind.PROGRAMME_ACCEPTANCE,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.PUBLIC_NOTICE,
            OFFICE_SERIES,
            mark="",
            signature=OFFICE,
            red_head=False,
            cites=(OPINION, REGULATION),
        ),
        Paper(
            DocumentKind.NOTICE_EXTENSION,
            OFFICE_SERIES,
            mark="",
            signature=OFFICE,
            red_head=False,
            kept=Retention.SHORT,
        ),
        Paper(
            DocumentKind.OBJECTION_REPLY, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE, closed=True
        ),
        Paper(
            DocumentKind.INFORMATION_REPLY,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            cites=(REGULATION,),
            closed=True,
        ),
        Paper(
            DocumentKind.NAMING_DECISION,
            GROUP_SERIES,
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            cites=(OPINION, REGULATION),
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.COMMENDATION_DECISION,
            GROUP_SERIES,
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            kept=Retention.PERMANENT,
        ),
        Paper(DocumentKind.WARNING_NOTICE, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(DocumentKind.RESTORATION_NOTICE, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.REVOCATION_DECISION,
            GROUP_SERIES,
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.RESULT_SHEET, OFFICE_SERIES, mark=f"{OFFICE}文件", signature=OFFICE, internal=True
        ),
        Paper(DocumentKind.SCORE_SHEET, "乌政公评", mark="", signature=OFFICE, red_head=False, internal=True),
        Paper(
            DocumentKind.DELIBERATION_RECORD,
            "乌政公议",
            mark="",
            signature=OFFICE,
            red_head=False,
            internal=True,
        ),
        Paper(
            DocumentKind.MINUTES,
            "乌政公纪",
            mark=f"{LEADING_GROUP}会议纪要",
            signature=OFFICE,
            internal=True,
            kept=Retention.PERMANENT,
        ),
        Paper(
            DocumentKind.UPWARD_REPORT,
            OFFICE_SERIES,
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
            kept=Retention.PERMANENT,
        ),
    )
}
INTERNAL = tuple(kind for kind, paper in PAPERS.items() if paper.internal or paper.closed)
GENERAL = tuple(kind for kind, paper in PAPERS.items() if paper.general)
CLOSED = tuple(kind for kind, paper in PAPERS.items() if paper.closed)
