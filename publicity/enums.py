"""Notices, objections, what follows a naming, articles."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    PUBLISHED = "published", _("running")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OutletKind(models.TextChoices):
    """适当形式: in which a notice is made known beside this website (plan, part five, four)."""

    NEWSPAPER = "newspaper", _("newspaper")
    BROADCAST = "broadcast", _("radio and television")
    BOARD = "board", pgettext_lazy("form of a notice", "notice board")
    MEETING = "meeting", _("meeting")
    OTHER = "other", pgettext_lazy("form of a notice", "other form")

    # Those that a notice can say beforehand.
    PROMISED = nonmember(("newspaper", "broadcast", "board", "meeting"))


class OutletState(models.TextChoices):
    """Read off its dates; nothing is deleted."""

    RECORDED = "recorded", _("recorded, not public yet")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("received")
    DECLINING = "declining", _("not to be taken up: to be approved")
    ACCEPTED = "accepted", _("being looked into")
    LOOKED_INTO = "looked_into", _("looked into: to be concluded")
    DRAFTED = "drafted", _("concluded: to be approved")
    DECLINED = "declined", _("not taken up")
    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")

    # While one stands here nobody is named.
    OPEN = nonmember(("received", "declining", "accepted", "looked_into", "drafted"))
    # An answer was written that somebody else has to approve.
    TO_APPROVE = nonmember(("declining", "drafted"))
    # Taken up, and not answered yet.
    IN_INQUIRY = nonmember(("accepted", "looked_into", "drafted"))
    # How an objection ends.
    ANSWERED = nonmember(("declined", "upheld", "partly", "not_upheld"))
    # What an inquiry may come to.
    CONCLUDED = nonmember(("upheld", "partly", "not_upheld"))
    # The results that keep the site from being named.
    AGAINST = nonmember(("upheld", "partly"))

    @property
    def in_public(self) -> "ObjectionState":
        """What the objector and everybody else read of it: what is only proposed is none of it."""
        if self == ObjectionState.DECLINING:
            return ObjectionState.RECEIVED
        return ObjectionState.ACCEPTED if self in ObjectionState.IN_INQUIRY else self


class LetterChannel(models.TextChoices):
    """How somebody wrote or spoke; all but what was sent online is taken down by the office."""

    ONLINE = "online", _("online")
    POST = "post", _("by post")
    TELEPHONE = "telephone", _("by telephone")
    VISIT = "visit", _("in person")

    # What the office takes down.
    RECORDED = nonmember(("post", "telephone", "visit"))


class ObjectionDeed(models.TextChoices):
    """What somebody did with an objection; `publicity.objection_steps` says who may, and when."""

    RECORD = "record", _("taken down")
    ACCEPT = "accept", _("taken up")
    DECLINE = "decline", _("proposed not to be taken up")
    REASSIGN = "reassign", _("somebody named to look into it")
    REPORT = "report", _("findings written")
    CONCLUDE = "conclude", _("answer drafted")
    APPROVE = "approve", _("answer approved")
    SEND_BACK = "send_back", _("answer sent back")
    TAKE_BACK = "take_back", _("draft taken back")


class EnquiryKind(models.TextChoices):
    """What somebody wants who writes to the office."""

    QUESTION = "question", _("question")
    COMPLAINT = "complaint", pgettext_lazy("an enquiry", "complaint")
    SUGGESTION = "suggestion", _("suggestion")
    ERROR = "error", _("error on a page")
    INFORMATION = "information", _("request for information")


class EnquiryTopic(models.TextChoices):
    PROCEDURE = "procedure", _("procedure and papers needed")
    FEES = "fees", _("fees")
    HOURS = "hours", _("place and hours")
    CONDUCT = "conduct", _("conduct and speed")
    DISCLOSURE = "disclosure", _("what is disclosed")
    CAMPAIGN = "campaign", _("the demonstration sites as such")
    WEBSITE = "website", _("this website")
    OTHER = "other", pgettext_lazy("a topic", "something else")


class EnquiryState(models.TextChoices):
    """Few are stored; whether one is late is read off its day."""

    RECEIVED = "received", pgettext_lazy("an enquiry", "received")
    ANSWERING = "answering", _("being answered")
    DRAFTED = "drafted", _("answered: to be approved")
    TO_COMPLETE = "to_complete", _("to be completed by who asked")
    REPLIED = "replied", pgettext_lazy("an enquiry", "answered")

    OPEN = nonmember(("received", "answering", "drafted", "to_complete"))
    # Their answer is due on a day; that of the others waits for who asked, or is given.
    RUNNING = nonmember(("received", "answering", "drafted"))

    @property
    def in_public(self) -> "EnquiryState":
        """What who asked reads of it: what is only drafted is none of it."""
        return EnquiryState.ANSWERING if self == EnquiryState.DRAFTED else self


class EnquiryDeed(models.TextChoices):
    """What somebody did with an enquiry; `publicity.enquiry_steps` says who may, and when."""

    RECORD = "record", _("taken down")
    ACCEPT = "accept", pgettext_lazy("an enquiry", "taken up")
    HAND_ON = "hand_on", _("handed on")
    HAND_BACK = "hand_back", _("handed back")
    EXTEND = "extend", _("time prolonged")
    DRAFT = "draft", _("answer drafted")
    APPROVE = "approve", _("answer approved")
    SEND_BACK = "send_back", _("answer sent back")
    TAKE_BACK = "take_back", _("draft taken back")
    COMPLETE = "complete", _("completed by who asked")
    ADD_FILES = "add_files", _("files added by who asked")
    CLOSE = "close", _("closed: not completed in time")

    # Who asked does these, and nobody of the staff.
    OF_WRITER = nonmember(("complete", "add_files"))


class InformationResult(models.TextChoices):
    """How a request for information ends (条例 of 2008, article 21; of 2019, article 36)."""

    OPEN = "open", _("made available")
    PARTLY = "partly", _("made available in part")
    REFUSED = "refused", _("not made available")
    NOT_OURS = "not_ours", _("not kept by this office")
    ABSENT = "absent", _("no such information")
    COMPLETE = "complete", _("to be completed")
    ABANDONED = "abandoned", _("not completed in time")

    # What an answer may say; the last one is said when the time to complete it is over.
    DRAFTED = nonmember(("open", "partly", "refused", "not_ours", "absent", "complete"))


class WantedForm(models.TextChoices):
    """In which form somebody wants the information (条例 of 2008, article 20, three)."""

    PAPER = "paper", _("on paper")
    FILE = "file", _("as a file")
    READ = "read", _("to read it at the office")


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", _("satisfied")
    FAIRLY = "fairly", _("fairly satisfied")
    NOT = "not", _("not satisfied")


class QuestionState(models.TextChoices):
    """Read off its dates; nothing is deleted."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class TrackingKind(models.TextChoices):
    """On what grounds a named site is looked at again (plan, part six, three: 动态跟踪管理)."""

    RECHECK = "recheck", _("recheck")
    COMPLAINT = "complaint", _("complaint")


class RecheckOrigin(models.TextChoices):
    REGULAR = "regular", pgettext_lazy("a recheck", "regular")
    PLANNED = "planned", _("planned")
    DRAWN = "drawn", _("drawn at random")
    COMPLAINT = "complaint", _("after a complaint")
    ASKED = "asked", _("asked for by the unit")

    # Those the portal proposes by the rulebook.
    PROPOSED = nonmember(("regular", "drawn", "complaint"))


def not_rechecked(origin: str) -> str:
    """What it is called that a proposed recheck was declined, in the reader's language."""
    return gettext("Not rechecked (%(origin)s)") % {"origin": RecheckOrigin(origin).label}


class LetterKind(models.TextChoices):
    """Letters that are no objections in form: kept on record, answered where somebody can be answered."""

    LATE = "late", _("came after the notice")
    ANONYMOUS = "anonymous", _("anonymous")


class ArticleKind(models.TextChoices):
    """The plan's forms of making good practice known (part five, four)."""

    EXCHANGE = "exchange", _("exchange meeting")
    ON_SITE = "on_site", _("on-site meeting")
    COMMENDATION = "commendation", _("commendation")
    NEWS = "news", _("news")
    EXPERIENCE = "experience", _("good practice")
    OTHER = "other", _("other")


class ArticleState(models.TextChoices):
    """Read off an article's dates; nothing is deleted."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EventKind(models.TextChoices):
    """The meetings among the plan's forms (part five, four); an article of one is of the same kind."""

    EXCHANGE = ArticleKind.EXCHANGE.value, ArticleKind.EXCHANGE.label
    ON_SITE = ArticleKind.ON_SITE.value, ArticleKind.ON_SITE.label
    COMMENDATION = ArticleKind.COMMENDATION.value, ArticleKind.COMMENDATION.label


class EventState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class CommendationState(models.TextChoices):
    """How far a commendation is: changed while it is a draft, taken back until it is decided."""

    DRAFT = "draft", _("draft")
    PUT_FORWARD = "put_forward", _("put before the leading group")
    COMMENDED = "commended", _("decided and published")


class Honour(models.TextChoices):
    """先进集体 or 先进个人."""

    COLLECTIVE = "collective", _("advanced collective")
    PERSON = "person", _("advanced individual")


class InvitationAnswer(models.TextChoices):
    OPEN = "open", _("not answered")
    COMING = "coming", _("coming")
    DECLINED = "declined", pgettext_lazy("an invitation", "not coming")


class AppraisalState(models.TextChoices):
    """Read off a window's dates and its answers; a site without a window stands at the first."""

    UNOPENED = "unopened", _("not opened")
    PLANNED = "planned", _("opens later")
    OPEN = "open", pgettext_lazy("appraisal", "open")
    TO_COUNT = "to_count", _("closed, to be counted")
    TO_CHECK = "to_check", _("closed, paper forms to be checked")
    TOO_FEW = "too_few", _("sample insufficient")
    GIVEN_UP = "given_up", _("given up: sample insufficient")
    COUNTED = "counted", pgettext_lazy("appraisal", "counted")
