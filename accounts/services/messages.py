"""The way of a message out of the portal: released or discarded by the office, sent by the worker.

A server takes a mail before the row can say so: if the worker is killed or the line breaks between the two,
it goes out once more, with the same Message-ID, by which mail programs know it for the same. In no other case
does one go out twice.
"""

import datetime
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.channels import Channel, Undeliverable, Unreachable, channels
from accounts.digest import written
from accounts.enums import MessageState
from accounts.models import Message, Notification, User
from accounts.rules import require_office
from core.acting import Refusal
from core.clock import today
from core.locks import change_once
from core.queue import hand_over

logger = logging.getLogger(__name__)

STALE_AFTER = datetime.timedelta(seconds=settings.PORTAL_MESSAGE_STALE_SECONDS)
# How long after each attempt that failed the next one comes: for three days; then a person decides.
PAUSES = (
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    *(datetime.timedelta(hours=6) for _quarter in range(12)),
)


# -- what a person does -------------------------------------------------------


@transaction.atomic
def release(*, messages: Iterable[Message], by: User) -> int:
    """Let held messages go out; returns how many. Raises PermissionDenied, or Refusal when none is held."""
    require_office(by)
    values = {"state": MessageState.QUEUED, "released_by": by, "released_on": today()}
    return _moved(messages, (MessageState.HELD,), by, values)


@transaction.atomic
def discard(*, messages: Iterable[Message], reason: str, by: User) -> int:
    """Stop messages that are not on their way yet, for good; what they say stays in the portal.

    Returns how many. Raises PermissionDenied, ValidationError naming the field, or Refusal.
    """
    require_office(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the messages are discarded.")})
    values = {"state": MessageState.DISCARDED, "discarded_by": by, "discarded_why": reason.strip()}
    return _moved(messages, MessageState.STOPPABLE, by, values)


@transaction.atomic
def send_again(*, messages: Iterable[Message], by: User) -> int:
    """Try what could not be delivered once more; returns how many. Raises PermissionDenied or Refusal."""
    require_office(by)
    values = {"state": MessageState.QUEUED, "attempts": 0, "error": ""}
    return _moved(messages, (MessageState.FAILED,), by, values)


def _moved(messages: Iterable[Message], sources: Iterable[str], by: User, values: dict[str, object]) -> int:
    """Those that are still in one of `sources`: somebody else may have been quicker."""
    rows = Message.objects.visible_to(by).filter(state__in=sources)
    wanted = {"due_at": timezone.now(), "handed_at": None, **values}
    moved = [each for each in messages if change_once(rows.filter(pk=each.pk), **wanted)]
    if not moved:
        raise Refusal(_("None of these messages waits for that any more; the list shows how they stand."))
    if values["state"] == MessageState.QUEUED:
        for each in moved:
            send_after_commit(each)
    return len(moved)


# -- the queue ----------------------------------------------------------------


def send_after_commit(message: Message) -> None:
    transaction.on_commit(lambda: send(message.pk))


def send(message_id: int) -> bool:
    """Hand a message to the queue; False (and the row waits for beat) while the broker is away."""
    if not hand_over("accounts.tasks.deliver_message", message_id):
        return False
    Message.objects.filter(pk=message_id).update(handed_at=timezone.now())
    return True


def resend_overdue() -> int:
    """Hand over what is due: not handed over yet, not taken up, taken up by a worker that died, put off.

    Returns how many were handed over. Beat calls it every few seconds.
    """
    now = timezone.now()
    dead = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - STALE_AFTER)
    killers = dead.filter(attempts__gt=len(PAUSES))
    killers.update(state=MessageState.FAILED, error=_("Its worker died over it each time."))
    dead.update(state=MessageState.QUEUED, handed_at=None)
    lost = Q(handed_at=None) | Q(handed_at__lt=now - STALE_AFTER)
    waiting = Message.objects.filter(lost, state=MessageState.QUEUED, due_at__lte=now)
    sent = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        if not send(pk):
            break
        sent += 1
    return sent


# -- the worker's -------------------------------------------------------------


def deliver(message_id: int) -> None:
    """Send a message that is due. Safe to run twice or at once: only one run takes the row up."""
    now = timezone.now()
    due = Message.objects.filter(pk=message_id, state=MessageState.QUEUED, due_at__lte=now)
    if not due.update(state=MessageState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        logger.info("message %s: nothing to send", message_id)
        return
    message = Message.objects.select_related("user").get(pk=message_id)
    try:
        channel = _channel_of(message)
        if why := _no_longer_wanted(message, channel):
            _leave(message, state=MessageState.DISCARDED, discarded_why=why)
            return
        channel.send(message)
    except Undeliverable as error:
        refused = _("The address was refused: %(error)s") % {"error": error}
        _leave(message, state=MessageState.FAILED, error=refused)
    except Unreachable as error:
        logger.warning("message %s waits: %s cannot be reached (%s)", message_id, message.channel, error)
        _put_off(message, error)
    except Exception as error:  # whatever went wrong belongs on the row, where a person sees it
        logger.exception("message %s could not be sent", message_id)
        _put_off(message, error)
    else:
        # It is out, even if somebody took this worker for dead meanwhile.
        out = Message.objects.filter(pk=message.pk).exclude(state__in=MessageState.OVER)
        out.update(state=MessageState.SENT, sent_at=timezone.now(), error="")


def _channel_of(message: Message) -> Channel:
    channel = channels().get(message.channel)
    if channel is None or not channel.is_on():
        raise Unreachable(_("“%(channel)s” is not set up") % {"channel": message.channel})
    return channel


def _no_longer_wanted(message: Message, channel: Channel) -> str:
    """Why a message made hours or days ago is not sent after all; "" where it is, with what holds now.

    A line may go – its reader has read it, or stood aside from its site – but none is added.
    """
    user = message.user
    if not user.is_active or channel.address_of(user) != message.address:
        return _("The person no longer wants messages at this address.")
    told = list(Notification.objects.visible_to(user).unread().filter(messages=message))
    if not told:
        return _("Everything in it has been read, or may no longer be told to this person.")
    message.subject, message.text = written(user, told, on=message.made_on)
    message.save(update_fields=["subject", "text"])
    return ""


def _put_off(message: Message, error: Exception) -> None:
    """To the next attempt, or after the last one into the hands of a person.

    A channel that cannot be reached is asked once for all that wait for it, and not for each.
    """
    if message.attempts > len(PAUSES):
        _leave(message, state=MessageState.FAILED, error=_told(error))
        return
    later: dict[str, object] = {
        "due_at": timezone.now() + PAUSES[message.attempts - 1],
        "handed_at": None,
        "error": _told(error),
    }
    if isinstance(error, Unreachable):
        others = Message.objects.filter(channel=message.channel, state=MessageState.QUEUED)
        others.filter(due_at__lte=timezone.now()).update(attempts=F("attempts") + 1, **later)
    _leave(message, state=MessageState.QUEUED, **later)


def _told(error: Exception) -> str:
    if isinstance(error, Unreachable):
        return _("It could not be reached: %(error)s") % {"error": error}
    return f"{type(error).__name__}: {error}"


def _leave(message: Message, **values: object) -> None:
    """Let go of the row, if it still is this worker's."""
    mine = Message.objects.filter(pk=message.pk, state=MessageState.SENDING, claimed_at=message.claimed_at)
    mine.update(**values)
