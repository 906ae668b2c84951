"""验收: the office recommends, the leading group decides (plan, part five, four; part six, one)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.enums import Band, Verdict
from assessments.judging import band_by
from assessments.models.rounds import Assessment
from sites.models import Site
from standards.models import points_field


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(assessment__site__in=Site.objects.visible_to(user))

    def undecided(self) -> Self:
        return self.filter(decision="")


class Acceptance(models.Model):
    """One result of one site: on-site marks and public appraisal, by the rulebook in force.

    The figures are frozen when the office recommends; `working` is the sum written out.
    """

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("on-site assessment"), on_delete=models.PROTECT, related_name="acceptances"
    )
    standard_score = points_field(_("score by the standard"))
    standard_maximum = points_field(_("maximum"))
    appraisal_sample = models.PositiveIntegerField(_("people who answered the appraisal"))
    appraisal_score = points_field(_("appraisal score"))
    bonus = points_field(_("bonus"), default=0)
    bonus_grounds = models.TextField(_("grounds for the bonus"), blank=True)
    veto_reason = models.CharField(_("veto"), max_length=200, blank=True)
    composite = points_field(_("composite score"))
    working = models.CharField(_("working"), max_length=200)
    recommendation = models.CharField(_("recommendation"), max_length=4, choices=Verdict)
    opinion = models.TextField(_("opinion"))
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recommended by"), on_delete=models.PROTECT, related_name="+"
    )
    recommended_on = models.DateField(_("recommended on"))
    decision = models.CharField(_("decision"), max_length=4, choices=Verdict, blank=True)
    decision_note = models.TextField(_("note on the decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance")
        ordering = ["-recommended_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(decision=""), name="acceptance_one_undecided"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recommended_by")),
                name="acceptance_two_people",
            ),
            models.CheckConstraint(
                condition=Q(bonus=0) | ~Q(bonus_grounds=""), name="acceptance_bonus_has_grounds"
            ),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="acceptance_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(appraisal_score__gte=0, appraisal_score__lte=100),
                name="acceptance_appraisal_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment.site}: {self.composite}"

    @property
    def band(self) -> Band:
        """等次 by the bands of the rulebook it was scored with."""
        return band_by(self.assessment.round.rulebook, self.composite, vetoed=bool(self.veto_reason))


auditlog.register(Acceptance)
