"""Who is signed in, where, and since when."""

import datetime
import hashlib
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import SessionEnd
from core.models import Worded

from .people import User


def digest_of(key: str) -> str:
    """How a session is found by its cookie, which nobody can make who reads the table."""
    return hashlib.sha256(key.encode()).hexdigest()


def _ago(**time: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**time)


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        """Everybody sees the own."""
        return self.filter(user=user)

    def running(self) -> Self:
        """Those whose next page is answered as somebody's."""
        return self.filter(
            ended="",
            seen_at__gt=_ago(minutes=settings.PORTAL_SESSION_IDLE_MINUTES),
            started_at__gt=_ago(hours=settings.PORTAL_SESSION_HOURS),
        )

    def too_old(self) -> Self:
        return self.filter(started_at__lte=_ago(hours=settings.PORTAL_SESSION_HOURS))


class Session(Worded):
    """What the portal keeps of a browser; of one that is signed in with its `user`.

    `device` is the browser and its system in words, empty of a program that does not say. An ended one stays
    until it is too old, so that its window can be told why.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    data = models.TextField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.CASCADE,
        related_name="sessions",
    )
    device = models.CharField(_("device"), max_length=60, blank=True)
    network = models.CharField(_("network"), max_length=50, blank=True)
    started_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last page"))
    ended = models.CharField(_("ended because"), max_length=10, choices=SessionEnd, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["started_at"])]

    def __str__(self) -> str:
        return self.device or self.digest[:8]

    def why_over(self, device: str) -> str:
        """Why this one answers no more to a request from `device`; empty where it does."""
        if self.ended:
            return self.ended
        if self.started_at <= _ago(hours=settings.PORTAL_SESSION_HOURS):
            return SessionEnd.AGE
        if self.user_id is None:
            return ""
        if self.seen_at <= _ago(minutes=settings.PORTAL_SESSION_IDLE_MINUTES):
            return SessionEnd.IDLE
        return SessionEnd.DEVICE if self.device and device != self.device else ""
