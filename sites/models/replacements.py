"""Windows replaced by other ones: on a list that came back, or by request once they are determined."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.encrypted import PartlyEncryptedJSONField
from core.models import Worded
from sites.enums import TELEPHONES, ReplacementState
from sites.models.sites import Site, sees_site


class ReplacementQuerySet(models.QuerySet["Replacement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))

    def open(self) -> Self:
        return self.filter(state__in=ReplacementState.OPEN)

    def with_people(self) -> Self:
        """Each with those who asked, reviewed and decided, as its history names them."""
        return self.select_related("asked_by", "reviewed_by", "decided_by")


class Replacement(Worded):
    """A window replaced by another one, with the reason; the history of the site's place on the list.

    On a list that was sent back the filer does it alone (made at once). Once the site is determined
    the filer asks, the office gives its opinion and the leading group decides.
    `before` and `after` hold the columns of the list as text, and the new unit's key as `organisation_id`.
    """

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="replacements"
    )
    before = PartlyEncryptedJSONField(pgettext_lazy("a replacement", "before"), names=TELEPHONES)
    after = PartlyEncryptedJSONField(pgettext_lazy("a replacement", "after"), names=TELEPHONES)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=ReplacementState)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_on = models.DateField(_("asked on"))
    opinion = models.TextField(_("opinion of the preliminary review"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("replacement of a window")
        ordering = ["site", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(state__in=ReplacementState.OPEN),
                name="replacement_one_open_per_site",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="replacement_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("reviewed_by")), name="replacement_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.reason}"


# Both hold the liaison's telephone.
auditlog.register(Replacement, mask_fields=["before", "after"])
