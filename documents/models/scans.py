"""What is signed or sealed by hand, and scanned: 签批单 of a draft, and a paper with its seal."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.models import Resolution, User
from accounts.rules import is_office, sees_city
from core.http import record_address
from core.kept_files import FlagsField
from core.models import Worded
from documents.enums import DraftState

from .drafts import Draft
from .papers import Document


class Scanned(Worded):
    """A scan, and who of the office entered it."""

    scan = models.FileField(_("scan"), upload_to="scans/%Y/%m/")
    scan_name = models.CharField(_("name of the scan"), max_length=200)
    scan_sha256 = models.CharField(_("SHA-256 of the scan"), max_length=64)
    scan_flags = FlagsField(_("what to know of it"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_on = models.DateField(_("entered on"))

    class Meta:
        abstract = True


class PenSignatureQuerySet(models.QuerySet["PenSignature"]):
    def visible_to(self, user: User) -> Self:
        """The city, where it sees the draft."""
        if not sees_city(user):
            return self.none()
        return self.filter(draft__in=Draft.objects.visible_to(user).values("pk"))

    def waiting(self) -> Self:
        """Those of a draft to be signed, as it reads now; one that was changed since is signed anew."""
        entered = self.filter(confirmed_by=None, refused_why="", turn=F("draft__turn"))
        return entered.filter(draft__state=DraftState.SIGNING)

    def to_compare(self, user: User) -> Self:
        """Those that a clerk of the office compares: another one has entered them."""
        if not is_office(user):
            return self.none()
        return self.visible_to(user).waiting().exclude(acts_as(user, "entered_by"))


class PenSignature(Scanned):
    """签批单: a leader signed one turn of a draft with a pen; it holds once a second clerk has compared it.

    `refused_why` says what was wrong with the sheet or what was typed from it: it is entered anew then.
    """

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), on_delete=models.PROTECT, related_name="pen_signatures"
    )
    turn = models.PositiveSmallIntegerField(_("draft number"))
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+"
    )
    signed_on = models.DateField(_("signed on"))
    resolution = models.ForeignKey(
        Resolution, verbose_name=_("resolution"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compared by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refused_why = models.TextField(_("why it does not hold"), blank=True)

    objects = PenSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature by pen")
        verbose_name_plural = _("signatures by pen")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="pen_signature_compared_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(refused_why=""), name="pen_signature_holds_or_not"
            ),
            models.UniqueConstraint(
                fields=["draft", "turn"], condition=Q(refused_why=""), name="pen_signature_once_a_turn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft}: {self.signer}"

    def get_absolute_url(self) -> str:
        return record_address("documents:draft", self.draft_id)


class StampedScanQuerySet(models.QuerySet["StampedScan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(document__in=Document.objects.visible_to(user).values("pk"))


class StampedScan(Scanned):
    """盖章件: the paper as it was printed and sealed, filed with it. The last one entered counts."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="stamped_scans"
    )

    objects = StampedScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of a sealed paper")
        verbose_name_plural = _("scans of sealed papers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document}: {self.scan_name}"

    def get_absolute_url(self) -> str:
        return record_address("documents:detail", self.document_id)


auditlog.register(PenSignature)
auditlog.register(StampedScan)
