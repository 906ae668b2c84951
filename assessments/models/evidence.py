"""佐证材料: files that show an item is met."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from sites.models import Site
from standards.models import Item


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(site__in=Site.objects.visible_to(user))

    def current(self) -> Self:
        """Without those a later revision has replaced."""
        return self.filter(revisions=None)


class Evidence(models.Model):
    """One proof of a site: several files, pointed to from any number of items."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="evidence")
    items = models.ManyToManyField(Item, verbose_name=_("items"), related_name="+", blank=True)
    title = models.CharField(_("title"), max_length=100)
    taken_on = models.DateField(_("date of the evidence"), null=True, blank=True)
    page_pointer = models.CharField(_("page or clause"), max_length=60, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revisions",
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class EvidenceFile(models.Model):
    """One uploaded file, known by its content."""

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="files"
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("evidence file")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "sha256"], name="evidence_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_file_not_empty"),
        ]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return self.name


auditlog.register(Evidence)
auditlog.register(EvidenceFile)
