"""Forms that were sent and what came of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SentForm(models.Model):
    """A form that was sent and taken: where it led, and what its sender was told (core.once)."""

    digest = models.CharField(_("digest of what was sent, where to and by whom"), max_length=64, unique=True)
    led_to = models.TextField(_("where it led"), blank=True)
    told = models.JSONField(_("what its sender was told"), default=list)
    at = models.DateTimeField(_("sent at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return self.led_to
