"""Rounds, sheets, levels, findings."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundKind(models.TextChoices):
    SELF = "self", _("self-assessment")
    INSPECTION = "inspection", _("inspection")
    ACCEPTANCE = "acceptance", _("acceptance")
    RECHECK = "recheck", _("recheck")

    # Rounds in which a team goes to the site.
    ON_SITE = nonmember(("inspection", "acceptance", "recheck"))


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


class DrawKind(models.TextChoices):
    """How sites came to their teams when nobody chose."""

    BALANCED = "balanced", _("spread evenly")
    RANDOM = "random", _("drawn at random")


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
    SENT_BACK = "sent_back", _("answer sent back")
    VERIFIED = "verified", _("verified")
    WITHDRAWN = "withdrawn", _("withdrawn")

    # The unit's turn.
    WITH_UNIT = nonmember(("open", "sent_back"))
    # Nothing is left to do.
    SETTLED = nonmember(("verified", "withdrawn"))


class ReplyKind(models.TextChoices):
    AGREE = "agree", _("the unit agrees")
    DISAGREE = "disagree", _("the unit disagrees")
    UPHOLD = "uphold", _("kept after hearing the unit")
    ANSWER = "answer", _("answer")
    SEND_BACK = "send_back", _("sent back")
    VERIFY = "verify", _("verified")
    EXTEND = "extend", _("deadline extended")
    WITHDRAW = "withdraw", _("withdrawn")
    ESCALATE = "escalate", _("escalated")


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
