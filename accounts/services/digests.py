"""The daily digest: what a person has not read yet, in one message over each channel."""

import logging

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.channels import Channel, channels
from accounts.digest import written
from accounts.enums import MessageState
from accounts.models import Message, Notification, PersonQuerySet, User
from core.clock import today
from core.jobs import send_after_commit

logger = logging.getLogger(__name__)


def make_digests() -> int:
    """Make today's digests; returns how many. Run twice or at once, each person gets one a channel.

    What lies unread since the last digest is all in it, however long the portal or its worker was away.
    """
    return sum(
        _made(person, channel)
        for channel in channels().values()
        if channel.is_on()
        for person in _waiting(channel)
        if channel.address_of(person)
    )


def _made(person: User, channel: Channel) -> bool:
    """False where nothing was to be told; one person's trouble must not keep the others' mail back."""
    try:
        return _make(person.pk, channel)
    except Exception:  # it is in the log, and tried again within the hour
        logger.exception("no digest could be made for person %s", person.pk)
        return False


def _waiting(channel: Channel) -> PersonQuerySet:
    """Active people with something new and no digest yet today; whether they may see it is asked of each."""
    unread = Notification.objects.unread().not_carried(channel.key).filter(user=OuterRef("pk"))
    made = Message.objects.filter(user=OuterRef("pk"), channel=channel.key, made_on=today())
    return User.objects.active().filter(Exists(unread), ~Exists(made)).order_by("pk")


@transaction.atomic
def _make(pk: int, channel: Channel) -> bool:
    """The person is locked: who comes second finds the digest made."""
    user = User.objects.select_for_update().get(pk=pk)
    address = channel.address_of(user)
    told = list(Notification.objects.visible_to(user).unread().not_carried(channel.key))
    made = Message.objects.filter(user=user, channel=channel.key, made_on=today()).exists()
    if made or not told or not address or not user.is_active:
        return False
    subject, text = written(user, told, on=today())
    inside = channel.is_inside(address)
    message = Message.objects.create(
        user=user,
        channel=channel.key,
        address=address,
        is_outside=not inside,
        subject=subject,
        text=text,
        state=MessageState.QUEUED if inside else MessageState.HELD,
    )
    message.notifications.set(told)
    if inside:
        send_after_commit(message)
    return True
