"""A register loaded from a large workbook: read, previewed and taken by the worker, line by line."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.encrypted import PartlyEncryptedJSONField
from core.http import record_address
from core.jobs import Job, JobQuerySet, Life
from core.models import Worded
from sites.enums import TELEPHONES, JobState, Outcome, Register


class ImportJobQuerySet(JobQuerySet["ImportJob"]):
    def visible_to(self, user: User) -> Self:
        """The registers are the office's."""
        return self if user.role == Role.OFFICE else self.none()


class ImportJob(Job):
    """One upload of a whole register. The row is the truth: a lost broker or worker loses nothing."""

    register = models.CharField(_("register"), max_length=20, choices=Register)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.READING)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict)
    mended = PartlyEncryptedJSONField(_("cells put right while reading"), default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone = models.JSONField(_("what was undone"), default=dict)

    life = Life(
        task="sites.tasks.run_import",
        pending=JobState.PENDING,
        done=JobState.DONE,
        waits_from="created_at",
        stale_after=datetime.timedelta(seconds=settings.PORTAL_IMPORT_STALE_SECONDS),
        max_attempts=5,
        given_up=_(
            "The worker broke down over this file %(n)d times, so it is not tried again. "
            "Divide the workbook, upload the parts one after another, and tell the administrator."
        ),
    )

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a register")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "sent_at"])]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return record_address("sites:import", self.pk)

    @property
    def actor(self) -> User:
        return self.undone_by or self.by


class ImportLine(Worded):
    """One row of the workbook: its cells as text, what becomes of it and why."""

    job = models.ForeignKey(
        ImportJob, verbose_name=_("import"), on_delete=models.CASCADE, related_name="lines"
    )
    number = models.PositiveIntegerField(_("row"))
    cells = PartlyEncryptedJSONField(_("cells"), names=TELEPHONES)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    complaints = models.JSONField(_("complaints"), default=list)
    changes = PartlyEncryptedJSONField(_("changes"), default=list, names=TELEPHONES)

    class Meta:
        verbose_name = _("row of an import")
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["job", "outcome"])]

    def __str__(self) -> str:
        return f"{self.job} {self.number}"


# Not how a telephone was mended either.
auditlog.register(ImportJob, exclude_fields=["mended", "done", "undone", "sent_at", "claimed_at", "attempts"])
