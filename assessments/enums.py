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


class FindingState(models.TextChoices):
    OPEN = "open", _("to be rectified")
    ANSWERED = "answered", _("answered")
    SENT_BACK = "sent_back", _("answer sent back")
    VERIFIED = "verified", _("verified")

    # The unit's turn.
    WITH_UNIT = nonmember(("open", "sent_back"))


class ReplyKind(models.TextChoices):
    ANSWER = "answer", _("answer")
    SEND_BACK = "send_back", _("sent back")
    VERIFY = "verify", _("verified")


class Band(models.TextChoices):
    """等次 of a result, by the rulebook's marks."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("unqualified")


class Verdict(models.TextChoices):
    PASS = "pass", _("passed")
    FAIL = "fail", _("not passed")
