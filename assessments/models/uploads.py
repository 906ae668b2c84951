"""A sheet that was filled in as a workbook and came back."""

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.enums import UploadOutcome
from assessments.models.sheets import Sheet
from standards.models import Item


class SheetUpload(models.Model):
    """One uploaded workbook of a sheet; its rows say what became of each item."""

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="uploads"
    )
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded sheet")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assessments:sheet_upload", args=[self.sheet_id, self.pk])


class SheetUploadRow(models.Model):
    """An item as the workbook had it, in its own words; kept until somebody has chosen, and after."""

    upload = models.ForeignKey(
        SheetUpload, verbose_name=_("uploaded sheet"), on_delete=models.CASCADE, related_name="rows"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("row"))
    level = models.CharField(_("level"), max_length=60, blank=True)
    points = models.CharField(_("points"), max_length=60, blank=True)
    faults = models.CharField(_("faults counted"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    problem = models.TextField(_("what is wrong"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=UploadOutcome)

    class Meta:
        verbose_name = _("row of an uploaded sheet")
        ordering = ["upload", "row"]
        constraints = [models.UniqueConstraint(fields=["upload", "item"], name="upload_row_once_per_item")]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.get_outcome_display()}"


auditlog.register(SheetUpload)
