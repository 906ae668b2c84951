"""一点一档: a site's whole file, or a district's, as one archive that the worker makes."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from desk.enums import DossierState
from sites.models import Programme, Site


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> Self:
        """One's own: a dossier holds what the person who asked for it may see, of sites still seen."""
        return self.filter(Q(site=None) | Q(site__in=Site.objects.visible_to(user)), asked_by=user)


class Dossier(models.Model):
    """One archive asked for: of one site, or of one district's sites in a programme.

    The row is the truth: a lost broker or worker loses nothing, and asking twice while one is made gives the
    same one. The archive goes after a while; that it was made, with its digest, stays on record. `rights` is
    what the asker had when it was made (`desk.dossiers.rights`): who has less by now does not get it.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="dossiers"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    district = models.ForeignKey(
        Organisation,
        verbose_name=_("district"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    on = models.DateField(_("on"))
    state = models.CharField(_("state"), max_length=10, choices=DossierState, default=DossierState.QUEUED)
    done = models.PositiveIntegerField(_("parts done"), default=0)
    total = models.PositiveIntegerField(_("parts"), default=0)
    sent_at = models.DateTimeField(_("handed to the queue at"), null=True)
    claimed_at = models.DateTimeField(_("taken up at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("times taken up"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.TextField(_("error"), blank=True)
    file = models.FileField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    rights = models.JSONField(_("what the asker might see"), default=dict)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, district__isnull=True)
                | Q(site__isnull=True, district__isnull=False),
                name="dossier_of_a_site_or_a_district",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="")), name="dossier_ready_has_file"
            ),
            models.UniqueConstraint(
                fields=["asked_by", "site"],
                condition=Q(state__in=("queued", "making")),
                name="dossier_one_waits_per_site",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "programme", "district"],
                condition=Q(state__in=("queued", "making")),
                name="dossier_one_waits_per_district",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"])]

    def __str__(self) -> str:
        return str(self.site or self.district)

    def get_absolute_url(self) -> str:
        return reverse("desk:dossier", args=[self.pk])

    @property
    def file_name(self) -> str:
        """What a reader's download is called."""
        return f"一点一档 {self} {self.on}.zip"

    @property
    def is_pending(self) -> bool:
        return self.state in DossierState.PENDING


auditlog.register(Dossier, exclude_fields=["done", "total", "sent_at", "claimed_at", "attempts", "rights"])
