"""What people are told: in the portal, and out of it."""

import datetime
import re
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageState, Role
from core.clock import today
from core.jobs import Job, JobQuerySet, Life

from .people import User

# How long after each attempt that failed the next one comes: for three days; then a person decides.
PAUSES = (
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    *(datetime.timedelta(hours=6) for _quarter in range(12)),
)
# Among what stands in the placeholders: for whom the reader is told it, as a deputy.
ACTING_FOR = "acting_for"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _shut_to(user: User) -> Q:
    return Q(site_key__in=user.recused_sites()) | Q(filing_key__in=user.recused_lists())


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> Self:
        """One's own, without those about a site one has stood aside from, or about a list with it."""
        return self.filter(user=user).exclude(_shut_to(user))

    def shut_to(self, user: User) -> Self:
        """Anybody's, about what this person has stood aside from."""
        return self.filter(_shut_to(user))

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def not_carried(self, channel: str) -> Self:
        """Without what a message to the same person took out over the channel.

        One that the portal itself dropped, since it could not reach the person, took nothing out.
        """
        carried = Message.notifications.through.objects.filter(
            notification=OuterRef("pk"), message__user=OuterRef("user"), message__channel=channel
        ).exclude(message__state=MessageState.DISCARDED, message__discarded_by=None)
        return self.filter(~Exists(carried))


class Notification(models.Model):
    """One line to one person, with the address of the spot where it is acted upon."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="notifications"
    )
    text = models.CharField(_("text"), max_length=300, help_text=_("A msgid with named placeholders."))
    about = models.JSONField(_("what stands in the placeholders"), default=dict)
    url = models.CharField(_("address"), max_length=200)
    site_key = models.BigIntegerField(
        _("site it is about"), null=True, help_text=_("The site's key; sites live in a room above.")
    )
    filing_key = models.BigIntegerField(
        _("list it is about"), null=True, help_text=_("The list's key; lists live in a room above.")
    )
    on = models.DateField(_("on"), default=today)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        """In the reader's language, with dates as it writes them."""
        line = gettext(self.text) % {name: _as_read(value) for name, value in self.about.items()}
        return for_whom(line, self.about.get(ACTING_FOR, ""))


def for_whom(line: str, acting_for: str) -> str:
    """What a deputy reads of something that waits for, or is told to, the person who is away."""
    told = gettext("For %(person)s: %(line)s")
    return told % {"person": acting_for, "line": line} if acting_for else line


def _as_read(value: str) -> str:
    """What stands in a placeholder is kept as text: a date as ISO writes it."""
    return date_format(datetime.date.fromisoformat(value)) if _DAY.fullmatch(value) else value


def new_message_id() -> str:
    """As RFC 5322 wants it, with the portal's own name."""
    return f"<{uuid4().hex}@{urlsplit(settings.PORTAL_URL).hostname}>"


class MessageQuerySet(JobQuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """For the office, without those with a line about a site the reader has stood aside from."""
        if user.role != Role.OFFICE:
            return self.none()
        return self.exclude(notifications__in=Notification.objects.shut_to(user))

    def held(self) -> Self:
        return self.filter(state=MessageState.HELD)

    def waiting(self) -> Self:
        """Without those that were put off. Later than after the longest pause: the clock was set back."""
        now = timezone.now()
        put_off = Q(state=MessageState.QUEUED, due_at__gt=now, due_at__lte=now + max(PAUSES))
        return super().waiting().exclude(put_off)


class Message(Job):
    """What one person is told of one day over one channel out of the portal.

    The row is the truth: a broker, a worker or a mail server that is down loses nothing. Whoever was told
    stays on record, with the address it went to.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="messages"
    )
    channel = models.CharField(_("channel"), max_length=20)
    address = models.CharField(
        _("address"), max_length=254, help_text=_("As it was when the message was made.")
    )
    is_outside = models.BooleanField(_("leaves the own network"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    notifications = models.ManyToManyField(
        Notification, verbose_name=_("notifications"), related_name="messages"
    )
    message_id = models.CharField(
        _("message ID"), max_length=300, unique=True, default=new_message_id, editable=False
    )
    made_on = models.DateField(_("made on"), default=today)
    state = models.CharField(_("state"), max_length=10, choices=MessageState)
    released_by = models.ForeignKey(
        User, verbose_name=_("released by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_on = models.DateField(_("released on"), null=True)
    discarded_by = models.ForeignKey(
        User,
        verbose_name=_("discarded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty where the portal itself found nobody to reach, or nothing to tell."),
    )
    discarded_why = models.CharField(_("why it was discarded"), max_length=300, blank=True)
    due_at = models.DateTimeField(
        _("to be sent from"), default=timezone.now, help_text=_("Later with each attempt that failed.")
    )

    life = Life(
        task="accounts.tasks.deliver_message",
        pending=MessageState.PENDING,
        working=MessageState.SENDING,
        done=MessageState.SENT,
        waits_from="due_at",
        stale_after=datetime.timedelta(seconds=settings.PORTAL_MESSAGE_STALE_SECONDS),
        max_attempts=len(PAUSES) + 1,
        given_up=_("Its worker died over it each time."),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "made_on"], name="message_once_a_day"),
            models.CheckConstraint(condition=~Q(address=""), name="message_has_address"),
            models.CheckConstraint(
                condition=Q(is_outside=False)
                | Q(released_on__isnull=False)
                | Q(state__in=MessageState.AT_REST),
                name="message_goes_outside_released",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None, released_on=None)
                | Q(released_by__isnull=False, released_on__isnull=False) & ~Q(state="to_release"),
                name="message_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="message_sending_is_claimed"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(finished_at__isnull=False), name="message_sent_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="message_failed_has_error"
            ),
            models.CheckConstraint(
                condition=Q(state="discarded") & ~Q(discarded_why="")
                | ~Q(state="discarded") & Q(discarded_by=None, discarded_why=""),
                name="message_discarded_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.user}：{self.subject}"

    @property
    def is_stoppable(self) -> bool:
        return self.state in MessageState.STOPPABLE


# Not what it says: the trail has other readers. What the worker does stands on the row.
auditlog.register(
    Message,
    exclude_fields=["subject", "text", "due_at", "sent_at", "claimed_at", "attempts", "finished_at"],
    mask_fields=["address"],
)
