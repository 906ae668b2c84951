"""Work plans of sites and districts, version by version, and the measures that become a timetable."""

import datetime
from typing import Self, TypeAlias

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.kept_files import FlagsField
from core.models import Worded
from sites.enums import MeasureState, PlanState
from sites.models.lists import Filing, sees_list
from sites.models.sites import Site, sees_site

# Who has a plan, a timetable and liaisons of its own: a site, or a district, which its list stands for
# (plan, part six, one).
Owner: TypeAlias = Site | Filing
ONE_OWNER = Q(site__isnull=False, filing__isnull=True) | Q(site__isnull=True, filing__isnull=False)


class WorkPlanQuerySet(models.QuerySet["WorkPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__") | sees_list(user, "filing__"))


class WorkPlan(Worded):
    """具体工作方案 of a site or a district (plan, parts five and six, one); refiled, it is a new version."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    filing = models.ForeignKey(
        Filing,
        verbose_name=_("list"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plans",
        help_text=_("The district's own plan."),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    goals = models.TextField(_("goals"), blank=True)
    text = models.TextField(_("text"), blank=True)
    file = models.FileField(_("file"), upload_to="plans/%Y/%m/", blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    file_flags = FlagsField(_("what to know of it"))
    state = models.CharField(_("state"), max_length=12, choices=PlanState, default=PlanState.FILED)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("filed by"), on_delete=models.PROTECT, related_name="+"
    )
    filed_on = models.DateField(_("filed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = WorkPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("work plan")
        ordering = ["site", "filing", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="plan_version_once"),
            models.UniqueConstraint(fields=["filing", "version"], name="plan_version_once_per_district"),
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="filed"), name="plan_one_waiting_per_site"
            ),
            models.UniqueConstraint(
                fields=["filing"], condition=Q(state="filed"), name="plan_one_waiting_per_district"
            ),
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="agreed"), name="plan_one_agreed_per_site"
            ),
            models.UniqueConstraint(
                fields=["filing"], condition=Q(state="agreed"), name="plan_one_agreed_per_district"
            ),
            models.CheckConstraint(condition=ONE_OWNER, name="plan_has_one_owner"),
            models.CheckConstraint(condition=~Q(goals="", text=""), name="plan_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} v{self.version}"

    @property
    def owner(self) -> Owner:
        """Whose plan it is."""
        owner = self.site or self.filing
        assert owner is not None  # noqa: S101  # a constraint sees to it
        return owner


class PlanDraftQuerySet(models.QuerySet["PlanDraft"]):
    def visible_to(self, user: User) -> Self:
        """A draft is its writer's own until it is filed."""
        return self.filter(by=user)


class PlanDraft(models.Model):
    """A version of a work plan as one person is writing it: what was typed, judged by nobody yet."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    filing = models.ForeignKey(
        Filing, verbose_name=_("list"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.CASCADE, related_name="+"
    )
    typed = models.JSONField(_("what was typed"), help_text=_("By the names of the form's fields."))
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    objects = PlanDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a work plan")
        constraints = [
            models.UniqueConstraint(fields=["site", "by"], name="plan_draft_once_per_site"),
            models.UniqueConstraint(fields=["filing", "by"], name="plan_draft_once_per_district"),
            models.CheckConstraint(condition=ONE_OWNER, name="plan_draft_has_one_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.site or self.filing}, {self.by}"


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__in=WorkPlan.objects.visible_to(user))

    def agreed(self) -> Self:
        """The measures of plans in force: the timetable."""
        return self.filter(plan__state=PlanState.AGREED)


class Measure(models.Model):
    """One measure of a plan: what, who, from when to when; ticked off once the plan is agreed."""

    plan = models.ForeignKey(
        WorkPlan, verbose_name=_("work plan"), on_delete=models.CASCADE, related_name="measures"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("measure"), max_length=300)
    person = models.CharField(_("who"), max_length=60)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ticked off by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    done_note = models.TextField(_("note"), blank=True)
    done_file = models.FileField(_("file"), upload_to="measures/%Y/%m/", blank=True)
    done_file_name = models.CharField(_("file name"), max_length=200, blank=True)
    done_file_flags = FlagsField(_("what to know of it"))

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        ordering = ["plan", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ordinal"], name="measure_number_once"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="measure_starts_before_end"
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_by__isnull=False), name="measure_done_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def state_on(self, day: datetime.date) -> MeasureState:
        if self.done_on:
            return MeasureState.DONE
        if self.ends_on < day:
            return MeasureState.OVERDUE
        return MeasureState.RUNNING if self.starts_on <= day else MeasureState.PLANNED


auditlog.register(WorkPlan)
auditlog.register(Measure)
