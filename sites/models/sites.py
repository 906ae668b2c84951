"""Lists, sites, the steps they took, and what is built at them."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from sites.enums import Action, FilingState, Level, PlanState, Stage
from sites.models.programme import Programme
from standards.enums import Kind


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: User) -> Self:
        """City-wide roles see all; a district its list; a liaison the list of its own unit."""
        if user.role in Role.CITY_WIDE:
            return self
        if user.role == Role.DISTRICT:
            return self.filter(level=Level.DISTRICT, organisation_id=user.district_id)
        if user.role == Role.LIAISON:
            return self.filter(level=Level.CITY, organisation_id=user.organisation_id)
        return self.none()


class Filing(models.Model):
    """The list a district or a designated unit puts forward. Once filed it cannot be edited."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="filings"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        related_name="filings",
        help_text=_("The district, or the designated unit."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    state = models.CharField(_("state"), max_length=10, choices=FilingState, default=FilingState.DRAFT)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    filed_on = models.DateField(_("filed on"), null=True)
    remarks = models.TextField(_("remarks on sending back"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    opinion = models.TextField(_("opinion of the preliminary review"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_on = models.DateField(_("approved on"), null=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["level", "organisation__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "level"], name="filing_once_per_body"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("reviewed_by")), name="filing_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FilingState.EDITABLE) | Q(filed_on__isnull=False),
                name="filing_filed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(organisation)s (%(level)s)") % {
            "organisation": self.organisation,
            "level": self.get_level_display(),
        }

    def get_absolute_url(self) -> str:
        return reverse("sites:filing", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state in FilingState.EDITABLE

    @property
    def quota(self) -> tuple[int, int]:
        """How many sites it must hold, at least and at most (plan, part three)."""
        if self.level == Level.CITY:
            return self.programme.designated_quota, self.programme.designated_quota
        return self.programme.district_minimum, self.programme.district_maximum


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User) -> Self:
        """Whole city, own district, own unit, or what one's team was assigned.

        A recusal is a hard deny: it takes the site away whatever else would give it.
        Teams and recusals live in the room above; their reverse names are its contract.
        """
        if user.role in Role.CITY_WIDE:
            return self
        if user.role == Role.DISTRICT:
            return self.filter(level=Level.DISTRICT, filing__organisation_id=user.district_id)
        if user.role == Role.LIAISON:
            return self.filter(organisation_id=user.organisation_id)
        if user.role == Role.INSPECTOR:
            assigned = Site.objects.filter(assessments__assignment__team__members__user=user)
            recused = Site.objects.filter(recusals__user=user)
            return self.filter(pk__in=assigned.values("pk")).exclude(pk__in=recused.values("pk"))
        return self.none()

    def with_account(self) -> Self:
        """Each with `has_account`: somebody of its unit can sign in and file what the site must file."""
        liaisons = User.objects.filter(
            role=Role.LIAISON, is_active=True, organisation=OuterRef("organisation")
        )
        return self.annotate(has_account=Exists(liaisons))

    def in_district(self, district: Organisation) -> Self:
        """On the district's own list, or the city's windows in the district and its units."""
        return self.filter(
            Q(level=Level.DISTRICT, filing__organisation=district)
            | Q(organisation=district)
            | Q(organisation__district=district)
        )

    def listed(self) -> Self:
        """Those the public may know of: on a determined list, or further."""
        return self.filter(stage__in=Stage.LISTED)


class Site(models.Model):
    """A demonstration site: one window unit, one kind, one stage."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="sites"
    )
    filing = models.ForeignKey(Filing, verbose_name=_("list"), on_delete=models.PROTECT, related_name="sites")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="sites"
    )
    window_name = models.CharField(_("window"), max_length=100)
    address = models.CharField(_("address"), max_length=200, blank=True)
    reason = models.TextField(_("why this one"), blank=True)
    working_body = models.CharField(_("working body"), max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.DRAFT, editable=False)
    stage_since = models.DateField(_("in this stage since"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["level", "filing__organisation__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation", "window_name"], name="site_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="site_stage_known"),
        ]
        indexes = [models.Index(fields=["programme", "stage"])]

    def __str__(self) -> str:
        return self.window_name

    def get_absolute_url(self) -> str:
        return reverse("desk:site", args=[self.pk])


class Liaison(models.Model):
    """联络员 of a site: a name and a telephone; with an account where there is one."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="liaisons")
    name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(_("telephone"), max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, blank=True, on_delete=models.SET_NULL
    )

    class Meta:
        verbose_name = _("liaison")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="liaison_once_per_site")]

    def __str__(self) -> str:
        return self.name


class StageChange(models.Model):
    """One step of one site: append-only, written with the step itself."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="history")
    action = models.CharField(_("action"), max_length=30, choices=Action)
    from_stage = models.CharField(_("from"), max_length=20, choices=Stage)
    to_stage = models.CharField(_("to"), max_length=20, choices=Stage)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"), help_text=_("The business date."))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("step")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.site}：{self.get_from_stage_display()} → {self.get_to_stage_display()}"


class WorkPlanQuerySet(models.QuerySet["WorkPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(site__in=Site.objects.visible_to(user))


class WorkPlan(models.Model):
    """具体工作方案 of a site (plan, part five, one); a refiled plan is a new version."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    file = models.FileField(_("file"), upload_to="plans/%Y/%m/", blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
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
        ordering = ["site", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="filed"), name="plan_one_waiting_per_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} v{self.version}"


class GuidanceNote(models.Model):
    """指导监督记录: what an office advised a site, and the site's answer (plan, part five, two)."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="guidance")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    text = models.TextField(_("text"))
    reply = models.TextField(_("reply"), blank=True)
    replied_on = models.DateField(_("replied on"), null=True)

    class Meta:
        verbose_name = _("guidance note")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Investment(models.Model):
    """Money put into a site (plan, part six, two)."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="investments"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2)
    purpose = models.CharField(_("purpose"), max_length=200)

    class Meta:
        verbose_name = _("investment")
        ordering = ["-year", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="investment_positive")]

    def __str__(self) -> str:
        return f"{self.year} {self.purpose}"


class Facility(models.Model):
    """A board, hall, screen or reading point at a site (plan, part six, two)."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="facilities"
    )
    name = models.CharField(_("name"), max_length=100)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    photo_before = models.ImageField(_("photo before"), upload_to="facilities/%Y/%m/", blank=True)
    photo_after = models.ImageField(_("photo after"), upload_to="facilities/%Y/%m/", blank=True)

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


for model in (Filing, Site, StageChange, Liaison, WorkPlan, GuidanceNote, Investment, Facility):
    auditlog.register(model)
