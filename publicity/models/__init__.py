"""Notices and objections, naming and tracking, appraisal, articles."""

from .appraisal import Appraisal, AppraisalResponse
from .articles import Article, ArticleFile, Reuse
from .commendations import Commendation, CommendationLine
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
from .objections import Erasure, Handling, LoggedLetter, Objection, ObjectionFile
from .outlets import NoticeOutlet, NoticePromise, OutletPicture
from .paper_answers import AppraisalScan, FormRun, PaperDraw, SecondEntry, Settlement
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
