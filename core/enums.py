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


class FileFlag(models.TextChoices):
    """What whoever opens a file should know of it; whatever runs by itself is not taken at all."""

    LINKS = "links", _("It holds links that lead outside; look where one leads before you follow it.")
    FETCHES = (
        "fetches",
        _("It fetches pictures or numbers from elsewhere when it is opened; refuse that if asked."),
    )
    OBJECTS = "objects", _("Another document is embedded in it.")
    SIGNED = "signed", _("It bears an electronic signature, so it stands as signed, its makers' names in it.")


class UploadRefusal(models.TextChoices):
    """Why a file was not taken, as the trail tells it."""

    REFUSED = "refused", _("file refused")
    HARMFUL = "harmful", _("file refused: the virus scanner knows it")


class Severity(models.TextChoices):
    """How well a condition of the portal is (`core.health`)."""

    OK = "ok", pgettext_lazy("a condition of the portal", "in order")
    WARNING = "warning", pgettext_lazy("a condition of the portal", "to be looked after")
    ERROR = "error", pgettext_lazy("a condition of the portal", "broken")
