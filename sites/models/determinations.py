"""What the leading group decided, batch by batch and site by site."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Resolution, User
from core.http import record_address
from sites.models.programme import Programme
from sites.models.sites import Site, sees_site


class DeterminationQuerySet(models.QuerySet["Determination"]):
    def visible_to(self, user: User) -> Self:
        """With its exceptions and reasons for the city-wide roles; a filer reads of its own on its list."""
        return self if user.role in Role.CITY_WIDE else self.none()

    def with_counts(self, lines: Q | None = None) -> Self:
        """Each with how many sites it `determined` and `set_aside`, of those the query or `lines` names."""
        lines = lines or Q()
        return self.annotate(
            determined=Count("lines", filter=Q(lines__is_determined=True) & lines),
            set_aside=Count("lines", filter=Q(lines__is_determined=False) & lines),
        )

    def published(self) -> Self:
        """Those that determined a site; of these the public knows what was determined, nothing else."""
        determined = DeterminationLine.objects.filter(determination=OuterRef("pk"), is_determined=True)
        return self.filter(Exists(determined))


class Determination(models.Model):
    """审定 of a batch of reviewed lists by the leading group; its paper is the 确定名单."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="determinations"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    resolution = models.OneToOneField(
        Resolution, verbose_name=_("resolution"), on_delete=models.PROTECT, related_name="+"
    )

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("determination")
        ordering = ["programme", "-ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "ordinal"], name="determination_number_once")
        ]

    def __str__(self) -> str:
        return gettext("determination no. %(n)d") % {"n": self.ordinal}

    def get_absolute_url(self) -> str:
        return record_address("sites:determination", self.pk)


class DeterminationLineQuerySet(models.QuerySet["DeterminationLine"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))


class DeterminationLine(models.Model):
    """What became of one site in a batch: determined, or set aside with a reason and sent back."""

    determination = models.ForeignKey(
        Determination, verbose_name=_("determination"), on_delete=models.PROTECT, related_name="lines"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="determinations"
    )
    is_determined = models.BooleanField(_("determined"))
    reason = models.TextField(_("reason"), blank=True)

    objects = DeterminationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("site of a determination")
        ordering = ["determination", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["determination", "site"], name="determined_once_per_batch"),
            models.CheckConstraint(
                condition=Q(is_determined=True) | ~Q(reason=""), name="determination_exception_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.determination}: {self.site}"


auditlog.register(Determination)
auditlog.register(DeterminationLine)
