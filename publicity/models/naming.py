"""命名, and what follows it (plan, part five, four; part six, three)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.http import record_address
from core.models import Worded
from documents.models import Document
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models.notices import Notice
from publicity.rules import reads_complaints, reads_recheck_draws, reads_rechecks
from sites.enums import Stage
from sites.models import Programme, Site, StageChange
from sites.models.sites import sees_site


class NamingQuerySet(models.QuerySet["Naming"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))

    def published(self) -> Self:
        """Every naming is public, a revoked one with its story."""
        return self.select_related("site__organisation", "decision", "revocation")

    def tracked(self) -> Self:
        """Those that bear the title, warned or not."""
        return self.filter(site__stage__in=Stage.TITLED)

    def unwatched(self) -> Self:
        """Those no recheck waits for."""
        return self.exclude(pk__in=Recheck.objects.waiting().values("naming"))


class Naming(models.Model):
    """One site named by one decision; its plaque in the register."""

    site = models.OneToOneField(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="naming")
    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="namings"
    )
    decision = models.ForeignKey(
        Document, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="namings"
    )
    named_on = models.DateField(_("named on"))
    plaque_number = models.CharField(_("plaque number"), max_length=20, unique=True)
    plaque_received_by = models.CharField(_("plaque received by"), max_length=40, blank=True)
    plaque_handed_on = models.DateField(_("plaque handed over on"), null=True, blank=True)

    objects = NamingQuerySet.as_manager()

    class Meta:
        verbose_name = _("naming")
        ordering = ["-named_on", "plaque_number"]

    def __str__(self) -> str:
        return str(self.site)

    def get_absolute_url(self) -> str:
        return record_address("publicity:naming", self.pk)


class RecheckDrawQuerySet(models.QuerySet["RecheckDraw"]):
    def visible_to(self, user: User) -> Self:
        return self if reads_recheck_draws(user) else self.none()


class RecheckDraw(models.Model):
    """Named sites drawn at random to be looked at again: pool and seed, never changed.

    The pool in the order of `assessments.drawing` and the seed give the same result to anybody.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="recheck_draws"
    )
    seed = models.CharField(_("seed"), max_length=64)
    pool = models.JSONField(_("what was drawn from"))
    wanted = models.PositiveSmallIntegerField(_("how many"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drawn by"), on_delete=models.PROTECT, related_name="+"
    )
    drawn_on = models.DateField(_("drawn on"))

    objects = RecheckDrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw of rechecks")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(wanted__gte=1), name="recheck_draw_wants_some")]

    def __str__(self) -> str:
        return f"{self.drawn_on} · {self.wanted}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:recheck_draw", self.pk)


class TrackingNoteQuerySet(models.QuerySet["TrackingNote"]):
    def visible_to(self, user: User) -> Self:
        """A complaint may show who complained: it is not for the unit complained of, nor for its district."""
        told = self if reads_complaints(user) else self.exclude(kind=TrackingKind.COMPLAINT)
        return told.filter(naming__in=Naming.objects.visible_to(user))

    def since_last_step(self) -> Self:
        """Those put on file after the site was named, warned or restored: what its next step rests on."""
        steps = StageChange.objects.filter(site=OuterRef("naming__site")).order_by("-pk")
        return self.filter(at__gt=Subquery(steps.values("at")[:1]))


class TrackingNote(Worded):
    """A recheck or complaint on file: what a warning, a restoration or a revocation rests on."""

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="tracking"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TrackingKind)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    text = models.TextField(_("what was found"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = TrackingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracking note")
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="tracking_note_says_something")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class RecheckQuerySet(models.QuerySet["Recheck"]):
    def visible_to(self, user: User) -> Self:
        told = self if reads_rechecks(user) else self.none()
        return told.filter(naming__in=Naming.objects.visible_to(user))

    def waiting(self) -> Self:
        """Those not done yet; with a revocation nothing is left to look at."""
        return self.filter(result=None, naming__revocation=None)

    def overdue(self, *, on: datetime.date) -> Self:
        return self.waiting().filter(due_on__lt=on)

    def done(self) -> Self:
        return self.filter(result__isnull=False)


class Recheck(Worded):
    """One look at a named site that is due: planned, drawn at random or started by a complaint.

    It is done with the note that says what was found.
    """

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="rechecks"
    )
    origin = models.CharField(_("why"), max_length=10, choices=RecheckOrigin)
    draw = models.ForeignKey(
        RecheckDraw,
        verbose_name=_("draw"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rechecks",
    )
    complaint = models.ForeignKey(
        TrackingNote,
        verbose_name=_("complaint"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("due on"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("planned by"), on_delete=models.PROTECT, related_name="+"
    )
    planned_on = models.DateField(_("planned on"))
    result = models.OneToOneField(
        TrackingNote,
        verbose_name=_("result"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recheck",
    )

    objects = RecheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned recheck")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=RecheckOrigin.DRAWN, draw__isnull=False)
                | ~Q(origin=RecheckOrigin.DRAWN) & Q(draw=None),
                name="recheck_drawn_by_a_draw",
            ),
            models.CheckConstraint(
                condition=Q(origin=RecheckOrigin.COMPLAINT, complaint__isnull=False)
                | ~Q(origin=RecheckOrigin.COMPLAINT) & Q(complaint=None),
                name="recheck_of_a_complaint",
            ),
            models.UniqueConstraint(
                fields=["naming"], condition=Q(result=None), name="recheck_one_waits_a_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.naming} {self.due_on}"


class WarnedQuerySet(models.QuerySet["Warned"]):
    def standing(self) -> Self:
        """Those neither lifted nor followed by a revocation."""
        return self.filter(lifted_on=None, naming__revocation=None)


class Warned(models.Model):
    """警告, 限期整改: a named site has until `rectify_by` to mend what was found.

    `lifted_on` when it was restored; otherwise it is followed by a revocation or still runs.
    """

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="warnings"
    )
    reason = models.TextField(_("reason"))
    warned_on = models.DateField(_("warned on"))
    rectify_by = models.DateField(_("to be mended by"))
    counted = models.TextField(_("how it was counted"), blank=True)
    warned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("warned by"), on_delete=models.PROTECT, related_name="+"
    )
    paper = models.OneToOneField(
        Document, verbose_name=_("paper"), on_delete=models.PROTECT, related_name="+"
    )
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifting_reason = models.TextField(_("why it was lifted"), blank=True)
    lifting_paper = models.OneToOneField(
        Document,
        verbose_name=_("paper that lifts it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = WarnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning")
        ordering = ["-warned_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="warning_has_reason"),
            models.CheckConstraint(
                condition=Q(warned_on__lte=models.F("rectify_by")), name="warning_leaves_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on=None, lifting_reason="")
                | Q(lifted_on__isnull=False) & ~Q(lifting_reason=""),
                name="warning_lifted_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.naming} {self.warned_on}"


class Revocation(models.Model):
    """撤销命名: the title is taken back; the naming stays on record."""

    naming = models.OneToOneField(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="revocation"
    )
    revoked_on = models.DateField(_("revoked on"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    decision = models.OneToOneField(
        Document, verbose_name=_("decision"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    plaque_returned_on = models.DateField(_("plaque taken back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("revocation")
        ordering = ["-revoked_on"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason")]

    def __str__(self) -> str:
        return str(self.naming)


def plaques_due_back() -> models.QuerySet[Revocation]:
    """The revocations whose plaque was handed over and is not back yet."""
    return Revocation.objects.filter(naming__plaque_handed_on__isnull=False, plaque_returned_on=None)


for model in (Naming, TrackingNote, Recheck, Warned, Revocation):
    auditlog.register(model)
# Whoever reads the trail may have stood aside from a site that was drawn from.
auditlog.register(RecheckDraw, exclude_fields=["pool"])
