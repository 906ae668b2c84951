"""From where an account was used before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import User


class KnownPlace(models.Model):
    """A browser (by its cookie) or an address, as a keyed digest that tells nobody where somebody was."""

    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="known_places"
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("last sign-in from there"))

    class Meta:
        verbose_name = _("known place")
        verbose_name_plural = _("known places")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="known_place_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.used_at:%Y-%m-%d}"
