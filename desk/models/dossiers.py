"""一点一档: a site's whole file, a district's or a campaign's, as one archive that the worker makes."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.enums import FileState
from core.http import record_address
from core.jobs import JobQuerySet, Life
from core.made_files import FileJob
from sites.models import Programme, Site
from sites.models.sites import sees_site

# It can be made anew at any time, and the disk is not an archive.
KEPT = datetime.timedelta(days=30)
FOLDER = "dossiers"


class DossierQuerySet(JobQuerySet["Dossier"]):
    def visible_to(self, user: User) -> Self:
        """One's own: a dossier holds what the person who asked for it may see, of sites still seen."""
        return self.filter(Q(site=None) | sees_site(user, "site__"), asked_by=user)


class Dossier(FileJob):
    """One archive asked for: of one site, of one district's sites in a programme, or of all of them.

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
    done = models.PositiveIntegerField(_("parts done"), default=0)
    total = models.PositiveIntegerField(_("parts"), default=0)

    folder = FOLDER
    life = Life(
        task="desk.tasks.make_dossier",
        pending=FileState.PENDING,
        working=FileState.MAKING,
        done=FileState.READY,
        waits_from="asked_at",
        stale_after=datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS),
        max_attempts=3,
        given_up=_(
            "The worker broke down over this dossier %(n)d times, so it is not tried again. "
            "Ask for single sites, and tell the administrator."
        ),
        kept=KEPT,
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=True) | Q(district__isnull=True),
                name="dossier_of_a_site_or_a_district_or_a_campaign",
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
            models.UniqueConstraint(
                fields=["asked_by", "programme"],
                condition=Q(state__in=("queued", "making"), site=None, district=None),
                name="dossier_one_waits_per_campaign",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"])]

    def __str__(self) -> str:
        return str(self.site or self.district or self.programme)

    @property
    def is_of_campaign(self) -> bool:
        return self.site_id is None and self.district_id is None

    def get_absolute_url(self) -> str:
        return record_address("desk:dossier", self.pk)

    @property
    def file_name(self) -> str:
        """What a reader's download is called."""
        return f"{self.top}.zip"

    @property
    def top(self) -> str:
        """What the archive is called, and the folder that all of it lies in."""
        return f"一点一档 {self} {self.on}"

    @property
    def actor(self) -> User:
        return self.asked_by


class ArchiveCodes(models.Model):
    """The one row of codes that 档号 begin with (DA/T 22-2015), as the archives have given them."""

    ONLY = 1

    fonds = models.CharField(_("fonds number"), max_length=10, blank=True)
    category = models.CharField(_("code of the category"), max_length=10, default="WS")
    department = models.CharField(_("code of the department or matter"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("codes of the archives")
        verbose_name_plural = _("codes of the archives")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="archive_codes_only_once")]

    def __str__(self) -> str:
        return "-".join(part for part in (self.fonds, self.category, self.department) if part)

    @classmethod
    def current(cls) -> "ArchiveCodes":
        """What the office has set; unsaved, and as the portal comes, where it has not."""
        return ArchiveCodes.objects.filter(pk=cls.ONLY).first() or ArchiveCodes(pk=cls.ONLY)


auditlog.register(ArchiveCodes)
auditlog.register(Dossier, exclude_fields=["done", "total", "sent_at", "claimed_at", "attempts", "rights"])
