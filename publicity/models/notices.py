"""公示 (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.http import record_address
from core.models import Worded
from documents.models import Document
from publicity.enums import NoticeState, ObjectionState
from publicity.rules import reads_notices
from sites.models import Programme, Site
from sites.models.sites import sees_site
from standards.enums import DayUnit


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

    Its length is `length` days of the `unit` its programme's rulebook had then; extensions count by the same.
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
    length = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("counted in"), max_length=20, choices=DayUnit)
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

    @property
    def result_on(self) -> datetime.date | None:
        """The day its result was published."""
        return datetime.date.fromisoformat(self.result["on"]) if self.result else None


class NoticeExtension(models.Model):
    """A notice was given more days: never fewer. `Notice.ends_on` is the last one's `new_end`."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="extensions"
    )
    old_end = models.DateField(_("end before"))
    new_end = models.DateField(_("new end"))
    length = models.PositiveSmallIntegerField(_("days added"))
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


auditlog.register(Notice)
auditlog.register(NoticeExtension)
auditlog.register(NoticeSite)
