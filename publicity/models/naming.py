"""命名, and what follows it (plan, part five, four; part six, three)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import Document
from publicity.enums import TrackingKind
from publicity.models.notices import Notice
from sites.models import Site


class NamingQuerySet(models.QuerySet["Naming"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(site__in=Site.objects.visible_to(user))

    def published(self) -> Self:
        """Every naming is public, a revoked one with its story."""
        return self.select_related("site__organisation", "decision")


class Naming(models.Model):
    """One site named by one decision; its plaque in the register."""

    site = models.OneToOneField(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="naming")
    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="namings"
    )
    decision = models.ForeignKey(
        Document, verbose_name=_("decision"), on_delete=models.PROTECT, related_name="namings"
    )
    named_on = models.DateField(_("named on"))
    plaque_number = models.CharField(_("plaque number"), max_length=20, unique=True)
    plaque_received_by = models.CharField(_("plaque received by"), max_length=40, blank=True)
    plaque_handed_on = models.DateField(_("plaque handed over on"), null=True, blank=True)

    objects = NamingQuerySet.as_manager()

    class Meta:
        verbose_name = _("naming")
        ordering = ["-named_on", "plaque_number"]

    def __str__(self) -> str:
        return str(self.site)

    def get_absolute_url(self) -> str:
        return reverse("publicity:naming", args=[self.pk])


class TrackingNote(models.Model):
    """A recheck or complaint on file: what a warning, a restoration or a revocation rests on."""

    naming = models.ForeignKey(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="tracking"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TrackingKind)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    text = models.TextField(_("what was found"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("tracking note")
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="tracking_note_says_something")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class Revocation(models.Model):
    """撤销命名: the title is taken back; the naming stays on record."""

    naming = models.OneToOneField(
        Naming, verbose_name=_("naming"), on_delete=models.PROTECT, related_name="revocation"
    )
    revoked_on = models.DateField(_("revoked on"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("revocation")
        ordering = ["-revoked_on"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason")]

    def __str__(self) -> str:
        return str(self.naming)


for model in (Naming, TrackingNote, Revocation):
    auditlog.register(model)
