"""What models of every room are, and the forms that were sent."""

from functools import cache
from typing import Any

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _


class Worded(models.Model):
    """A model with choices, whose `get_…_display` costs next to nothing.

    Django's own makes a table of the choices at each call and translates every word in it; a page of fifty
    rows with three such columns spent a tenth of its time so.
    """

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: "models.Field[Any, Any]") -> str:  # noqa: N802  # Django's name
        value = getattr(self, field.attname)
        word: str = force_str(_words(field).get(value, value), strings_only=True)
        return word


@cache
def _words(field: "models.Field[Any, Any]") -> dict[Any, Any]:
    """What each of its choices is called, still to be translated."""
    return dict(field.flatchoices)


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
