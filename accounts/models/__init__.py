"""Organisations, the people who act for them, and what they are told: in the portal, and out of it."""

from .deputies import Deputy, DeputyQuerySet
from .exports import Export, ExportQuerySet
from .known_places import KnownPlace
from .meetings import Meeting, MeetingMember, MeetingQuerySet, Resolution, ResolutionQuerySet, Slip
from .messages import Message, MessageQuerySet, Notification, NotificationQuerySet
from .motions import Motion, MotionQuerySet
from .passwords import UsedPassword
from .people import Organisation, OrganisationQuerySet, PersonManager, PersonQuerySet, User
from .second_factor import UsedCode
from .secrecy import SecrecyReview, SecrecyReviewQuerySet, SecrecySubject
from .sessions import Session, SessionQuerySet
from .tries import TriesInHour

__all__ = [
    "Deputy",
    "DeputyQuerySet",
    "Export",
    "ExportQuerySet",
    "KnownPlace",
    "Meeting",
    "MeetingMember",
    "MeetingQuerySet",
    "Message",
    "MessageQuerySet",
    "Motion",
    "MotionQuerySet",
    "Notification",
    "NotificationQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "PersonManager",
    "PersonQuerySet",
    "Resolution",
    "ResolutionQuerySet",
    "SecrecyReview",
    "SecrecyReviewQuerySet",
    "SecrecySubject",
    "Session",
    "SessionQuerySet",
    "Slip",
    "TriesInHour",
    "UsedCode",
    "UsedPassword",
    "User",
]
