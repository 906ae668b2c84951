"""上行报告: what the office reports to the autonomous region's office on a phase that is over."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import sees_city
from core.http import record_address
from documents.models import Document
from sites.models import Phase


class UpwardReportQuerySet(models.QuerySet["UpwardReport"]):
    def visible_to(self, user: User) -> Self:
        """The city's: others read what the papers say to them."""
        return self if sees_city(user) else self.none()


class UpwardReport(models.Model):
    """One report a phase: a draft with the portal's figures, then a numbered paper, then sent.

    `figures` are frozen on the day `as_of`, so that what is agreed to is what the paper says:
    a list of {"what", "number"}, in Chinese.
    """

    phase = models.OneToOneField(
        Phase, verbose_name=_("phase"), on_delete=models.PROTECT, related_name="upward_report"
    )
    figures = models.JSONField(_("figures"), default=list)
    as_of = models.DateField(_("counted on"))
    practice = models.TextField(_("what was done and how"))
    problems = models.TextField(_("problems"))
    next_steps = models.TextField(_("next steps"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drafted by"), on_delete=models.PROTECT, related_name="+"
    )
    document = models.OneToOneField(
        Document,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="upward_report",
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_how = models.CharField(_("how it was sent"), max_length=100, blank=True)

    objects = UpwardReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report upward")
        verbose_name_plural = _("reports upward")
        ordering = ["phase"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on=None, sent_how="")
                | Q(sent_on__isnull=False, document__isnull=False) & ~Q(sent_how=""),
                name="upward_report_sent_once_issued",
            ),
        ]

    def __str__(self) -> str:
        return self.phase.name

    def get_absolute_url(self) -> str:
        return record_address("desk:upward_report", self.phase_id)

    @property
    def is_issued(self) -> bool:
        return self.document_id is not None


auditlog.register(UpwardReport)
