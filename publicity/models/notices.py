"""公示 and 异议 (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField, EncryptedTextField

from accounts.models import User
from assessments.eligibility import is_barred
from core.http import record_address
from core.models import Worded
from documents.models import CODE_LETTERS, Document
from publicity.enums import LetterKind, NoticeState, ObjectionState
from publicity.rules import handles_objections, knows_objections, reads_notices
from sites.models import Programme, Site
from sites.models.sites import sees_site


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """At the desk notices are for the office and the leading group; others read the public page."""
        return self if reads_notices(user) else self.none()

    def published(self) -> Self:
        """What the public sees: running and ended ones; of a withdrawn one its correction."""
        return self.filter(document__isnull=False)

    def running(self, *, on: datetime.date) -> Self:
        """Those that still take objections."""
        return self.filter(state=NoticeState.PUBLISHED, ends_on__gte=on)

    def due(self, *, on: datetime.date) -> Self:
        """Running notices whose last day is over."""
        return self.filter(state=NoticeState.PUBLISHED, ends_on__lt=on)

    def without_result(self) -> Self:
        """Ended ones with every objection answered, whose result is not published yet."""
        ended = self.filter(state=NoticeState.ENDED, result__isnull=True)
        return ended.exclude(objections__state__in=ObjectionState.OPEN)


class Notice(Worded):
    """One public notice over several sites. What it says never changes once it is published.

    Only its end moves, by a `NoticeExtension`, and only to a later day. `result` is filled in when the time
    is over and the last objection concluded (`services.notices.publish_result`).
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="notices"
    )
    title = models.CharField(_("title"), max_length=200)
    grounds = models.TextField(_("grounds"))
    published_on = models.DateField(_("published on"))
    ends_on = models.DateField(_("ends on"))
    working_days = models.PositiveSmallIntegerField(_("working days"))
    counted = models.JSONField(_("days counted"))
    office = models.CharField(_("received by"), max_length=100)
    address = models.CharField(_("address"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=6)
    telephone = models.CharField(_("telephone"), max_length=40)
    hours = models.CharField(_("hours"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.PUBLISHED)
    withdrawal_reason = models.TextField(_("reason of withdrawal"), blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    result = models.JSONField(_("result as published"), null=True, blank=True)
    document = models.OneToOneField(
        Document, verbose_name=_("paper"), null=True, on_delete=models.PROTECT, related_name="notice"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("published by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public notice")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on__lt=F("ends_on")), name="notice_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawal_reason=""),
                name="notice_withdrawal_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_on"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("publicity:notice", self.pk)

    def is_running(self, on: datetime.date) -> bool:
        """Objections are taken up to and including the last day."""
        return self.state == NoticeState.PUBLISHED and on <= self.ends_on


class NoticeExtension(models.Model):
    """A notice was given more days: never fewer. `Notice.ends_on` is the last one's `new_end`."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="extensions"
    )
    old_end = models.DateField(_("end before"))
    new_end = models.DateField(_("new end"))
    working_days = models.PositiveSmallIntegerField(_("working days added"))
    counted = models.JSONField(_("days counted"))
    reason = models.CharField(_("reason"), max_length=300)
    extended_on = models.DateField(_("extended on"))
    document = models.OneToOneField(
        Document, verbose_name=_("paper"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("extension of a notice")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(new_end__gt=F("old_end")), name="notice_extension_is_longer"),
            models.CheckConstraint(condition=~Q(reason=""), name="notice_extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.new_end}"


class NoticeSiteQuerySet(models.QuerySet["NoticeSite"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))


class NoticeSite(models.Model):
    """A site on a notice, as it was written there; `removed_on` when an objection took it off."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="entries"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="notice_entries"
    )
    snapshot = models.JSONField(_("as published"))
    removed_on = models.DateField(_("taken off on"), null=True, blank=True)
    removal_reason = models.CharField(_("why taken off"), max_length=300, blank=True)

    objects = NoticeSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site on a notice")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "site"], name="notice_lists_a_site_once")]

    def __str__(self) -> str:
        return str(self.site)


def new_receipt_code() -> str:
    return get_random_string(10, CODE_LETTERS)


def _kept_from(user: User) -> Q:
    """Letters nobody may know of whatever their role: about a site they are barred from."""
    return is_barred(user)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        """Letters are for the office that handles them; never for the unit complained of."""
        handled = self if handles_objections(user) else self.none()
        return handled.exclude(_kept_from(user))

    def known_to(self, user: User) -> Self:
        """That a letter is there, not what it says: the city's, since it keeps a site from being named."""
        known = self if knows_objections(user) else self.none()
        return known.exclude(_kept_from(user))

    def open(self) -> Self:
        return self.filter(state__in=ObjectionState.OPEN)

    def to_erase(self, *, on: datetime.date) -> Self:
        """Those whose personal data has been kept long enough."""
        return self.filter(erase_on__lte=on, erased_at=None)

    def in_turn(self) -> Self:
        """Open ones first, the most urgent on top, then the answered ones, the newest first."""
        return self.order_by(F("replied_on").desc(nulls_first=True), "due_on", "pk")


class Objection(Worded):
    """One citizen's objection against one site of a notice.

    Name, telephone and letter are encrypted at rest, and None once they are erased.
    """

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="objections"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="objections"
    )
    receipt_code = models.CharField(
        _("receipt code"), max_length=10, unique=True, default=new_receipt_code, editable=False
    )
    objector_name = EncryptedCharField(_("real name"), max_length=40, null=True)
    objector_phone = EncryptedCharField(_("telephone"), max_length=40, null=True)
    text = EncryptedTextField(_("objection"), null=True)
    received_on = models.DateField(_("received on"))
    state = models.CharField(
        _("state"), max_length=12, choices=ObjectionState, default=ObjectionState.RECEIVED
    )
    due_on = models.DateField(_("reply due on"), null=True, blank=True)
    counted = models.TextField(_("how it was counted"), blank=True)
    taken_up_on = models.DateField(_("taken up on"), null=True, blank=True)
    investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked into by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    findings = models.TextField(_("what the inquiry found"), blank=True)
    reply = models.TextField(_("written reply"), blank=True)
    replied_on = models.DateField(_("replied on"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    erase_on = models.DateField(_("personal data kept until"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.OPEN) | ~Q(reply=""), name="objection_result_has_reply"
            )
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        """Without the receipt code: who knows it reads the reply."""
        return f"{self.site} {self.received_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:objection", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in ObjectionState.OPEN


class ObjectionFileQuerySet(models.QuerySet["ObjectionFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(objection__in=Objection.objects.visible_to(user))


class ObjectionFile(models.Model):
    """An attachment of an objection; it goes when the personal data goes."""

    objection = models.ForeignKey(
        Objection, verbose_name=_("objection"), on_delete=models.PROTECT, related_name="files"
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), upload_to="objections/%Y/%m/", blank=True)

    objects = ObjectionFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment of an objection")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "sha256"], name="objection_holds_a_file_once")
        ]

    def __str__(self) -> str:
        """Without its name, which goes with the personal data: the trail keeps this for good."""
        return str(self.objection)


class Erasure(models.Model):
    """Proof that an objector's personal data was erased: what, when, under which rule; none of the data."""

    objection = models.OneToOneField(
        Objection, verbose_name=_("objection"), on_delete=models.PROTECT, related_name="erasure"
    )
    at = models.DateTimeField(_("erased at"), auto_now_add=True)
    due_on = models.DateField(_("was due on"))
    what = models.JSONField(_("what was erased"))
    files = models.JSONField(_("files erased, by SHA-256"), default=list)

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.objection} {self.due_on}"


class LoggedLetterQuerySet(models.QuerySet["LoggedLetter"]):
    def visible_to(self, user: User) -> Self:
        logged = self if handles_objections(user) else self.none()
        return logged.exclude(_kept_from(user))


class LoggedLetter(Worded):
    """A letter that came late or without a name: no objection in form, kept on record all the same."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="letters"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    received_on = models.DateField(_("received on"))
    text = EncryptedTextField(_("what it says"))
    dealt_with = models.CharField(_("how it was dealt with"), max_length=300)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("logged by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = LoggedLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter on record")
        ordering = ["-received_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(dealt_with=""), name="letter_was_dealt_with")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:letter", self.pk)


auditlog.register(Notice)
auditlog.register(NoticeExtension)
auditlog.register(Erasure)
auditlog.register(LoggedLetter, exclude_fields=["text"])
auditlog.register(ObjectionFile, exclude_fields=["name"])
auditlog.register(NoticeSite)
auditlog.register(
    Objection,
    exclude_fields=["receipt_code", "objector_name", "objector_phone", "text", "findings", "reply"],
)
