"""The life of a paper in the print shop."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class RenderState(models.TextChoices):
    QUEUED = "queued", _("waiting to be made")
    RENDERING = "rendering", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")

    PENDING = nonmember(("queued", "rendering"))
