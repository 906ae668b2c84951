"""Who may not judge whom: ties to units, and standing aside from sites."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from sites.models import Site


class TieQuerySet(models.QuerySet["Tie"]):
    def visible_to(self, user: User) -> Self:
        """The office and the leading group see all, everybody their own."""
        return self if user.role in Role.CITY_WIDE else self.filter(user=user)

    def in_force(self) -> Self:
        return self.filter(ended_on=None)


class Tie(models.Model):
    """What binds a person to a unit besides their post: it bars them from its sites before any assignment."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="ties"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)
    declared_on = models.DateField(_("declared on"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("declared by"), on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        ordering = ["user", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_on=None), name="tie_once_in_force"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="tie_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_by__isnull=False) & ~Q(end_reason=""),
                name="tie_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | ~Q(ended_by=F("user")), name="tie_not_ended_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ~ {self.organisation}"


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def visible_to(self, user: User) -> Self:
        """For the city, except on sites one has stood aside from oneself."""
        seen = self if user.role in Role.CITY_WIDE else self.none()
        return seen.exclude(site__in=user.recused_sites())


class Recusal(models.Model):
    """回避: this person may neither judge nor see this site, whatever else gives the right."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="recusals"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=200)
    declared_on = models.DateField(_("declared on"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("declared by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    tie = models.ForeignKey(
        Tie, verbose_name=_("tie"), null=True, blank=True, on_delete=models.PROTECT, related_name="recusals"
    )

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.user} ≠ {self.site}"


auditlog.register(Tie)
auditlog.register(Recusal)
