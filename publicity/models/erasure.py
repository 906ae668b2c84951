"""What is left of personal data that was erased: a proof."""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .enquiries import Enquiry
from .objections import Objection


class Erasure(models.Model):
    """Proof that a writer's personal data was erased: what, when, under which rule; none of the data."""

    objection = models.OneToOneField(
        Objection,
        verbose_name=_("objection"),
        null=True,
        on_delete=models.PROTECT,
        related_name="erasure",
    )
    enquiry = models.OneToOneField(
        Enquiry, verbose_name=_("enquiry"), null=True, on_delete=models.PROTECT, related_name="erasure"
    )
    at = models.DateTimeField(_("erased at"), auto_now_add=True)
    due_on = models.DateField(_("was due on"))
    what = models.JSONField(_("what was erased"))
    files = models.JSONField(_("files erased, by SHA-256"), default=list)

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(objection=None, enquiry__isnull=False) | Q(objection__isnull=False, enquiry=None),
                name="erasure_of_one_letter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection or self.enquiry} {self.due_on}"


auditlog.register(Erasure)
