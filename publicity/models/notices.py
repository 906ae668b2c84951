"""公示 and 异议 (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField, EncryptedTextField

from accounts.enums import Role
from accounts.models import User
from documents.models import CODE_LETTERS, Document
from publicity.enums import NoticeState, ObjectionState
from sites.models import Programme, Site


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """At the desk notices are for the office and the leading group; others read the public page."""
        return self if user.role in Role.CITY_WIDE else self.none()

    def published(self) -> Self:
        """What the public sees: running and ended ones; of a withdrawn one its correction."""
        return self.filter(document__isnull=False)

    def running(self, *, on: datetime.date) -> Self:
        """Those that still take objections."""
        return self.filter(state=NoticeState.PUBLISHED, ends_on__gte=on)

    def due(self, *, on: datetime.date) -> Self:
        """Running notices whose last day is over."""
        return self.filter(state=NoticeState.PUBLISHED, ends_on__lt=on)


class Notice(models.Model):
    """One public notice over several sites. Dates and snapshot never change once it is published."""

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
        return reverse("publicity:notice", args=[self.pk])

    def is_running(self, on: datetime.date) -> bool:
        """Objections are taken up to and including the last day."""
        return self.state == NoticeState.PUBLISHED and on <= self.ends_on


class NoticeSiteQuerySet(models.QuerySet["NoticeSite"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(site__in=Site.objects.visible_to(user))


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


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        """Letters are for the office that handles them; never for the unit complained of."""
        handled = self if user.role == Role.OFFICE else self.none()
        return handled.exclude(site__in=user.recused_sites())

    def open(self) -> Self:
        return self.filter(state__in=ObjectionState.OPEN)


class Objection(models.Model):
    """One citizen's objection against one site of a notice. Name and telephone are encrypted at rest."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="objections"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="objections"
    )
    receipt_code = models.CharField(
        _("receipt code"), max_length=10, unique=True, default=new_receipt_code, editable=False
    )
    objector_name = EncryptedCharField(_("real name"), max_length=40)
    objector_phone = EncryptedCharField(_("telephone"), max_length=40)
    text = EncryptedTextField(_("objection"))
    received_on = models.DateField(_("received on"))
    state = models.CharField(
        _("state"), max_length=12, choices=ObjectionState, default=ObjectionState.RECEIVED
    )
    reply = models.TextField(_("written reply"), blank=True)
    replied_on = models.DateField(_("replied on"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

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
        return reverse("publicity_desk:objection", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in ObjectionState.OPEN


auditlog.register(Notice)
auditlog.register(NoticeSite)
auditlog.register(
    Objection, exclude_fields=["receipt_code", "objector_name", "objector_phone", "text", "reply"]
)
