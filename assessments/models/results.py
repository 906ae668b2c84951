"""结果运用: the offices in whose assessments a unit's result counts (plan, part four, point 1)."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from assessments.enums import ResultUse
from core.models import Worded


class ResultOffice(Worded):
    """Which organisation runs one of the assessments that the plan wants results to count in."""

    use = models.CharField(_("counts in"), max_length=20, choices=ResultUse, unique=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("office that uses results")
        verbose_name_plural = _("offices that use results")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_use_display()}: {self.organisation}"


auditlog.register(ResultOffice)
