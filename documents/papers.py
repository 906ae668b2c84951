"""The official papers: what each is called and how it is headed. What it is filled with is in `fields`."""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

LEADING_GROUP = "乌海市政务公开领导小组"
OFFICE = "乌海市政务公开领导小组办公室"
# Over the city's office: it has no desk here, and gets its papers outside the portal.
REGION_OFFICE = "内蒙古自治区政务公开领导小组办公室"
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
    ACCEPTANCE_REPORT = "acceptance_report", _("Acceptance report")
    PROGRAMME_ACCEPTANCE = "programme_acceptance", _("Acceptance report of the programme")
    PUBLIC_NOTICE = "public_notice", _("Public notice")
    NOTICE_EXTENSION = "notice_extension", _("Extension of a public notice")
    OBJECTION_REPLY = "objection_reply", _("Reply to an objection")
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
    series: str  # 机关代字, the letters of its number: 乌政公办〔2008〕3号
    mark: str  # 发文机关标志; empty where the paper has no red head
    signature: str  # 署名; empty on the form, which its filer signs
    red_head: bool = True
    printer: str = OFFICE  # 印发机关
    upward: bool = False  # 上行文: number on the left, signer (签发人) on the right
    internal: bool = False  # never public; read by the city and by the readers the paper names
    general: bool = False  # about no site: addressed to everybody, and read by all who take part
    # The grounds its standing text names, by their numbers in the library; which hold, its day decides.
    cites: tuple[str, ...] = ()
    closed: bool = False  # never public; read by the readers the paper names alone, whatever their role

    def issued_by(self, office: str) -> "Paper":
        """The same in the name of another office than the paper's own: of a district's."""
        return replace(self, mark=f"{office}文件", signature=office, printer=office)


def numbered(series: str, year: int, ordinal: int) -> str:
    """A 发文字号: six-cornered brackets, no 第, no leading zero (7.2.5)."""
    return f"{series}〔{year}〕{ordinal}号"


PAPERS: dict[DocumentKind, Paper] = {
    paper.kind: paper
    for paper in (
        # Each district's own; its letters and its name come with the paper (`issue`).
        Paper(DocumentKind.DISTRICT_DETERMINATION, "区政公办", mark="", signature=""),
        Paper(DocumentKind.FILING_FORM, "乌政公报", mark="", signature="", red_head=False),
        Paper(
            DocumentKind.DETERMINED_LIST,
            "乌政公发",
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            cites=(OPINION,),
        ),
        Paper(
            DocumentKind.RULEBOOK_NOTICE,
            "乌政公发",
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            general=True,
        ),
        Paper(DocumentKind.TEAM_NOTICE, "乌政公办", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(DocumentKind.INTRODUCTION_LETTER, "乌政公介", mark="", signature=OFFICE, red_head=False),
        Paper(DocumentKind.RECTIFICATION_NOTICE, "乌政公督", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.RECTIFICATION_REPORT, "乌政公办", mark=f"{OFFICE}文件", signature=OFFICE, upward=True
        ),
        Paper(
            DocumentKind.RECTIFICATION_SUMMARY,
            "乌政公办",
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
        ),
        Paper(DocumentKind.ACCEPTANCE_REPORT, "乌政公验", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.PROGRAMME_ACCEPTANCE,
            "乌政公办",
            mark=f"{OFFICE}文件",
            signature=OFFICE,
            upward=True,
        ),
        Paper(
            DocumentKind.PUBLIC_NOTICE,
            "乌政公示",
            mark="",
            signature=OFFICE,
            red_head=False,
            cites=(OPINION, REGULATION),
        ),
        Paper(DocumentKind.NOTICE_EXTENSION, "乌政公示", mark="", signature=OFFICE, red_head=False),
        Paper(DocumentKind.OBJECTION_REPLY, "乌政公复", mark=f"{OFFICE}文件", signature=OFFICE, closed=True),
        Paper(
            DocumentKind.NAMING_DECISION,
            "乌政公发",
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
            cites=(OPINION, REGULATION),
        ),
        Paper(
            DocumentKind.COMMENDATION_DECISION,
            "乌政公发",
            mark=f"{LEADING_GROUP}文件",
            signature=LEADING_GROUP,
        ),
        Paper(DocumentKind.WARNING_NOTICE, "乌政公督", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(DocumentKind.RESTORATION_NOTICE, "乌政公督", mark=f"{OFFICE}文件", signature=OFFICE),
        Paper(
            DocumentKind.REVOCATION_DECISION, "乌政公发", mark=f"{LEADING_GROUP}文件", signature=LEADING_GROUP
        ),
        Paper(DocumentKind.RESULT_SHEET, "乌政公函", mark=f"{OFFICE}文件", signature=OFFICE, internal=True),
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
        ),
        Paper(DocumentKind.UPWARD_REPORT, "乌政公办", mark=f"{OFFICE}文件", signature=OFFICE, upward=True),
    )
}
INTERNAL = tuple(kind for kind, paper in PAPERS.items() if paper.internal or paper.closed)
GENERAL = tuple(kind for kind, paper in PAPERS.items() if paper.general)
CLOSED = tuple(kind for kind, paper in PAPERS.items() if paper.closed)
