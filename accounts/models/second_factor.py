"""Codes of second factors that have been used."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UsedCode(models.Model):
    """A person has signed in with the code of this step of the clock; nobody does so again.

    Kept for as long as the code would still be taken: of two who send it at once the database refuses one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveBigIntegerField(_("step of the clock"))

    class Meta:
        verbose_name = _("used code")
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="used_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.step}"
