"""Passwords that a person had, so that none of the last comes back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import User

# So many of a person's passwords are remembered, the one in use among them.
REMEMBERED = 5


class UsedPassword(models.Model):
    """One password a person chose, as its digest; the last of each are kept (accounts.guards)."""

    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="used_passwords"
    )
    password = models.CharField(_("digest"), max_length=128)
    at = models.DateTimeField(_("chosen at"), auto_now_add=True)

    class Meta:
        verbose_name = _("used password")
        verbose_name_plural = _("used passwords")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"
