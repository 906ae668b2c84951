"""警告 and 撤销命名: a warning, the unit's answer to it, the hearing before a revocation, the revocation."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Resolution, User
from assessments.models import Evidence
from audit.guards import append_only
from documents.models import Document
from publicity.enums import TrackingKind

from .naming import Naming, TrackingNote


class WarnedQuerySet(models.QuerySet["Warned"]):
    def standing(self) -> Self:
        """Those neither lifted nor followed by a revocation."""
        return self.filter(lifted_on=None, naming__revocation=None)

    def with_unit(self) -> Self:
        """Those that the unit has still to answer: it waits for no recheck, and for no lifting."""
        mended = TrackingNote.objects.since_last_step().mended().filter(naming=OuterRef("naming"))
        answered = WarningAnswer.objects.waiting().filter(warned=OuterRef("pk"))
        return self.standing().filter(~Exists(mended), ~Exists(answered))

    def to_lift(self, user: User) -> Self:
        """The mended ones whose last recheck somebody else put on file."""
        return self.mended().exclude(found_by=user.pk).exclude(found_by__in=user.stood_in_for())

    def mended(self) -> Self:
        """Those whose last recheck found everything met; each with `found_by`, who put it on file."""
        since = TrackingNote.objects.since_last_step().filter(naming=OuterRef("naming"))
        newest = since.filter(kind=TrackingKind.RECHECK).order_by("-pk")
        found_by = Subquery(newest.values("by")[:1])
        read = self.standing().annotate(fails=since.last_recheck_fails(), found_by=found_by)
        return read.filter(fails=False)


class Warned(models.Model):
    """警告, 限期整改: a named site has until `rectify_by` to mend what was found.

    `lifted_on` when it was restored; otherwise it is followed by a revocation or still runs.
    """

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="warnings"
    )
    reason = models.TextField(_("reason"))
    warned_on = models.DateField(_("warned on"))
    resolution = models.OneToOneField(
        Resolution, verbose_name=_("resolution"), on_delete=models.PROTECT, related_name="+"
    )
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
    lifting_resolution = models.OneToOneField(
        Resolution,
        verbose_name=_("resolution that lifts it"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Where the leading group lifted it."),
    )
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


class WarningAnswerQuerySet(models.QuerySet["WarningAnswer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(warned__naming__in=Naming.objects.visible_to(user))

    def waiting(self) -> Self:
        """Those upon which the site was not rechecked yet, while the warning stands."""
        rechecks = TrackingNote.objects.filter(kind=TrackingKind.RECHECK, at__gt=OuterRef("at"))
        after = rechecks.filter(naming=OuterRef("warned__naming"))
        return self.filter(~Exists(after), warned__in=Warned.objects.standing())


class WarningAnswer(models.Model):
    """What a warned unit says it has mended; it asks for the recheck by it."""

    warned = models.ForeignKey(
        Warned, verbose_name=_("warning"), on_delete=models.PROTECT, related_name="answers"
    )
    text = models.TextField(_("what has been mended"))
    evidence = models.ForeignKey(
        Evidence,
        verbose_name=_("evidence"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = WarningAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a warning")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="warning_answer_says_something")]

    def __str__(self) -> str:
        return f"{self.warned} {self.on}"


class HearingQuerySet(models.QuerySet["RevocationHearing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(warned__naming__in=Naming.objects.visible_to(user))

    def standing(self) -> Self:
        """Those of warnings that stand."""
        return self.filter(warned__in=Warned.objects.standing())

    def open(self, *, on: datetime.date) -> Self:
        """The unit may still state its view, and has not yet."""
        return self.standing().filter(statement="", state_by__gte=on)

    def over(self, *, on: datetime.date) -> Self:
        """The unit has stated its view, or has let its day pass."""
        return self.standing().filter(~Q(statement="") | Q(state_by__lt=on))


class RevocationHearing(models.Model):
    """听取意见: the unit is told that a revocation is considered, and why, and states its view by a day.

    Nobody revokes without one. Where `statement` is empty once the day is over, none came.
    """

    warned = models.OneToOneField(
        Warned, verbose_name=_("warning"), on_delete=models.PROTECT, related_name="hearing"
    )
    grounds = models.TextField(_("grounds"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    opened_on = models.DateField(_("opened on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    state_by = models.DateField(_("view to be stated by"))
    counted = models.TextField(_("how it was counted"))
    statement = models.TextField(_("the unit's view"), blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("stated by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    stated_at = models.DateTimeField(_("stated at"), null=True, blank=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing before a revocation")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(grounds=""), name="hearing_has_grounds"),
            models.CheckConstraint(
                condition=Q(opened_on__lte=models.F("state_by")), name="hearing_leaves_time"
            ),
            models.CheckConstraint(
                condition=Q(statement="", stated_by=None, stated_on=None)
                | ~Q(statement="")
                & Q(stated_by__isnull=False, stated_on__isnull=False, stated_on__lte=models.F("state_by")),
                name="hearing_statement_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warned} {self.opened_on}"

    def is_over(self, on: datetime.date) -> bool:
        """Whether the unit has stated its view, or has let its day pass."""
        return bool(self.statement) or self.state_by < on


class Revocation(models.Model):
    """撤销命名: the title is taken back; the naming stays on record.

    The unit was heard before, and whoever proposed it does not decide it. `why_early`: why its time to mend,
    until `mend_by`, was not waited for.
    """

    naming = models.OneToOneField(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="revocation"
    )
    hearing = models.OneToOneField(
        RevocationHearing, verbose_name=_("hearing"), on_delete=models.PROTECT, related_name="revocation"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.OneToOneField(
        Resolution, verbose_name=_("resolution"), on_delete=models.PROTECT, related_name="+"
    )
    revoked_on = models.DateField(_("revoked on"))
    reason = models.TextField(_("reason"))
    mend_by = models.DateField(_("to be mended by"))
    why_early = models.TextField(_("why before the day"), blank=True)
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
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason"),
            models.CheckConstraint(
                condition=Q(mend_by__lt=models.F("revoked_on"), why_early="")
                | Q(mend_by__gte=models.F("revoked_on")) & ~Q(why_early=""),
                name="revocation_before_the_day_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(by=models.F("proposed_by")), name="revocation_by_not_proposed_by"
            ),
        ]

    def __str__(self) -> str:
        return str(self.naming)


def plaques_due_back() -> models.QuerySet[Revocation]:
    """The revocations whose plaque was handed over and is not back yet."""
    return Revocation.objects.filter(naming__plaque_handed_on__isnull=False, plaque_returned_on=None)


for model in (Warned, RevocationHearing, Revocation):
    auditlog.register(model)
append_only(WarningAnswer)
