"""What models of every room are; the forms that were sent, and what beat sent when."""

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


class BeatLease(models.Model):
    """The one row that says which beat sends what is due, until when, and under which number (core.beat)."""

    ONLY = 1

    holder = models.CharField(_("holder"), max_length=200, blank=True)
    fencing = models.PositiveBigIntegerField(_("fencing number"), default=0)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("beat's lease")
        verbose_name_plural = _("beat's lease")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="beat_lease_is_one")]

    def __str__(self) -> str:
        return self.holder


class DueTask(models.Model):
    """A due time of a task that goes by the clock, written before it is sent (core.beat)."""

    name = models.CharField(_("name in the schedule"), max_length=100)
    due_at = models.DateTimeField(_("due at"))
    fencing = models.PositiveBigIntegerField(_("fencing number"))
    claimed_at = models.DateTimeField(_("taken up at"))
    sent_at = models.DateTimeField(_("handed to the queue at"), null=True)

    class Meta:
        verbose_name = _("due task")
        verbose_name_plural = _("due tasks")
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="each_due_time_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at.isoformat()}"
