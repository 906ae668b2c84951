"""A register loaded from a large workbook: read, previewed and taken by the worker, line by line."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from sites.enums import JobState, Outcome, Register


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User) -> Self:
        """The registers are the office's."""
        return self if user.role == Role.OFFICE else self.none()


class ImportJob(models.Model):
    """One upload of a whole register. The row is the truth: a lost broker or worker loses nothing."""

    register = models.CharField(_("register"), max_length=20, choices=Register)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.READING)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict)
    error = models.TextField(_("error"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("handed to the queue at"), null=True)
    claimed_at = models.DateTimeField(_("taken up at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("times taken up"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a register")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "sent_at"])]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("sites:import", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return self.state in JobState.PENDING


class ImportLine(models.Model):
    """One row of the workbook: its cells as text, what becomes of it and why."""

    job = models.ForeignKey(
        ImportJob, verbose_name=_("import"), on_delete=models.CASCADE, related_name="lines"
    )
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(_("cells"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    complaints = models.JSONField(_("complaints"), default=list)
    changes = models.JSONField(_("changes"), default=list)

    class Meta:
        verbose_name = _("row of an import")
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["job", "outcome"])]

    def __str__(self) -> str:
        return f"{self.job} {self.number}"


auditlog.register(ImportJob, exclude_fields=["done", "sent_at", "claimed_at", "attempts"])
