"""Score sheets and the scores on them."""

from typing import Any, ClassVar, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.deputies import with_deputy
from accounts.enums import Role
from accounts.models import User
from assessments.enums import ScoreLevel, SheetRole, SheetState, Together
from assessments.models.rounds import Assessment, NotDue
from audit.guards import append_only
from core.http import record_address
from core.models import Worded
from sites.models.sites import sees_site
from standards.models import Item, points_field


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: User) -> Self:
        """The city sees all. A site's own people see the self sheet and what was signed.

        Inspectors see the self sheet and their own; their team's other sheets, the final one too, only once
        they have submitted theirs: nobody marks under the eyes of a colleague. Of what other teams did
        they see the signed sheet.
        """
        visible = self.filter(sees_site(user, "assessment__site__"))
        if user.role in Role.CITY_WIDE:
            return visible
        if user.role != Role.INSPECTOR:
            return visible.filter(Q(role=SheetRole.SELF) | Q(role=SheetRole.FINAL, state=SheetState.SIGNED))
        own_team = Q(assessment__in=Assessment.objects.filter(assignment__team__members__user=user))
        done = Q(assessment__in=Sheet.objects.submitted_by(user).values("assessment"))
        return visible.filter(
            Q(author=user)
            | Q(role=SheetRole.SELF, submitted_on__isnull=False)
            | Q(role=SheetRole.INSPECTOR) & ~Q(state=SheetState.DRAFT) & done
            | Q(role=SheetRole.FINAL) & (done | Q(state=SheetState.SIGNED) & ~own_team)
        )

    def signed_finals(self) -> Self:
        """The teams' common sheets that stand signed: each is its site's result in that round."""
        return self.filter(role=SheetRole.FINAL, state=SheetState.SIGNED)

    def submitted_by(self, user: User) -> Self:
        """The sheets this inspector has submitted."""
        return self.filter(role=SheetRole.INSPECTOR, author=user).exclude(state=SheetState.DRAFT)

    def opened_to(self, user: User) -> Self:
        """The final sheets beside which this person may read each member's own marks."""
        finals = self.visible_to(user).filter(role=SheetRole.FINAL)
        if user.role in Role.CITY_WIDE:
            return finals
        return finals.filter(assessment__in=Sheet.objects.submitted_by(user).values("assessment"))


class Sheet(Worded):
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
    submitted_at = models.DateTimeField(
        _("submitted at"), null=True, help_text=_("What was filed later its author has not seen.")
    )
    finish_key = models.UUIDField(
        _("number of its finish"),
        null=True,
        unique=True,
        help_text=_("Given by the phone on which it was finished without a network."),
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed as deputy for"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_on = models.DateField(_("signed on"), null=True)
    version = models.PositiveSmallIntegerField(
        _("version"), default=1, help_text=_("Counts on each time a signed sheet is unlocked.")
    )

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
            models.CheckConstraint(
                condition=Q(signed_for=None) | Q(signed_by__isnull=False) & ~Q(signed_for=F("signed_by")),
                name="sheet_signed_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} ({self.get_role_display()})"

    def get_absolute_url(self) -> str:
        return record_address("assessments:sheet", self.pk)

    def url_of_item(self, item: Item) -> str:
        """The item's place on the page of its section."""
        return f"{self.get_absolute_url()}?section={item.section.ordinal}#item-{item.code}"

    @property
    def is_draft(self) -> bool:
        return self.state == SheetState.DRAFT

    @property
    def signature(self) -> str:
        """Who signed, and for whom where a deputy did."""
        return with_deputy(self.signed_by, self.signed_for)


class ScoreQuerySet(models.QuerySet["Score"]):
    def due(self) -> Self:
        """Without the marks of items that are not due in the round: those are kept but count nowhere."""
        put_off = NotDue.objects.filter(round=OuterRef("sheet__assessment__round"), item=OuterRef("item"))
        return self.exclude(Exists(put_off))

    def unconsented(self) -> Self:
        """The marks “inapplicable” to which the office has not agreed."""
        return self.due().filter(level=ScoreLevel.INAPPLICABLE, consented_by=None)

    def in_one_list(self) -> Self:
        """Site by site in the standard's order, with what a line of a list says."""
        related = self.select_related("item__section", "sheet__assessment__site", "sheet__assessment__round")
        return related.order_by("sheet__assessment__site", "item__section__ordinal", "item__ordinal")


class Score(Worded):
    """One item's mark on one sheet. No row means: not looked at yet, which is not 0."""

    SAYS: ClassVar = ("level", "points", "faults")

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="scores"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    max_points = points_field(_("maximum"), help_text=_("The item's points when it was scored."))
    faults = models.PositiveSmallIntegerField(
        _("faults counted"),
        null=True,
        blank=True,
        help_text=_("Where each fault costs points."),
    )
    reason = models.TextField(_("reason"), blank=True)
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("inapplicability agreed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refusal = models.TextField(
        _("why the office does not agree"), blank=True, help_text=_("Until the mark is written anew.")
    )
    together = models.CharField(
        _("set together with others"),
        max_length=10,
        choices=Together,
        blank=True,
        help_text=_("Until it is written anew."),
    )
    version = models.PositiveIntegerField(_("row version"), default=1)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("written at"), auto_now=True)

    objects = ScoreQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(refusal="") | Q(level="inapplicable", consented_by=None),
                name="score_refused_is_inapplicable",
            ),
            models.CheckConstraint(
                condition=Q(together__in=["", "carried"]) | Q(together="rest", level="met"),
                name="score_with_the_rest_is_met",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.points}/{self.max_points}"

    @property
    def says(self) -> tuple[Any, ...]:
        """What two marks have in common when they are alike; each writer gives their own reason."""
        return tuple(getattr(self, name) for name in self.SAYS)


class ScoreEntry(Worded):
    """A mark as it was once written; append-only.

    The newest of a sheet and item says what its Score says; there is no Score where it was undone
    (`services.together`).
    """

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="entries"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("row version"))
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    faults = models.PositiveSmallIntegerField(_("faults counted"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item", "version"], name="score_entry_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.version}: {self.points}"


class SheetVersion(models.Model):
    """A signed sheet as it stood before it was unlocked: its marks, who signed, who unlocked it and why."""

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    rows = models.JSONField(_("marks"), help_text=_("One row an item, as marks.frozen_rows writes them."))
    points = points_field(_("points"))
    maximum = points_field(_("maximum"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+"
    )
    signed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed as deputy for"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_on = models.DateField(_("signed on"))
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("unlocked by"), on_delete=models.PROTECT, related_name="+"
    )
    unlocked_on = models.DateField(_("unlocked on"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("earlier version")
        ordering = ["sheet", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_version_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="sheet_version_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} v{self.number}"

    @property
    def signature(self) -> str:
        """Who signed, and for whom where a deputy did."""
        return with_deputy(self.signed_by, self.signed_for)


# Marks are written too often to be in the trail as well: ScoreEntry is their history.
for model in (Sheet, SheetVersion):
    auditlog.register(model)
append_only(ScoreEntry)
