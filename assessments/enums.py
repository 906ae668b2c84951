"""Rounds, sheets, levels, findings."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundKind(models.TextChoices):
    SELF = "self", _("self-assessment")
    INSPECTION = "inspection", _("inspection")
    ACCEPTANCE = "acceptance", _("acceptance")
    RECHECK = "recheck", _("recheck")

    # Rounds in which a team goes to the site.
    ON_SITE = nonmember(("inspection", "acceptance", "recheck"))


class FurtherKind(models.TextChoices):
    """Forms of acceptance beside on-site inspection and public appraisal (plan, part five, four: 等形式)."""

    SYMPOSIUM = "symposium", _("symposium")
    UNANNOUNCED = "unannounced", _("unannounced visit")
    THIRD_PARTY = "third_party", _("assessment by a third party")
    OTHER = "other", _("other")


class RoundState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a round", "open")
    OVERDUE = "overdue", pgettext_lazy("a round", "over, to be closed")
    CLOSED = "closed", pgettext_lazy("a round", "closed")


class SheetRole(models.TextChoices):
    """Whose marks a sheet holds."""

    SELF = "self", _("self")
    INSPECTOR = "inspector", _("inspector")
    FINAL = "final", _("final")


class SheetState(models.TextChoices):
    DRAFT = "draft", _("being filled")
    SUBMITTED = "submitted", _("submitted")
    SIGNED = "signed", _("signed")


class ScoreLevel(models.TextChoices):
    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    UNMET = "unmet", _("not met")
    INAPPLICABLE = "inapplicable", _("inapplicable")

    # What becomes a finding.
    BELOW_FULL = nonmember(("partly", "unmet"))


class Together(models.TextChoices):
    """At which one press a unit set many marks of its self sheet, until each is written anew."""

    REST = "rest", _("met with the rest of its section")
    CARRIED = "carried", _("taken over from an earlier round")


class NotCarried(models.TextChoices):
    """Why the mark of an earlier round is not taken over to an item."""

    MARKED = "marked", _("marked here already: it stays as it is")
    NOT_DUE = "not_due", _("not due in this round")
    NEW = "new", _("new: the earlier standard has no such item")
    CHANGED = "changed", _("the standard says something else now")
    SHARE = "share", _("“partly met” gives another share of the points now")
    UNMARKED = "unmarked", _("had no mark then")


class MarkState(models.TextChoices):
    """What is said of an item on a sheet: its level, or why it has none.

    Not met, inapplicable, not looked at and not due all earn nothing, and are never confused.
    """

    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    UNMET = "unmet", _("not met")
    INAPPLICABLE = "inapplicable", _("inapplicable")
    UNMARKED = "unmarked", _("not looked at yet")
    NOT_DUE = "not_due", _("not due yet")

    # States of items that are part of what can be earned.
    COUNTED = nonmember(("met", "partly", "unmet", "unmarked"))


class Check(models.TextChoices):
    """What the check-up of a sheet looks for, in the order it is mended."""

    UNANSWERED = "unanswered", _("Not answered yet")
    DISPUTED = "disputed", _("In deliberation, not settled yet")
    NOT_CONSENTED = "not_consented", _("Inapplicable, and the office has not agreed yet")
    NO_REASON = "no_reason", _("Below full marks without a reason")
    NO_EVIDENCE = "no_evidence", _("Full marks without evidence")
    EITHER_OR = "either_or", _("Points off where either form is enough")
    UPLOADED = "uploaded", _("In an uploaded workbook, waiting for your choice")
    OLD_EVIDENCE = "old_evidence", _("Evidence from before the programme")
    DEAD_LINK = "dead_link", _("Dead links")
    REMARKED = "remarked", _("Evidence with remarks")

    # What keeps a sheet from being submitted or signed; the rest only deserves a look.
    MUST = nonmember(("unanswered", "disputed", "not_consented", "no_reason"))


class Difference(models.TextChoices):
    """How a mark compares with the final one, or with the other members' while there is none."""

    HIGHER = "higher", _("higher")
    LOWER = "lower", _("lower")
    OTHER = "other", _("different")


class Bar(models.TextChoices):
    """Why somebody may not judge a site."""

    OWN_UNIT = "own_unit", _("own unit")
    OWN_DISTRICT = "own_district", _("own district's list")
    TIE = "tie", _("tie to the unit")
    ASIDE = "aside", _("stood aside")


class DrawKind(models.TextChoices):
    """How sites came to their teams when nobody chose."""

    BALANCED = "balanced", _("spread evenly")
    RANDOM = "random", _("drawn at random")


class DrawState(models.TextChoices):
    """What became of a draw."""

    WAITING = "waiting", pgettext_lazy("a draw", "waits to be held")
    HELD = "held", pgettext_lazy("a draw", "held")
    ABANDONED = "abandoned", pgettext_lazy("a draw", "abandoned")


class UploadOutcome(models.TextChoices):
    """What became of a row of a sheet's workbook."""

    TAKEN = "taken", _("taken over")
    SAME = "same", _("as stored")
    STALE = "stale", _("changed meanwhile")
    WRONG = "wrong", _("to be mended")
    KEPT_MINE = "kept_mine", _("the workbook's value taken")
    KEPT_STORED = "kept_stored", _("the stored value kept")

    # Rows that wait for a choice.
    WAITING = nonmember(("stale", "wrong"))


class FindingState(models.TextChoices):
    PUT = "put", _("put to the unit")
    OPEN = "open", _("to be rectified")
    ANSWERED = "answered", _("answered")
    CONFIRMED = "confirmed", _("confirmed by the district")
    SENT_BACK = "sent_back", _("answer sent back")
    VERIFIED = "verified", _("verified")
    WITHDRAWN = "withdrawn", _("withdrawn")

    # The unit's turn.
    WITH_UNIT = nonmember(("open", "sent_back"))
    # Answered, and not yet verified: the district confirms first at its own sites.
    TO_VERIFY = nonmember(("answered", "confirmed"))
    # In no notice: still put to the unit, or withdrawn before it.
    UNNOTICED = nonmember(("put", "withdrawn"))
    # Nothing is left to do.
    SETTLED = nonmember(("verified", "withdrawn"))
    UNSETTLED = nonmember(("put", "open", "answered", "confirmed", "sent_back"))


class ReplyKind(models.TextChoices):
    RAISE = "raise", _("finding raised")
    AGREE = "agree", _("the unit agrees")
    DISAGREE = "disagree", _("the unit disagrees")
    RETRACT = "retract", _("the unit withdraws its objection")
    UPHOLD = "uphold", _("kept after hearing the unit")
    NOTICE = "notice", _("rectification notice issued")
    ANSWER = "answer", _("answer")
    CONFIRM = "confirm", _("confirmed by the district")
    RETURN = "return", _("sent back by the district")
    SEND_BACK = "send_back", _("sent back")
    VERIFY = "verify", _("verified")
    EXTEND = "extend", _("deadline extended")
    WITHDRAW = "withdraw", _("withdrawn")
    ESCALATE = "escalate", _("escalated")

    # The words of the hearing before the notice; the last one stands.
    HEARING = nonmember(("agree", "disagree", "retract", "uphold"))
    # The unit does not object, or no longer.
    AGREEING = nonmember(("agree", "retract"))
    # What the unit writes.
    OF_UNIT = nonmember(("agree", "disagree", "retract", "answer"))
    # What one side writes for the other to act on.
    IN_WORDS = nonmember(("disagree", "uphold", "answer", "return", "send_back"))


class EscalationLevel(models.TextChoices):
    """Who is told that a finding is overdue, one after the other."""

    UNIT = "unit", _("the unit")
    OFFICES = "offices", _("the offices")
    LEADING_GROUP = "leading_group", _("the leading group")


class Band(models.TextChoices):
    """等次 of a result, by the rulebook's marks."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("unqualified")


class Verdict(models.TextChoices):
    PASS = "pass", _("passed")
    FAIL = "fail", _("not passed")


class ResultUse(models.TextChoices):
    """What the plan wants a unit's result to count in (part four, point 1 of both standards)."""

    TARGETS = "targets", _("target appraisal")
    EFFICIENCY = "efficiency", _("efficiency of offices")
    CONDUCT = "conduct", _("conduct review")


class OwnCheckState(models.TextChoices):
    """Where a district government's check of its own work stands."""

    DRAFT = "draft", pgettext_lazy("a self-check", "being drafted")
    FORWARD = "forward", _("before the head of the office")
    FILED = "filed", pgettext_lazy("a self-check", "filed")
    RETURNED = "returned", _("more is asked for")
    READ = "read", _("read by the office")

    # The district's office writes in it.
    EDITABLE = nonmember(("draft", "returned"))


class Fulfilment(models.TextChoices):
    """How far a government does what an item asks, as it says itself; it gives no points."""

    DONE = "done", pgettext_lazy("an item of a self-check", "done")
    PARTLY = "partly", pgettext_lazy("an item of a self-check", "done in part")
    NOT_YET = "not_yet", pgettext_lazy("an item of a self-check", "not done yet")


class OwnCheckAction(models.TextChoices):
    PUT_FORWARD = "put_forward", _("put before the head")
    RECALL = "recall", _("taken back before it was filed")
    HAND_BACK = "hand_back", _("handed back by the head")
    FILE = "file", pgettext_lazy("a step of a self-check", "confirmed and filed")
    TAKE_BACK = "take_back", _("taken back before it was read")
    ASK_MORE = "ask_more", _("asked for more")
    READ = "read", _("read by the office")


class UnitView(models.TextChoices):
    """What the unit's person says at the counter to a gap that is named there."""

    CONFIRMS = "confirms", _("confirmed")
    CONTRADICTS = "contradicts", _("contradicted")
