"""A sheet that was filled in as a workbook and came back."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.enums import UploadOutcome
from assessments.models.sheets import Score, Sheet
from core.models import Worded
from standards.models import Item


class SheetUploadQuerySet(models.QuerySet["SheetUpload"]):
    def with_waiting(self) -> Self:
        """Each with `waiting`, the number of rows that nobody has chosen for yet."""
        rows = SheetUploadRow.objects.waiting().filter(upload=OuterRef("pk")).order_by().values("upload")
        return self.annotate(waiting=Coalesce(Subquery(rows.values(n=Count("pk"))), 0))


class SheetUpload(models.Model):
    """One uploaded workbook of a sheet; its rows say what became of each item."""

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="uploads"
    )
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    workbook = models.CharField(
        _("download"), max_length=12, help_text=_("The same of one that is uploaded again.")
    )
    notes = models.JSONField(
        _("notes"), default=list, help_text=_("What was changed beside the marks, as sheet_workbook.Note.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = SheetUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded sheet")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["sheet", "workbook"], name="upload_by_workbook")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assessments:sheet_upload", args=[self.sheet_id, self.pk])


class SheetUploadRowQuerySet(models.QuerySet["SheetUploadRow"]):
    def waiting(self) -> Self:
        """The rows that nobody has chosen for, without those that were overtaken.

        Overtaken is what the same person uploaded again in the same workbook, and what was wrong in it and
        that person has written on the sheet since.
        """
        again = SheetUploadRow.objects.filter(
            item=OuterRef("item"),
            upload__sheet=OuterRef("upload__sheet"),
            upload__workbook=OuterRef("upload__workbook"),
            upload__by=OuterRef("upload__by"),
            pk__gt=OuterRef("pk"),
        )
        written = Score.objects.filter(
            item=OuterRef("item"),
            sheet=OuterRef("upload__sheet"),
            updated_by=OuterRef("upload__by"),
            version__gt=OuterRef("version"),
        )
        left = self.filter(outcome__in=UploadOutcome.WAITING).exclude(Exists(again))
        return left.exclude(Q(outcome=UploadOutcome.WRONG) & Exists(written))


class SheetUploadRow(Worded):
    """An item as the workbook had it, in its own words; kept until somebody has chosen, and after."""

    upload = models.ForeignKey(
        SheetUpload, verbose_name=_("uploaded sheet"), on_delete=models.CASCADE, related_name="rows"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("row"))
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=60, blank=True)
    points = models.CharField(_("points"), max_length=60, blank=True)
    faults = models.CharField(_("faults counted"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    problem = models.TextField(_("what is wrong"), blank=True)
    version = models.PositiveIntegerField(
        _("row version"),
        help_text=_("Of the mark that its writer knows of: what was taken, or shown beside."),
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=UploadOutcome)

    objects = SheetUploadRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an uploaded sheet")
        ordering = ["upload", "row"]
        constraints = [models.UniqueConstraint(fields=["upload", "item"], name="upload_row_once_per_item")]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.get_outcome_display()}"


auditlog.register(SheetUpload)
