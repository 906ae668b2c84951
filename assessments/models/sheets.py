"""Score sheets and the scores on them."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.enums import ScoreLevel, SheetRole, SheetState
from assessments.models.rounds import Assessment
from sites.models import Site
from standards.models import Item, points_field


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: User) -> Self:
        """The office sees all. A site's own people see the self sheet and what was signed.

        Inspectors see their own sheet, the self sheet, and the final sheet of
        what they are assigned to; never a colleague's.
        """
        if user.role in Role.CITY_WIDE:
            return self
        visible = self.filter(assessment__site__in=Site.objects.visible_to(user))
        if user.role == Role.INSPECTOR:
            own_team = Q(assessment__in=Assessment.objects.filter(assignment__team__members__user=user))
            return visible.filter(
                Q(author=user)
                | Q(role=SheetRole.FINAL) & (own_team | Q(state=SheetState.SIGNED))
                | Q(role=SheetRole.SELF, submitted_on__isnull=False)
            )
        return visible.filter(Q(role=SheetRole.SELF) | Q(role=SheetRole.FINAL, state=SheetState.SIGNED))


class Sheet(models.Model):
    """The marks of one author (or of the team, when final) for one site in one round."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="sheets"
    )
    role = models.CharField(_("whose marks"), max_length=10, choices=SheetRole)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.PROTECT,
        related_name="sheets",
    )
    state = models.CharField(_("state"), max_length=10, choices=SheetState, default=SheetState.DRAFT)
    submitted_on = models.DateField(_("submitted on"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_on = models.DateField(_("signed on"), null=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        ordering = ["assessment", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "author"],
                condition=Q(role="inspector"),
                name="sheet_once_per_inspector",
            ),
            models.UniqueConstraint(
                fields=["assessment", "role"], condition=~Q(role="inspector"), name="sheet_one_self_one_final"
            ),
            models.CheckConstraint(
                condition=~Q(role="inspector") | Q(author__isnull=False), name="sheet_inspector_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="sheet_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} ({self.get_role_display()})"

    def get_absolute_url(self) -> str:
        return reverse("assessments:sheet", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == SheetState.DRAFT


class Score(models.Model):
    """One item's mark on one sheet. No row means: not looked at yet, which is not 0."""

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="scores"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    level = models.CharField(_("level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    max_points = points_field(_("maximum"), help_text=_("The item's points when it was scored."))
    reason = models.TextField(_("reason"), blank=True)
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("inapplicability agreed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(_("row version"), default=1)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("written at"), auto_now=True)

    class Meta:
        verbose_name = _("score")
        ordering = ["item__section__ordinal", "item__ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="score_once_per_item"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("max_points")), name="score_within_points"
            ),
            models.CheckConstraint(
                condition=Q(level="met", points=F("max_points")) | ~Q(level="met") & ~Q(reason=""),
                name="score_less_than_full_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(level__in=["unmet", "inapplicable"]) | Q(points=0),
                name="score_unmet_has_no_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.points}/{self.max_points}"


auditlog.register(Sheet)
auditlog.register(Score)
