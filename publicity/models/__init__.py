"""Notices and objections, naming and tracking, appraisal, articles."""

from .appraisal import Appraisal, AppraisalResponse
from .articles import Article, ArticleFile, Reuse
from .commendations import Commendation, CommendationLine
from .enquiries import Enquiry, EnquiryFile, EnquiryStep
from .erasure import Erasure
from .events import Event, EventFile, Invitation
from .naming import (
    DrawnSite,
    Naming,
    Recheck,
    RecheckDecline,
    RecheckDraw,
    RecheckFinding,
    RecheckPicture,
    TrackingNote,
)
from .notices import Notice, NoticeExtension, NoticeSite
from .objections import Handling, LoggedLetter, Objection, ObjectionFile
from .outlets import NoticeOutlet, NoticePromise, OutletPicture
from .paper_answers import AppraisalScan, FormRun, PaperDraw, SecondEntry, Settlement
from .questions import Question
from .search_words import SearchMiss, SearchWord
from .warned import Revocation, RevocationHearing, Warned, WarningAnswer

__all__ = [
    "Appraisal",
    "AppraisalResponse",
    "AppraisalScan",
    "Article",
    "ArticleFile",
    "Commendation",
    "CommendationLine",
    "DrawnSite",
    "Enquiry",
    "EnquiryFile",
    "EnquiryStep",
    "Erasure",
    "Event",
    "EventFile",
    "FormRun",
    "Handling",
    "Invitation",
    "LoggedLetter",
    "Naming",
    "Notice",
    "NoticeExtension",
    "NoticeOutlet",
    "NoticePromise",
    "NoticeSite",
    "Objection",
    "ObjectionFile",
    "OutletPicture",
    "PaperDraw",
    "Question",
    "Recheck",
    "RecheckDecline",
    "RecheckDraw",
    "RecheckFinding",
    "RecheckPicture",
    "Reuse",
    "Revocation",
    "RevocationHearing",
    "SearchMiss",
    "SearchWord",
    "SecondEntry",
    "Settlement",
    "TrackingNote",
    "Warned",
    "WarningAnswer",
]
