"""Gaps, the opinions on them, and the unit's answers (plan, part five, three)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.enums import EscalationLevel, FindingState, ReplyKind
from assessments.models.evidence import Evidence
from assessments.models.rounds import Assessment
from sites.models import Site
from standards.models import Item, points_field


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(assessment__site__in=Site.objects.visible_to(user))

    def unsettled(self) -> Self:
        return self.exclude(state__in=FindingState.SETTLED)

    def overdue(self, *, on: datetime.date) -> Self:
        return self.filter(state__in=FindingState.WITH_UNIT, deadline__lt=on)


class Finding(models.Model):
    """存在差距: one item below full marks with the opinion on it; without an item, a gap of the site."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="findings"
    )
    item = models.ForeignKey(
        Item, verbose_name=_("item"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    points = points_field(_("points"), null=True)
    reason = models.TextField(_("gap"))
    opinion = models.TextField(_("opinion for improvement"))
    working_days = models.PositiveSmallIntegerField(_("working days to rectify"))
    reply_by = models.DateField(
        _("to be commented on by"), null=True, blank=True, help_text=_("While it is put to the unit.")
    )
    deadline = models.DateField(
        _("deadline"), null=True, blank=True, help_text=_("Counted from the day the notice was issued.")
    )
    deadline_counted = models.TextField(_("how the deadline was counted"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        ordering = ["assessment", "item__section__ordinal", "item__ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item"],
                condition=Q(item__isnull=False) & ~Q(state="withdrawn"),
                name="finding_once_per_item",
            ),
            models.CheckConstraint(
                condition=Q(deadline__isnull=False) | Q(state__in=("put", "withdrawn")),
                name="finding_noticed_has_deadline",
            ),
            models.CheckConstraint(condition=~Q(opinion=""), name="finding_has_opinion"),
        ]
        indexes = [models.Index(fields=["state", "deadline"])]

    def __str__(self) -> str:
        return str(self.item) if self.item else self.reason[:40]

    def get_absolute_url(self) -> str:
        return reverse("assessments:rectification", args=[self.assessment.site_id]) + f"#finding-{self.pk}"


class FindingReply(models.Model):
    """One step of a finding's thread; append-only."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="replies"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ReplyKind)
    text = models.TextField(_("text"))
    evidence = models.ForeignKey(
        Evidence,
        verbose_name=_("evidence"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class Escalation(models.Model):
    """That somebody was told of an overdue finding; once a level and deadline."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="escalations"
    )
    level = models.CharField(_("told"), max_length=15, choices=EscalationLevel)
    deadline = models.DateField(_("deadline"))
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("escalation")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "level", "deadline"], name="escalated_once_a_level")
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.get_level_display()}"


auditlog.register(Finding)
auditlog.register(FindingReply)
