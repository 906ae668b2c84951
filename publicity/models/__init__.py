"""Notices and objections, naming and tracking, appraisal, articles."""

from .appraisal import Appraisal, AppraisalResponse
from .articles import Article
from .naming import Naming, Revocation, TrackingNote
from .notices import Notice, NoticeSite, Objection

__all__ = [
    "Appraisal",
    "AppraisalResponse",
    "Article",
    "Naming",
    "Notice",
    "NoticeSite",
    "Objection",
    "Revocation",
    "TrackingNote",
]
