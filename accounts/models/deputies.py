"""代理: who stands in for whom while somebody is away."""

from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.clock import today

from .people import User


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def visible_to(self, user: User) -> Self:
        """One's own, on either side, and those of the people one sees in the register."""
        theirs = Q(person__in=User.objects.visible_to(user))
        return self.filter(Q(person=user) | Q(deputy=user) | theirs)

    def standing(self) -> Self:
        """Those that run or are to come."""
        return self.filter(ended_on=None, last_on__gte=today())

    def running(self) -> Self:
        """Those of today; the first and the last day count."""
        return self.standing().filter(first_on__lte=today())


class Deputy(models.Model):
    """Somebody does, from one day to another, what only a person who is away could do, under the own name.

    The role's rights need no deputy: each account of the role has them. What is bound to a named person
    passes (docs/subjects/rights.md). Ended early it holds no more from that moment.
    """

    person = models.ForeignKey(
        User, verbose_name=_("who is away"), on_delete=models.PROTECT, related_name="absences"
    )
    deputy = models.ForeignKey(
        User, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputising"
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(
        User, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    made_on = models.DateField(_("entered on"), default=today)
    ended_by = models.ForeignKey(
        User, verbose_name=_("ended early by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(_("ended early on"), null=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["first_on", "pk"]
        indexes = [models.Index(fields=["last_on"])]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="deputy_is_somebody_else"),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="deputy_days_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="deputy_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_on=None) | Q(ended_by__isnull=False, ended_on__isnull=False),
                name="deputy_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"


auditlog.register(Deputy)
