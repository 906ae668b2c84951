"""佐证材料: files that show an item is met."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.models.rounds import Assessment
from assessments.models.sheets import Sheet
from core.clock import today
from core.kept_files import FlagsField
from sites.models import Site
from sites.models.sites import sees_site
from standards.models import Item


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Evidence of the sites this person sees; what an inspector took on site is kept blind.

        A colleague sees it after submitting their own sheet of that visit, the unit and its district once
        the final sheet is signed, the office and the leading group at once.
        """
        of_sites = self.filter(sees_site(user, "site__"))
        if user.role in Role.CITY_WIDE:
            return of_sites
        submitted = Sheet.objects.submitted_by(user)
        return of_sites.filter(
            Q(assessment=None)
            | Q(uploaded_by=user)
            | Q(assessment__in=submitted.values("assessment"))
            | Q(assessment__in=Sheet.objects.signed_finals().values("assessment"))
        )

    def current(self) -> Self:
        """Without those a later revision has replaced."""
        return self.filter(revisions=None)


class Evidence(models.Model):
    """One proof of a site: several files, pointed to from any number of items."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="evidence")
    assessment = models.ForeignKey(
        Assessment,
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
        help_text=_("Where an inspector took it on site; empty of what the unit filed."),
    )
    items = models.ManyToManyField(
        Item, verbose_name=_("items"), related_name="+", blank=True, through="EvidencePointer"
    )
    title = models.CharField(_("title"), max_length=100)
    taken_on = models.DateField(_("date of the evidence"), null=True, blank=True)
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
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="evidence_replaced_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class EvidencePointer(models.Model):
    """Says that a piece of evidence shows an item, and where in it to look."""

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="pointers"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    page = models.CharField(_("page or clause"), max_length=60, blank=True)
    is_carried = models.BooleanField(
        _("taken over from an earlier round"), default=False, help_text=_("Until its page is set anew.")
    )
    on = models.DateField(_("on"), default=today)
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("pointer to evidence")
        verbose_name_plural = _("pointers to evidence")
        ordering = ["item__section__ordinal", "item__ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "item"], name="evidence_shows_an_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.item.code} → {self.evidence}"


class EvidenceLinkQuerySet(models.QuerySet["EvidenceLink"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(evidence__in=Evidence.objects.visible_to(user))

    def current(self) -> Self:
        """Links of evidence that no later revision has replaced."""
        return self.filter(evidence__revisions=None)

    def dead(self) -> Self:
        return self.exclude(problem="")

    def worst_first(self) -> Self:
        """Dead ones, then those nobody has looked up yet, then the longest neglected."""
        is_found = ExpressionWrapper(Q(problem=""), models.BooleanField())
        return self.order_by(is_found, F("checked_at").asc(nulls_first=True), "pk")

    def not_looked_up_since(self, moment: datetime.datetime) -> Self:
        """The links to look up next, the longest neglected first."""
        due = self.current().filter(Q(checked_at=None) | Q(checked_at__lt=moment))
        return due.order_by(F("checked_at").asc(nulls_first=True), "pk")


class EvidenceLink(models.Model):
    """A page of the unit's own website that shows an item; it is looked up from time to time.

    `problem` is a msgid: `why_dead` says it in the reader's language.
    """

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="links"
    )
    url = models.URLField(_("address"), max_length=500)
    checked_at = models.DateTimeField(_("looked up at"), null=True, blank=True)
    problem = models.CharField(_("why it is dead"), max_length=200, blank=True)

    objects = EvidenceLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["evidence", "url"], name="evidence_link_once")]
        indexes = [models.Index(fields=["checked_at"])]

    def __str__(self) -> str:
        return self.url

    @property
    def is_dead(self) -> bool:
        """Looked up and not found; one not looked up yet is not dead."""
        return bool(self.problem)

    @property
    def why_dead(self) -> str:
        """The problem in the reader's language; "" where the link is not dead."""
        return gettext(self.problem) if self.problem else ""


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(evidence__in=Evidence.objects.visible_to(user))

    def pictures(self) -> Self:
        return self.filter(content_type__startswith="image/")


class EvidenceFile(models.Model):
    """One uploaded file, known by its content.

    For a picture, `shown` is the copy without camera data that everybody but the office gets;
    `captured_at`, `latitude` and `longitude` are that camera data; `likeness` is a perceptual hash in hex.
    """

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="files"
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    flags = FlagsField(_("what to know of it"))
    shown = models.FileField(_("picture without camera data"), upload_to="evidence/%Y/%m/", blank=True)
    thumbnail = models.FileField(_("thumbnail"), upload_to="evidence/%Y/%m/", blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    likeness = models.CharField(_("perceptual hash"), max_length=16, blank=True)
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    objects = EvidenceFileQuerySet.as_manager()

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

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class TwinQuerySet(models.QuerySet["Twin"]):
    def visible_to(self, user: User) -> Self:
        """Those of which one may know both sites: an inspector where one of them is assigned, a unit or a
        district where both are its own, the office and the leading group everywhere.
        """
        if user.role == Role.INSPECTOR:
            return self.touching(user)
        seen = EvidenceFile.objects.visible_to(user)
        return self.filter(file__in=seen, earlier__in=seen)

    def touching(self, user: User) -> Self:
        """Pairs with at least one picture this person sees; not everybody may be told whose the other is.

        Leaves out sites the person has stood aside from, and pictures that a visit still keeps blind.
        """
        seen = EvidenceFile.objects.visible_to(user)
        found = self.filter(Q(file__in=seen) | Q(earlier__in=seen))
        for side in ("file", "earlier"):
            found = found.exclude(**{f"{side}__evidence__site__in": user.recused_sites()}).filter(
                Q(**{f"{side}__evidence__assessment": None}) | Q(**{f"{side}__in": seen})
            )
        return found

    def across_sites(self) -> Self:
        return self.exclude(file__evidence__site=F("earlier__evidence__site"))


class Twin(models.Model):
    """Two pictures that look alike; `file` came later than `earlier`. 0 bits apart is as good as the same."""

    file = models.ForeignKey(
        EvidenceFile, verbose_name=_("picture"), on_delete=models.CASCADE, related_name="twins"
    )
    earlier = models.ForeignKey(
        EvidenceFile, verbose_name=_("earlier picture"), on_delete=models.CASCADE, related_name="later_twins"
    )
    distance = models.PositiveSmallIntegerField(_("bits apart"))

    objects = TwinQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture used twice")
        verbose_name_plural = _("pictures used twice")
        ordering = ["distance", "pk"]
        constraints = [models.UniqueConstraint(fields=["file", "earlier"], name="twin_once")]

    def __str__(self) -> str:
        return f"{self.file} ~ {self.earlier}"


for model in (Evidence, EvidencePointer, EvidenceLink, EvidenceFile):
    auditlog.register(model, exclude_fields=["checked_at"] if model is EvidenceLink else [])
