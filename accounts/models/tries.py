"""How many sign-ins failed, by the hour: the trail names the first ones, and of the others how many."""

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


class TriesInHour(models.Model):
    """Wrong passwords, and tries that were refused before one was looked at."""

    hour = models.DateTimeField(_("hour"), unique=True)
    failed = models.PositiveIntegerField(_("wrong passwords"), default=0)
    refused = models.PositiveIntegerField(_("refused unlooked"), default=0)
    is_told = models.BooleanField(_("stands in the trail"), default=False)

    class Meta:
        verbose_name = _("failed sign-ins in an hour")
        verbose_name_plural = _("failed sign-ins by the hour")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{localtime(self.hour):%Y-%m-%d %H:00} {self.failed} + {self.refused}"

    @classmethod
    def add(cls, *, failed: int = 0, refused: int = 0) -> None:
        """Counted exactly, whoever counts at the same moment."""
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        more = {"failed": F("failed") + failed, "refused": F("refused") + refused}
        if cls.objects.filter(hour=hour).update(**more):
            return
        try:
            with transaction.atomic():
                cls.objects.create(hour=hour, failed=failed, refused=refused)
        except IntegrityError:
            cls.objects.filter(hour=hour).update(**more)
