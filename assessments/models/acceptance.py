"""验收: the office recommends, the leading group decides (plan, part five, four; part six, one)."""

from decimal import Decimal
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Resolution, User
from accounts.rules import sees_city
from assessments.enums import Band, FurtherKind, Verdict
from assessments.judging import band_by
from assessments.models.rounds import Assessment
from assessments.scoring import rounded
from core.models import Worded
from sites.models import Site
from sites.models.sites import sees_site
from standards.models import Rulebook, points_field


class AppraisalResultQuerySet(models.QuerySet["AppraisalResult"]):
    def visible_to(self, user: User) -> Self:
        """The count belongs to the acceptance, and is the city's with it."""
        seen = self if user.role in Role.CITY_WIDE else self.none()
        return seen.exclude(site__in=user.recused_sites())


class AppraisalResult(models.Model):
    """社会评议 of a site as it was counted: put on file once, never changed.

    `score` lies between 0 and 100; `margin` is half the width of its 95 % interval, none for a single
    answer. Doubtful answers count; `firm_score` is the score without them. So do answers on paper that one
    clerk typed alike, one after the other, or within one minute: `alike` and `same_minute` count them.
    `questions` holds for each
    question how many answered 0, 1, 2, 3.
    """

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="appraisal_results"
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"))
    sample = models.PositiveIntegerField(_("people who answered"))
    on_paper = models.PositiveIntegerField(_("of these on paper"), default=0)
    alike = models.PositiveIntegerField(_("of these on paper alike in a row"), default=0)
    same_minute = models.PositiveIntegerField(_("of these on paper of the same minute"), default=0)
    doubtful = models.PositiveIntegerField(_("of these doubtful"), default=0)
    score = points_field(_("appraisal score"))
    margin = points_field(_("margin of error"), null=True, blank=True)
    firm_score = points_field(_("score without doubtful answers"), null=True, blank=True)
    questions = models.JSONField(_("answers to each question"), default=list)
    counted_on = models.DateField(_("counted on"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("counted by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = AppraisalResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal result")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "opened_on"], name="appraisal_result_once_a_window"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100), name="appraisal_result_percent"
            ),
            models.CheckConstraint(
                condition=Q(sample__gte=1, doubtful__lte=F("sample"), on_paper__lte=F("sample")),
                name="appraisal_result_has_answers",
            ),
            models.CheckConstraint(
                condition=Q(alike__lte=F("on_paper"), same_minute__lte=F("on_paper")),
                name="appraisal_result_marks_paper",
            ),
            models.CheckConstraint(
                condition=Q(opened_on__lte=F("closed_on"), closed_on__lt=F("counted_on")),
                name="appraisal_result_counted_after_close",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.score}"

    @property
    def paper_share(self) -> Decimal:
        """How many in a hundred answered on paper."""
        return rounded(Decimal(100 * self.on_paper) / self.sample)

    def suffices(self, rulebook: Rulebook) -> bool:
        """Whether enough people answered for it to count; else it is no result (样本不足)."""
        return self.sample >= rulebook.minimum_appraisal_sample


class FurtherFormQuerySet(models.QuerySet["FurtherForm"]):
    def visible_to(self, user: User) -> Self:
        """For the city, before the decision and after: who spoke freely is not named to the unit."""
        return self.filter(sees_site(user, "assessment__site__")) if sees_city(user) else self.none()

    def of_site(self, site: Site) -> Self:
        """All of a site, those that were taken back too."""
        return self.filter(assessment__site=site)

    def standing(self) -> Self:
        """Without those that were taken back."""
        return self.filter(taken_back_on=None)


class FurtherForm(Worded):
    """座谈会、明察暗访、第三方评估 in an acceptance: what was found, and a score where there is one.

    The plan says 等形式 (part five, four). It counts as far as the rulebook gives it a weight.
    """

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("on-site assessment"), on_delete=models.PROTECT, related_name="further"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=FurtherKind)
    on = models.DateField(_("on"))
    took_part = models.CharField(_("who took part"), max_length=300)
    found = models.TextField(_("what was found"))
    score = points_field(_("score"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_on = models.DateField(_("entered on"))
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True)
    why_taken_back = models.CharField(_("why it was taken back"), max_length=300, blank=True)

    objects = FurtherFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("further form of acceptance")
        verbose_name_plural = _("further forms of acceptance")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="further_form_percent"
            ),
            models.CheckConstraint(condition=~Q(found=""), name="further_form_says_what_was_found"),
            models.CheckConstraint(condition=Q(on__lte=F("entered_on")), name="further_form_entered_after"),
            models.CheckConstraint(
                condition=Q(taken_back_on=None, why_taken_back="")
                | Q(taken_back_on__isnull=False) & ~Q(why_taken_back=""),
                name="further_form_taken_back_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment.site}: {self.get_kind_display()}"


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "assessment__site__"))

    def undecided(self) -> Self:
        """Those the leading group can decide: none of a visit that does not count any more."""
        return self.filter(decision="", assessment__spent_on=None)


class Acceptance(Worded):
    """One result of one site: on-site marks and public appraisal, by the rulebook in force.

    The figures are frozen when the office recommends; `working` is the sum written out.
    """

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("on-site assessment"), on_delete=models.PROTECT, related_name="acceptances"
    )
    appraisal = models.ForeignKey(
        AppraisalResult,
        verbose_name=_("public appraisal"),
        null=True,
        on_delete=models.PROTECT,
        related_name="acceptances",
        help_text=_("Empty where the result was typed in, as it was at first."),
    )
    standard_score = points_field(_("score by the standard"))
    standard_maximum = points_field(_("maximum"))
    appraisal_sample = models.PositiveIntegerField(_("people who answered the appraisal"))
    appraisal_score = points_field(_("appraisal score"))
    further_score = points_field(
        _("score of further forms"), null=True, help_text=_("Empty where the rulebook gives them no weight.")
    )
    bonus = points_field(_("bonus"), default=0)
    bonus_grounds = models.TextField(_("grounds for the bonus"), blank=True)
    veto_reason = models.CharField(_("veto"), max_length=200, blank=True)
    veto_grounds = models.TextField(_("grounds for the veto"), blank=True)
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
    resolution = models.ForeignKey(
        Resolution, verbose_name=_("resolution"), null=True, on_delete=models.PROTECT, related_name="+"
    )

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
                condition=Q(veto_reason="") | ~Q(veto_grounds=""), name="acceptance_veto_has_grounds"
            ),
            models.CheckConstraint(
                condition=Q(decision="", resolution=None)
                | ~Q(decision="")
                & Q(decided_by__isnull=False, decided_on__isnull=False, resolution__isnull=False),
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
    def is_undecided(self) -> bool:
        """What the queryset's `undecided` asks, of one result."""
        return not self.decision and self.assessment.spent_on is None

    @property
    def band(self) -> Band:
        """等次 by the bands of the rulebook it was scored with."""
        return band_by(self.assessment.round.rulebook, self.composite, vetoed=bool(self.veto_reason))


auditlog.register(AppraisalResult)
auditlog.register(FurtherForm, mask_fields=["took_part"])
auditlog.register(Acceptance)
