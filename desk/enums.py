"""The words of this room: how far a dossier is, and how close a date."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
