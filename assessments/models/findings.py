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
from assessments.enums import FindingState, ReplyKind
from assessments.models.evidence import Evidence
from assessments.models.rounds import Assessment
from sites.models import Site
from standards.models import Item, points_field


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(assessment__site__in=Site.objects.visible_to(user))

    def unsettled(self) -> Self:
        return self.exclude(state=FindingState.VERIFIED)

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
    deadline = models.DateField(_("deadline"))
    deadline_counted = models.TextField(_("how the deadline was counted"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        ordering = ["assessment", "item__section__ordinal", "item__ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item"], condition=Q(item__isnull=False), name="finding_once_per_item"
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


auditlog.register(Finding)
auditlog.register(FindingReply)
