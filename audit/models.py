"""Seals over the append-only trail, and what each check of them found. The entries are django-auditlog's."""

import datetime

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.jobs import Job, JobQuerySet, Life
from core.models import Worded

from .enums import Fault, RingKey, RotationState
from .guards import append_only


class Seal(models.Model):
    """Covers entries of the trail; `digest` also covers the seal before, with the portal's key "trail".

    `entries` lists [key, digest] of each covered entry, in order, so that a check names the one that was
    touched. They lie between `first_entry` and `last_entry`; what became visible late is in a later seal.
    `signature` is by the key that `signed_with` names (`audit.heads`); empty where the machine has none.
    """

    first_entry = models.PositiveBigIntegerField(_("first entry"), unique=True)
    last_entry = models.PositiveBigIntegerField(_("last entry"), unique=True)
    entries = models.JSONField(_("digests of its entries"))
    size = models.PositiveIntegerField(_("number of entries"))
    key = models.PositiveSmallIntegerField(_("version of the key"))
    digest = models.CharField(_("digest"), max_length=64)
    previous_digest = models.CharField(_("previous digest"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)
    signature = models.CharField(_("signature"), max_length=88, blank=True)
    signed_with = models.CharField(_("signed with key"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("seal")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_entry__lte=models.F("last_entry")), name="seal_covers_a_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_entry}–{self.last_entry}"

    @property
    def short_digest(self) -> str:
        """What fits on a sheet of paper and is compared by eye: 80 bits of the digest."""
        return "-".join(self.digest[start : start + 4] for start in range(0, 20, 4))


class HeadKey(models.Model):
    """A public key that heads were signed with; `mac` proves, with the portal's key, that we put it here.

    `endorsement` is the signature of the key before, so that who knows that one knows this one too.
    """

    name = models.CharField(_("name"), max_length=16, unique=True)
    public = models.CharField(_("public key"), max_length=44, unique=True)
    endorsement = models.CharField(_("signature of the key before"), max_length=88, blank=True)
    key = models.PositiveSmallIntegerField(_("version of the key"))
    mac = models.CharField(_("MAC"), max_length=64)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("public key of the trail")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Anchored(models.Model):
    """What was last noted at a place outside of the database (`audit.anchors`), or why it could not be."""

    address = models.CharField(_("place"), max_length=500, unique=True)
    seal = models.PositiveBigIntegerField(_("seal"), null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    at = models.DateTimeField(_("written at"), null=True)
    tried_at = models.DateTimeField(_("tried at"))
    failure = models.CharField(_("why it could not be written"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("anchor of the trail")
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class Check(Worded):
    """One check of the whole trail against its seals: what it walked, and the first fault, if any.

    A later check that does not find `last_digest` among the seals knows that one is gone.
    """

    checked_at = models.DateTimeField(_("checked at"), default=timezone.now)
    seals = models.PositiveIntegerField(_("seals"))
    entries = models.PositiveBigIntegerField(_("sealed entries"))
    unsealed = models.PositiveBigIntegerField(_("entries after the last seal"))
    last_seal = models.PositiveBigIntegerField(_("last seal"), null=True)
    last_digest = models.CharField(_("digest of the last seal"), max_length=64, blank=True)
    fault = models.CharField(_("fault"), max_length=20, choices=Fault, blank=True)
    fault_entry = models.BigIntegerField(_("entry at fault"), null=True)
    fault_seal = models.PositiveBigIntegerField(_("seal at fault"), null=True)
    fault_about = models.TextField(_("what is at fault"), blank=True)

    class Meta:
        verbose_name = _("check of the trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"

    @property
    def found(self) -> str:
        """What is wrong, in the reader's language; "" where nothing is."""
        told = {"entry": self.fault_entry, "seal": self.fault_seal, "about": self.fault_about}
        return gettext(Fault(self.fault).label) % told if self.fault else ""

    @property
    def nothing_is_sealed(self) -> bool:
        """There was no seal to compare the trail with: neither that it holds nor that it does not."""
        return not self.seals and not self.fault


class KeyFingerprint(models.Model):
    """Tells the key this database was made with from any other, and nothing about the key (`audit.keys`)."""

    name = models.CharField(_("key"), max_length=20, unique=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("fingerprint of a key")

    def __str__(self) -> str:
        return self.name


class KeyRotation(Job):
    """A key of the ring got a new version, by which the worker closes anew what a former one closed.

    What signs or proves has nothing to be done anew: such a row is done as it is made.
    """

    key = models.CharField(_("key"), max_length=5, choices=RingKey)
    version = models.PositiveSmallIntegerField(_("version"))
    begun_at = models.DateTimeField(_("begun at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=RotationState, default=RotationState.WAITING)
    closed_anew = models.PositiveBigIntegerField(_("encrypted anew"), default=0)
    forgotten_at = models.DateTimeField(_("former versions taken away at"), null=True)
    # Of the trail's key (`audit.key_changes`).
    head = models.CharField(_("digest of the last seal before"), max_length=64, blank=True)
    former_until = models.DateTimeField(_("the former version counts until"), null=True)

    life = Life(
        task="audit.tasks.close_anew",
        pending=RotationState.PENDING,
        working=RotationState.RUNNING,
        done=RotationState.DONE,
        waits_from="begun_at",
        # It writes down how far it is after each small batch.
        stale_after=datetime.timedelta(minutes=2),
        max_attempts=50,
        given_up=_("The worker broke down over it %(n)d times, so it is not tried again."),
    )
    objects: JobQuerySet["KeyRotation"] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("change of keys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="rotation_once_a_version"),
            models.CheckConstraint(
                condition=(models.Q(key=RingKey.TRAIL, former_until__isnull=False) & ~models.Q(head=""))
                | (~models.Q(key=RingKey.TRAIL) & models.Q(former_until=None, head="")),
                name="rotation_of_the_trail_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.version}"


append_only(LogEntry, Seal, Check, HeadKey)
# Its entry in the trail tells when a check is gone.
auditlog.register(Check)
auditlog.register(KeyRotation, include_fields=["key", "version", "forgotten_at", "head", "former_until"])
