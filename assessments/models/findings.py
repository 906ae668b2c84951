"""Gaps, the opinions on them, and the unit's answers (plan, part five, three)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.enums import EscalationLevel, FindingState, ReplyKind, SheetRole, SheetState
from assessments.models.evidence import Evidence
from assessments.models.rounds import Assessment
from assessments.models.sheets import Sheet
from audit.guards import append_only
from core.models import Worded
from sites.models import Site
from sites.models.sites import sees_site
from standards.models import Item, points_field


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        """Findings of the sites this person sees.

        When a signed sheet is opened again its findings are withdrawn, and hidden from a member who joined
        later and has still to mark.
        """
        of_sites = self.filter(sees_site(user, "assessment__site__"))
        if user.role != Role.INSPECTOR:
            return of_sites
        opened = Sheet.objects.filter(role=SheetRole.FINAL, state=SheetState.DRAFT)
        still_blind = opened.filter(assessment__assignment__team__members__user=user).exclude(
            assessment__in=Sheet.objects.submitted_by(user).values("assessment")
        )
        return of_sites.exclude(assessment__in=still_blind.values("assessment"))

    def put(self) -> Self:
        """Findings put to the unit whose notice is not out yet."""
        return self.filter(state=FindingState.PUT)

    def uncommented(self) -> Self:
        """Findings put to the unit on which it has not commented yet."""
        return self.put().exclude(Exists(FindingReply.objects.of_hearing()))

    def noticed(self) -> Self:
        return self.exclude(state__in=FindingState.UNNOTICED)

    def with_view(self) -> Self:
        """Each with `view`: the last word of the hearing (agree, disagree, uphold), None before the first."""
        words = FindingReply.objects.of_hearing().order_by("-pk")
        return self.annotate(view=Subquery(words.values("kind")[:1]))

    def disputed(self) -> Self:
        """Findings the unit does not agree with, while the office has not answered."""
        return self.put().with_view().filter(view=ReplyKind.DISAGREE)

    def unsettled(self) -> Self:
        return self.filter(state__in=FindingState.UNSETTLED)

    def overdue(self, *, on: datetime.date) -> Self:
        return self.filter(state__in=FindingState.WITH_UNIT, deadline__lt=on)


class Finding(Worded):
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
    reply_by_counted = models.TextField(_("how that day was counted"), blank=True)
    deadline = models.DateField(
        _("deadline"), null=True, blank=True, help_text=_("Counted from the day the notice was issued.")
    )
    deadline_counted = models.TextField(_("how the deadline was counted"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    objection_key = models.PositiveBigIntegerField(
        _("upheld objection"), null=True, blank=True, help_text=_("The letter it comes of, if it does.")
    )

    # The last word of the hearing, where the query asked for it (with_view).
    view: str | None

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

    def is_overdue(self, on: datetime.date) -> bool:
        """What the queryset's `overdue` asks, of one finding."""
        return self.state in FindingState.WITH_UNIT and self.deadline is not None and self.deadline < on

    @property
    def site_key(self) -> int:
        """How `notify` knows which site it is about."""
        return self.assessment.site_id


class FindingReplyQuerySet(models.QuerySet["FindingReply"]):
    def of_hearing(self) -> Self:
        """The hearing's words on the finding of an outer query."""
        return self.filter(finding=OuterRef("pk"), kind__in=ReplyKind.HEARING)


class FindingReply(Worded):
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
    due_on = models.DateField(
        _("was due on"), null=True, blank=True, help_text=_("The day set for it when it was written.")
    )
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = FindingReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    @property
    def is_late(self) -> bool:
        """Whether a comment or an answer came after the day set for it."""
        return self.kind in ReplyKind.OF_UNIT and self.due_on is not None and self.on > self.due_on


class Escalation(Worded):
    """Says who was told of an overdue finding; once for each level and deadline."""

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


class UnitSummary(models.Model):
    """整改小结: what the unit itself says of its rectification; the report to the leading group quotes it."""

    site = models.OneToOneField(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="rectification_summary"
    )
    text = models.TextField(_("text"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("unit's summary")
        verbose_name_plural = _("units' summaries")

    def __str__(self) -> str:
        return f"{self.site}: {self.on}"


for model in (Finding, FindingReply, UnitSummary):
    auditlog.register(model)
append_only(FindingReply)
