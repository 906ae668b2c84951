"""Notices and objections, naming and tracking, appraisal, articles."""

from .appraisal import Appraisal, AppraisalResponse
from .articles import Article, ArticleFile, Reuse
from .naming import Naming, Recheck, RecheckDraw, Revocation, TrackingNote, Warned
from .notices import Notice, NoticeExtension, NoticeSite
from .objections import Erasure, Handling, LoggedLetter, Objection, ObjectionFile

__all__ = [
    "Appraisal",
    "AppraisalResponse",
    "Article",
    "ArticleFile",
    "Erasure",
    "Handling",
    "LoggedLetter",
    "Naming",
    "Notice",
    "NoticeExtension",
    "NoticeSite",
    "Objection",
    "ObjectionFile",
    "Recheck",
    "RecheckDraw",
    "Reuse",
    "Revocation",
    "TrackingNote",
    "Warned",
]
