"""命名, and how a named site is looked at again (plan, part five, four; part six, three)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Resolution, User
from audit.guards import append_only
from core.http import record_address
from core.models import Worded
from core.months import MonthsLater
from core.union import Part
from documents.models import Document
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models.notices import Notice
from publicity.rules import reads_complaints, reads_recheck_draws, reads_rechecks
from sites.enums import Stage
from sites.models import Programme, Site, StageChange
from sites.models.sites import sees_site
from standards.models import Rulebook


class NamingQuerySet(models.QuerySet["Naming"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))

    def published(self) -> Self:
        """Every naming is public, a revoked one with its story."""
        return self.select_related("site__organisation", "decision", "resolution", "revocation")

    def tracked(self) -> Self:
        """Those that bear the title, warned or not."""
        return self.filter(site__stage__in=Stage.TITLED)

    def unwatched(self) -> Self:
        """Those no recheck waits for."""
        return self.exclude(pk__in=Recheck.objects.waiting().values("naming"))

    def regular(self) -> Part:
        """Those named and not warned, each `looked_on` the last time, and to be rechecked by `regular_on`.

        A warned site is looked at as its warning asks; its lifting rests on a recheck, and counts from there.
        """
        seen = TrackingNote.objects.filter(naming=OuterRef("pk"), kind=TrackingKind.RECHECK)
        last = seen.order_by("-visited_on").values("visited_on")[:1]
        own, in_force = F("site__programme__rulebook__recheck_months"), Rulebook.objects.published()
        months = Coalesce(own, Subquery(in_force.values("recheck_months")[:1]))
        named = self.filter(site__stage=Stage.NAMED)
        return named.annotate(looked_on=Coalesce(Subquery(last), "named_on")).annotate(
            regular_on=MonthsLater("looked_on", months)
        )


class Naming(models.Model):
    """One site named by one decision; its plaque in the register."""

    site = models.OneToOneField(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="naming")
    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="namings"
    )
    decision = models.ForeignKey(
        Document, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="namings"
    )
    resolution = models.ForeignKey(
        Resolution, verbose_name=_("resolution"), on_delete=models.PROTECT, related_name="+"
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
    # Of a draw the rulebook asks for: the first day of its period, and the last, by which its sites are seen.
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)

    objects = RecheckDrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw of rechecks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(wanted__gte=1), name="recheck_draw_wants_some"),
            models.CheckConstraint(
                condition=Q(period_from=None, period_to=None)
                | Q(period_from__lte=F("drawn_on"), period_to__gte=F("drawn_on")),
                name="recheck_draw_in_its_period",
            ),
            models.UniqueConstraint(fields=["programme", "period_from"], name="recheck_draw_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.drawn_on} · {self.wanted}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:recheck_draw", self.pk)


class DrawnSite(models.Model):
    """A site that a draw of the rulebook's came to: proposed to be rechecked."""

    draw = models.ForeignKey(
        RecheckDraw, verbose_name=_("draw"), on_delete=models.PROTECT, related_name="drawn_sites"
    )
    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="drawn_sites"
    )

    class Meta:
        verbose_name = _("drawn site")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "naming"], name="drawn_site_once_a_draw")]

    def __str__(self) -> str:
        return str(self.naming)


class TrackingNoteQuerySet(models.QuerySet["TrackingNote"]):
    def visible_to(self, user: User) -> Self:
        """A complaint may show who complained: it is not for the unit complained of, nor for its district."""
        told = self if reads_complaints(user) else self.exclude(kind=TrackingKind.COMPLAINT)
        return told.filter(naming__in=Naming.objects.visible_to(user))

    def wanting(self) -> Self:
        """What speaks against a site: complaints, and rechecks that found something not met."""
        return self.filter(Q(kind=TrackingKind.COMPLAINT) | _something_unmet())

    def mended(self) -> Self:
        """Rechecks that found everything met."""
        return self.filter(~_something_unmet(), kind=TrackingKind.RECHECK)

    def last_recheck_fails(self) -> Subquery:
        """Whether the newest recheck of these found something not met; None where there is none."""
        newest = self.filter(kind=TrackingKind.RECHECK).order_by("-pk")
        return Subquery(newest.values(fails=_something_unmet())[:1])

    def since_last_step(self) -> Self:
        """Those put on file after the site was named, warned or restored: what its next step rests on."""
        steps = StageChange.objects.filter(site=OuterRef("naming__site")).order_by("-pk")
        return self.filter(at__gt=Subquery(steps.values("at")[:1]))


def _something_unmet() -> Exists:
    return Exists(RecheckFinding.objects.filter(note=OuterRef("pk"), is_met=False))


class TrackingNote(Worded):
    """A recheck or complaint on file: what a warning, a restoration or a revocation rests on.

    A recheck says who was there and when, and what was found of each thing that was looked at (`findings`);
    `on` is the day it was put on file.
    """

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="tracking"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TrackingKind)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    text = models.TextField(_("what was found"))
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    recheck_by = models.DateField(
        _("to be rechecked by"),
        null=True,
        blank=True,
        help_text=_("Of a complaint: the last of the rulebook's days."),
    )
    visitors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("visited by"), blank=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = TrackingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracking note")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="tracking_note_says_something"),
            models.CheckConstraint(
                condition=Q(kind=TrackingKind.RECHECK, visited_on__isnull=False, visited_on__lte=F("on"))
                | ~Q(kind=TrackingKind.RECHECK) & Q(visited_on=None),
                name="tracking_note_of_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(kind=TrackingKind.COMPLAINT, recheck_by__isnull=False)
                | ~Q(kind=TrackingKind.COMPLAINT) & Q(recheck_by=None),
                name="tracking_note_of_a_complaint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    @property
    def is_wanting(self) -> bool:
        """As `TrackingNoteQuerySet.wanting`; picked out here, as pages load the findings of many."""
        unmet = any(not found.is_met for found in self.findings.all())
        return self.kind == TrackingKind.COMPLAINT or unmet


class RecheckFinding(models.Model):
    """One thing that was looked at in a recheck, in a few words, and whether it is as it should be."""

    note = models.ForeignKey(
        TrackingNote, verbose_name=_("recheck"), on_delete=models.PROTECT, related_name="findings"
    )
    text = models.CharField(_("what was looked at"), max_length=200)
    is_met = models.BooleanField(_("met"))

    class Meta:
        verbose_name = _("finding of a recheck")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="recheck_finding_says_something")]

    def __str__(self) -> str:
        return self.text


class RecheckPictureQuerySet(models.QuerySet["RecheckPicture"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(note__in=TrackingNote.objects.visible_to(user))


class RecheckPicture(models.Model):
    """A picture taken in a recheck; it is shown without what the camera wrote."""

    note = models.ForeignKey(
        TrackingNote, verbose_name=_("recheck"), on_delete=models.PROTECT, related_name="pictures"
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), upload_to="rechecks/%Y/%m/")
    shown = models.FileField(_("picture as shown"), upload_to="rechecks/%Y/%m/")
    thumbnail = models.FileField(_("small picture"), upload_to="rechecks/%Y/%m/")

    objects = RecheckPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a recheck")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["note", "sha256"], name="recheck_holds_a_picture_once")
        ]

    def __str__(self) -> str:
        return self.name


class RecheckDeclineQuerySet(models.QuerySet["RecheckDecline"]):
    def visible_to(self, user: User) -> Self:
        """By who reads rechecks; that a site was complained of is told where complaints are read alone."""
        told = self if reads_rechecks(user) else self.none()
        if not reads_complaints(user):
            told = told.filter(complaint=None)
        return told.filter(naming__in=Naming.objects.visible_to(user))


class RecheckDecline(Worded):
    """Why a recheck that the portal proposed is not done: counted `since` a day, drawn, or complained of."""

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="recheck_declines"
    )
    origin = models.CharField(_("why"), max_length=10, choices=RecheckOrigin)
    since = models.DateField(_("counted from"), null=True, blank=True)
    drawn = models.OneToOneField(
        DrawnSite,
        verbose_name=_("draw"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decline",
    )
    complaint = models.OneToOneField(
        TrackingNote,
        verbose_name=_("complaint"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decline",
    )
    text = models.TextField(_("why not"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = RecheckDeclineQuerySet.as_manager()

    class Meta:
        verbose_name = _("recheck declined")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="recheck_decline_says_why"),
            models.CheckConstraint(
                condition=Q(origin=RecheckOrigin.REGULAR, since__isnull=False, drawn=None, complaint=None)
                | Q(origin=RecheckOrigin.DRAWN, since=None, drawn__isnull=False, complaint=None)
                | Q(origin=RecheckOrigin.COMPLAINT, since=None, drawn=None, complaint__isnull=False),
                name="recheck_decline_of_one_ground",
            ),
            models.UniqueConstraint(fields=["naming", "since"], name="recheck_declined_once"),
        ]

    def __str__(self) -> str:
        return f"{self.naming} {self.get_origin_display()}"


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
    """One look at a named site that is due: planned, drawn, after a complaint, or asked for by its unit.

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
    answer = models.ForeignKey(
        "WarningAnswer",
        verbose_name=_("answer to the warning"),
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
            models.CheckConstraint(
                condition=Q(origin=RecheckOrigin.ASKED, answer__isnull=False)
                | ~Q(origin=RecheckOrigin.ASKED) & Q(answer=None),
                name="recheck_of_an_answer",
            ),
            models.UniqueConstraint(
                fields=["naming"], condition=Q(result=None), name="recheck_one_waits_a_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.naming} {self.due_on}"


auditlog.register(Naming, mask_fields=["plaque_received_by"])
for model in (Recheck, RecheckPicture, DrawnSite, RecheckDecline):
    auditlog.register(model)
auditlog.register(TrackingNote, m2m_fields={"visitors"})
# Whoever reads the trail may have stood aside from a site that was drawn from.
auditlog.register(RecheckDraw, exclude_fields=["pool"])
append_only(RecheckFinding, RecheckPicture, DrawnSite, RecheckDecline)
