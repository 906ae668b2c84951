"""Seals over the append-only trail. The trail's entries are django-auditlog's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """Covers the trail entries `first_entry`..`last_entry`; `digest` also covers the seal before."""

    first_entry = models.PositiveBigIntegerField(_("first entry"), unique=True)
    last_entry = models.PositiveBigIntegerField(_("last entry"), unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    previous_digest = models.CharField(_("previous digest"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("seal")
        ordering = ["last_entry"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_entry__lte=models.F("last_entry")), name="seal_covers_a_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_entry}–{self.last_entry}"
