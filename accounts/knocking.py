"""Wrong passwords and codes: strangers wait longer and longer, and nobody shuts an owner out.

A try takes a place of each limit it falls under before what was typed is looked at, and gives it back where
it is right. From a browser the account was used from before it has a limit of its own, which no stranger can
use up; from a known address another one, which an hour and a day end, for a colleague may sit behind it. What
is said is the same whether there is such an account or not.
"""

from collections.abc import Iterator
from typing import NoReturn

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.address import address_of
from audit.enums import SignIn
from audit.services import note_sign_in, wrong_of_late
from core import brakes
from core.brakes import LIMITS, Limit

from .http import StaffRequest
from .known_devices import Known, known_by
from .models import TriesInHour, User
from .services.notifications import notify

OF_STRANGERS = (
    *("sign_in_account", "sign_in_account_hour", "sign_in_account_day"),
    *("sign_in_device", "sign_in_address", "sign_in_address_hour"),
)
OF_ONESELF = ("own_password", "own_password_hour", "sign_in_device")
TRIED = gettext_noop(
    "Since your last sign-in somebody tried %(n)s times to sign in to your account with a wrong password, "
    "at a browser you never used. If that was not you, change your password and tell the administrator."
)
# So many wrong ones within an hour are told to whose they should be.
SEVERAL = 3
GUESSED = gettext_noop(
    "Within an hour, somebody who had your password, or was signed in as you, typed a wrong password or code "
    "%(n)s times. If that was not you, end your other sign-ins, change your password and tell the "
    "administrator."
)


def knock(request: HttpRequest, name: str) -> list[str]:
    """The places this try takes; raises ValidationError, with how long to wait, where there is none."""
    known = known_by(request, name)
    places, seconds = brakes.take(_limits(request, name, known))
    if not places:
        _count(name, known, refused=1)
        _refuse(seconds)
    return places


def knock_with_code(request: HttpRequest, person: User) -> list[str]:
    """The same for a code at sign-in: whoever stole the password uses up no place of the owner's browser."""
    known, who = known_by(request, person.username), str(person.pk)
    if known and known.is_browser:
        wanted = [(LIMITS["second_factor_known"], f"{who}\n{known.digest}")]
    else:
        wanted = [(LIMITS[each], who) for each in ("second_factor", "second_factor_day")]
    places, seconds = brakes.take(wanted)
    if not places:
        _refuse(seconds)
    return places


def knock_as_oneself(request: StaffRequest) -> list[str]:
    """The same for a password or a code of somebody who is signed in, wherever theirs is asked for again."""
    wanted = ((LIMITS[each], brakes.who(request, LIMITS[each].per)) for each in OF_ONESELF)
    places, seconds = brakes.take(wanted)
    if not places:
        _refuse(seconds)
    return places


def knock_beside(request: StaffRequest, person: User) -> list[str]:
    """The same for somebody else's, typed at the device of a colleague who is signed in there.

    It takes the places of a sign-in as that person, so that this door adds no guess to that one, and
    those of the colleague's own besides: nobody tries one member of a team after the other.
    """
    known = known_by(request, person.username)
    own = ((LIMITS[each], brakes.who(request, LIMITS[each].per)) for each in OF_ONESELF)
    # Known browsers have no line of their device: each place is taken once.
    wanted = dict.fromkeys((*_limits(request, person.username, known), *own))
    places, seconds = brakes.take(wanted)
    if not places:
        _count(person.username, known, refused=1)
        _refuse(seconds)
    return places


def note_wrong_beside(request: StaffRequest, person: User) -> None:
    """An entry of the trail, by who was signed in there, and told to its owner at the next sign-in."""
    note_wrong(request, person.username)
    where = address_of(request)
    note_sign_in(person, name=str(person), what=SignIn.BESIDE_WRONG, address=where, by=request.user)


def note_wrong_own(request: StaffRequest) -> None:
    """An entry of the trail for each, without what was typed; several are told."""
    person = request.user
    note_sign_in(person, name=str(person), what=SignIn.OWN_WRONG, address=address_of(request))
    tell_of_guesses(person)


def tell_of_guesses(person: User) -> None:
    """Once in a row of them, by who has noted the last one."""
    if wrong_of_late(person) == SEVERAL:
        about = {"n": str(SEVERAL)}
        notify([person], text=GUESSED, about=about, url=reverse("people:sessions"))


def _refuse(seconds: int) -> NoReturn:
    told = _("Too many wrong passwords. Wait %(time)s, then try again.")
    raise ValidationError(told % {"time": brakes.in_words(seconds)}, code="too_many_login_attempts")


def note_wrong(request: HttpRequest, name: str) -> None:
    """The password was wrong: counted, and told to its owner at the next sign-in."""
    _count(name, known_by(request, name), failed=1)


def stands_alone_in_trail(request: HttpRequest) -> bool:
    """Whether this wrong try has an entry of its own; beyond, their number is told by the hour."""
    wanted = ("trail_of_tries", "trail_of_all_tries")
    places, _seconds = brakes.take((LIMITS[each], brakes.who(request, LIMITS[each].per)) for each in wanted)
    return bool(places)


def _limits(request: HttpRequest, name: str, known: Known | None) -> Iterator[tuple[Limit, str]]:
    """Letters are folded as the database folds them that looks the name up."""
    account = name.upper()
    if known:
        lines = () if known.is_browser else ("sign_in_house_hour", "sign_in_house_day")
        for each in ("sign_in_known", *lines):
            yield LIMITS[each], f"{account}\n{known.digest}"
        return
    for each in OF_STRANGERS:
        limit = LIMITS[each]
        yield limit, account if limit.per == "account" else brakes.who(request, limit.per)


def _count(name: str, known: Known | None, *, failed: int = 0, refused: int = 0) -> None:
    TriesInHour.add(failed=failed, refused=refused)
    if not (known and known.is_browser):
        User.objects.filter(username__iexact=name).update(strange_tries=F("strange_tries") + failed + refused)


@receiver(user_logged_in)
def tell_of_tries(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    """Once, on the first page and among the person's messages."""
    count = User.objects.values_list("strange_tries", flat=True).get(pk=user.pk)
    if count and User.objects.filter(pk=user.pk, strange_tries=count).update(strange_tries=0):
        notify([user], text=TRIED, about={"n": str(count)}, url=reverse("people:my_account"))
        messages.warning(request, _(TRIED) % {"n": count}, fail_silently=True)
