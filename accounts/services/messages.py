"""The way of a message out of the portal: released or discarded by the office, sent by the worker.

A server takes a mail before the row can say so: if the worker is killed or the line breaks between the two,
it goes out once more, with the same Message-ID, by which mail programs know it for the same. In no other case
does one go out twice.
"""

import logging
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.channels import Channel, Undeliverable, Unreachable, channels
from accounts.digest import written
from accounts.enums import MessageState
from accounts.models import Message, Notification, User
from accounts.models.messages import PAUSES
from accounts.rules import require_office
from core.acting import Refusal
from core.clock import today
from core.jobs import ANEW, Claim, send_after_commit, work_on
from core.locks import change_once

logger = logging.getLogger(__name__)


# -- what a person does -------------------------------------------------------


@transaction.atomic
def release(*, messages: Iterable[Message], by: User) -> int:
    """Let held messages go out; returns how many. Raises PermissionDenied, or Refusal when none is held."""
    return _queue(messages, MessageState.HELD, by, released_by=by, released_on=today())


@transaction.atomic
def discard(*, messages: Iterable[Message], reason: str, by: User) -> int:
    """Stop messages that are not on their way yet, for good; what they say stays in the portal.

    Returns how many. Raises PermissionDenied, ValidationError naming the field, or Refusal.
    """
    require_office(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the messages are discarded.")})
    values = {"state": MessageState.DISCARDED, "discarded_by": by, "discarded_why": reason.strip()}
    return len(_moved(messages, MessageState.STOPPABLE, by, values))


@transaction.atomic
def send_again(*, messages: Iterable[Message], by: User) -> int:
    """Try what could not be delivered once more; returns how many. Raises PermissionDenied or Refusal."""
    return _queue(messages, MessageState.FAILED, by)


def _queue(messages: Iterable[Message], source: MessageState, by: User, **values: object) -> int:
    require_office(by)
    anew = ANEW | {"state": MessageState.QUEUED, "due_at": timezone.now()}
    moved = _moved(messages, (source,), by, anew | values)
    for each in moved:
        send_after_commit(each)
    return len(moved)


def _moved(
    messages: Iterable[Message], sources: Iterable[str], by: User, values: dict[str, object]
) -> list[Message]:
    """Those that are still in one of `sources`: somebody else may have been quicker."""
    rows = Message.objects.visible_to(by).filter(state__in=sources)
    moved = [each for each in messages if change_once(rows.filter(pk=each.pk), **values)]
    if not moved:
        raise Refusal(_("None of these messages waits for that any more; the list shows how they stand."))
    return moved


# -- the worker's -------------------------------------------------------------


def deliver(message_id: int) -> None:
    """Send a message that is due. Safe to run twice or at once."""
    work_on(Message, message_id, _send)


def _send(claim: Claim[Message]) -> None:
    message = claim.job
    try:
        kept_back = _hand_to_channel(message)
    except Undeliverable as error:
        claim.fail(_("The address was refused: %(error)s") % {"error": error})
    except Unreachable as error:
        logger.warning("message %s waits: %s cannot be reached (%s)", message.pk, message.channel, error)
        _put_off(claim, error)
    except Exception as error:  # whatever went wrong belongs on the row, where a person sees it
        logger.exception("message %s could not be sent", message.pk)
        _put_off(claim, error)
    else:
        if kept_back:
            claim.leave(MessageState.DISCARDED, discarded_why=kept_back)
        else:
            _say_sent(message)


def _hand_to_channel(message: Message) -> str:
    """Send it; returns why it was kept back, "" where it is out. Raises Undeliverable and Unreachable."""
    channel = _channel_of(message)
    why = _no_longer_wanted(message, channel)
    if not why:
        channel.send(message)
    return why


def _say_sent(message: Message) -> None:
    """It is out, even if somebody took this worker for dead meanwhile."""
    out = Message.objects.filter(pk=message.pk).exclude(state__in=MessageState.OVER)
    out.update(state=MessageState.SENT, finished_at=timezone.now(), claimed_at=None, error="")


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


def _put_off(claim: Claim[Message], error: Exception) -> None:
    """To the next attempt, or after the last one into the hands of a person.

    A channel that cannot be reached is asked once for all that wait for it, and not for each.
    """
    message = claim.job
    if message.attempts > len(PAUSES):
        claim.fail(_told(error))
        return
    later: dict[str, object] = {
        "due_at": timezone.now() + PAUSES[message.attempts - 1],
        "sent_at": None,
        "error": _told(error),
    }
    if isinstance(error, Unreachable):
        others = Message.objects.filter(channel=message.channel, state=MessageState.QUEUED)
        others.filter(due_at__lte=timezone.now()).update(attempts=F("attempts") + 1, **later)
    claim.leave(MessageState.QUEUED, **later)


def _told(error: Exception) -> str:
    if isinstance(error, Unreachable):
        return _("It could not be reached: %(error)s") % {"error": error}
    return f"{type(error).__name__}: {error}"
