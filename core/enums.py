"""The words of this room: how far a file is that the worker makes, and how well a condition is."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileState(models.TextChoices):
    QUEUED = "queued", _("waiting to be made")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    DELETED = "deleted", pgettext_lazy("a made file", "deleted")

    PENDING = nonmember(("queued", "making"))


class Severity(models.TextChoices):
    """How well a condition of the portal is (`core.health`)."""

    OK = "ok", pgettext_lazy("a condition of the portal", "in order")
    WARNING = "warning", pgettext_lazy("a condition of the portal", "to be looked after")
    ERROR = "error", pgettext_lazy("a condition of the portal", "broken")
