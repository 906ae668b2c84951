"""Wrong passwords at the staff door: strangers wait longer and longer, and nobody shuts an owner out.

A try takes a place of each limit it falls under before the password is looked at, and gives it back where the
password is right. From a browser or an address the account was used from before it has a limit of its own,
which no stranger can use up. What is said is the same whether there is such an account or not.
"""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import brakes
from core.brakes import LIMITS, Limit

from .known_devices import known_by
from .models import TriesInHour, User
from .services.notifications import notify

OF_STRANGERS = (
    *("sign_in_account", "sign_in_account_hour", "sign_in_account_day"),
    *("sign_in_device", "sign_in_address", "sign_in_address_hour"),
)
TRIED = gettext_noop(
    "Since your last sign-in somebody tried %(n)s times to sign in to your account with a wrong password, "
    "from where you never were. If that was not you, change your password and tell the administrator."
)


def knock(request: HttpRequest, name: str) -> list[str]:
    """The places this try takes; raises ValidationError, with how long to wait, where there is none."""
    known = known_by(request, name)
    places, seconds = brakes.take(_limits(request, name, known))
    if not places:
        _count(name, is_known=bool(known), refused=1)
        told = _("Too many wrong passwords. Wait %(time)s, then try again.")
        raise ValidationError(told % {"time": brakes.in_words(seconds)}, code="too_many_login_attempts")
    return places


def note_wrong(request: HttpRequest, name: str) -> None:
    """The password was wrong: counted, and told to its owner at the next sign-in."""
    _count(name, is_known=bool(known_by(request, name)), failed=1)


def stands_alone_in_trail(request: HttpRequest) -> bool:
    """Whether this wrong try has an entry of its own; beyond, their number is told by the hour."""
    wanted = ("trail_of_tries", "trail_of_all_tries")
    places, _seconds = brakes.take((LIMITS[each], brakes.who(request, LIMITS[each].per)) for each in wanted)
    return bool(places)


def _limits(request: HttpRequest, name: str, known: str) -> Iterator[tuple[Limit, str]]:
    """Letters are folded as the database folds them that looks the name up."""
    account = name.upper()
    if known:
        yield LIMITS["sign_in_known"], f"{account}\n{known}"
        return
    for each in OF_STRANGERS:
        limit = LIMITS[each]
        yield limit, account if limit.per == "account" else brakes.who(request, limit.per)


def _count(name: str, *, is_known: bool, failed: int = 0, refused: int = 0) -> None:
    TriesInHour.add(failed=failed, refused=refused)
    if not is_known:
        User.objects.filter(username__iexact=name).update(strange_tries=F("strange_tries") + failed + refused)


@receiver(user_logged_in)
def tell_of_tries(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    """Once, on the first page and among the person's messages."""
    count = User.objects.values_list("strange_tries", flat=True).get(pk=user.pk)
    if count and User.objects.filter(pk=user.pk, strange_tries=count).update(strange_tries=0):
        notify([user], text=TRIED, about={"n": str(count)}, url=reverse("people:my_account"))
        messages.warning(request, _(TRIED) % {"n": count}, fail_silently=True)
