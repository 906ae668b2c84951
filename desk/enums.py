"""The words of this room: what falls due, who is told, and how far a dossier is."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeadlineKind(models.TextChoices):
    """What can fall due in a campaign, in the order of its phases."""

    LIST = "list", _("list to be filed")
    PLAN = "plan", _("work plan to be filed")
    MEASURE = "measure", _("measure of a work plan")
    SELF_ASSESSMENT = "self_assessment", _("self-assessment to be submitted")
    INSPECTION = "inspection", _("sheets of a visit to be submitted")
    COMMENT = "comment", _("findings to be commented on")
    RECTIFICATION = "rectification", _("findings to be answered")
    OBJECTION = "objection", _("objection to be answered")
    WARNING = "warning", _("warning to be mended")
    RECHECK = "recheck", _("site to be rechecked")


class Rung(models.TextChoices):
    """Who is told of a date: those who have to act, before and after it, then those over them."""

    AHEAD = "ahead", _("those who have to act, before the date")
    LATE = "late", _("those who have to act, after the date")
    DISTRICT = "district", _("the district's office")
    OFFICE = "office", _("the municipal office")
    LEADING_GROUP = "leading_group", _("the leading group")


class DossierState(models.TextChoices):
    QUEUED = "queued", _("waiting to be made")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    DELETED = "deleted", pgettext_lazy("a dossier", "deleted")

    PENDING = nonmember(("queued", "making"))


class Light(models.TextChoices):
    """How close a date is; in the order in which things are done."""

    RED = "red", pgettext_lazy("a date", "overdue")
    YELLOW = "yellow", pgettext_lazy("a date", "due soon")
    GREEN = "green", pgettext_lazy("a date", "in time")
