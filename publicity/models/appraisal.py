"""社会评议: one answer per code (plan, part five, four)."""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sites.models import Site


class Appraisal(models.Model):
    """The window in which the public appraises one site."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="appraisals"
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))

    class Meta:
        verbose_name = _("appraisal")
        ordering = ["-opens_on"]
        constraints = [
            models.UniqueConstraint(fields=["site", "opens_on"], name="appraisal_once_a_day"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")), name="appraisal_opens_before_close"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.opens_on}"


class AppraisalResponse(models.Model):
    """One code and, once used, its answer: five questions, 0 to 3 each."""

    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("appraisal"), on_delete=models.PROTECT, related_name="responses"
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    answers = models.JSONField(_("answers"), null=True)
    text = models.TextField(_("remark"), blank=True)
    is_doubtful = models.BooleanField(_("doubtful"), default=False)
    answered_on = models.DateField(_("answered on"), null=True)

    class Meta:
        verbose_name = _("appraisal answer")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | Q(answered_on__isnull=False),
                name="appraisal_answer_has_date",
            )
        ]

    def __str__(self) -> str:
        return self.code


auditlog.register(Appraisal)
