"""What is done for a site: guidance, money, facilities (plan, parts five, two and six, two)."""

from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Worded
from sites.enums import FacilityKind
from sites.models.sites import Site, sees_site


class OfSiteQuerySet(models.QuerySet[Any]):
    """Records that belong to a site are seen by those who see the site."""

    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))


class GuidanceNote(models.Model):
    """指导监督记录: what an office advised a site, and the site's answer (plan, part five, two)."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="guidance")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    text = models.TextField(_("text"))
    reply = models.TextField(_("reply"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("replied by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    replied_on = models.DateField(_("replied on"), null=True)

    objects = OfSiteQuerySet.as_manager()

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
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    added_on = models.DateField(_("entered on"))

    objects = OfSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("investment")
        ordering = ["-year", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="investment_positive")]

    def __str__(self) -> str:
        return f"{self.year} {self.purpose}"


class Facility(Worded):
    """A board, hall, screen or reading point at a site (plan, part six, two)."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="facilities"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FacilityKind)
    name = models.CharField(_("name"), max_length=100)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    photo_before = models.ImageField(_("photo before"), upload_to="facilities/%Y/%m/", blank=True)
    photo_after = models.ImageField(_("photo after"), upload_to="facilities/%Y/%m/", blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    added_on = models.DateField(_("entered on"))

    objects = OfSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


for model in (GuidanceNote, Investment, Facility):
    auditlog.register(model)
