"""Notices and objections, naming and tracking, appraisal, articles."""

from .appraisal import Appraisal, AppraisalResponse
from .articles import Article, ArticleFile, Reuse
from .naming import Naming, Recheck, RecheckDraw, Revocation, TrackingNote, Warned
from .notices import Notice, NoticeExtension, NoticeSite
from .objections import Erasure, Handling, LoggedLetter, Objection, ObjectionFile
from .paper_answers import AppraisalScan, FormRun, PaperDraw, SecondEntry, Settlement

__all__ = [
    "Appraisal",
    "AppraisalResponse",
    "AppraisalScan",
    "Article",
    "ArticleFile",
    "Erasure",
    "FormRun",
    "Handling",
    "LoggedLetter",
    "Naming",
    "Notice",
    "NoticeExtension",
    "NoticeSite",
    "Objection",
    "ObjectionFile",
    "PaperDraw",
    "Recheck",
    "RecheckDraw",
    "Reuse",
    "Revocation",
    "SecondEntry",
    "Settlement",
    "TrackingNote",
    "Warned",
]
