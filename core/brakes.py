"""Brakes: so many acts of one account, one device or one address in so much time, and never a lasting lock.

Every limit of the portal is a line of `PORTAL_LIMITS` (wuhai_portal/limits.py), and each act takes a place of
it for that time. The cache gives a place to one taker only, so that no burst, however many processes it
meets, gets more places than there are. Who took one is kept as a digest, and no longer than the place.
"""

import datetime
import hashlib
import ipaddress
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.acting import Refusal


@dataclass(frozen=True)
class Limit:
    """At most `most` acts of one `who` within `seconds`; others are not touched.

    `per` says what a `who` is: an account, a device, an address, or the whole portal.
    """

    name: str
    per: str
    most: int
    seconds: int

    @property
    def time(self) -> str:
        return in_words(self.seconds)

    def takes(self, who: str) -> str:
        """The place that was taken, or an empty string when there is none left."""
        places = self._places(who)
        taken = cache.get_many(places)
        until = time.time() + self.seconds
        free = (place for place in places if place not in taken)
        return next((place for place in free if cache.add(place, until, self.seconds)), "")

    def holds(self, who: str) -> bool:
        """All places are taken."""
        return self.wait(who) > 0

    def wait(self, who: str) -> int:
        """Seconds until a place is free again; 0 where one is."""
        places = self._places(who)
        taken = cache.get_many(places)
        return max(1, round(min(taken.values()) - time.time())) if len(taken) == len(places) else 0

    def _places(self, who: str) -> list[str]:
        digest = hashlib.sha256(who.encode()).hexdigest()
        return [f"brake-{self.name}-{digest}-{number}" for number in range(self.most)]


LIMITS = {name: Limit(name, *row) for name, row in settings.PORTAL_LIMITS.items()}
# What hands out what is confidential, or much at once: of these one is told before it is refused.
TOLD = ("exports_account", "looks_account", "dossiers_account", "files_account")
# Tells the rooms above that a `user` has used four fifths of a `limit`: once in its time, before any refusal.
nearly_used = Signal()


def take(wanted: Iterable[tuple[Limit, str]]) -> tuple[list[str], int]:
    """A place of each limit for its who, or none of any; and the seconds to wait where there is none."""
    taken: list[str] = []
    for limit, who in wanted:
        if not (place := limit.takes(who)):
            give_back(taken)
            return [], max(1, limit.wait(who))
        taken.append(place)
    return taken, 0


def refuse_above(request: HttpRequest, name: str) -> None:
    """Take a place of one limit; raises Refusal, with how long to wait, where there is none."""
    taken, seconds = take([(LIMITS[name], who(request, LIMITS[name].per))])
    if not taken:
        told = _("You have reached the limit for today; each time is in the trail. Try again in %(time)s.")
        raise Refusal(told % {"time": in_words(seconds)})
    # Places are given from the first on, and each once in its time: so is this one.
    if name in TOLD and taken[0].endswith(f"-{LIMITS[name].most * 4 // 5}"):
        nearly_used.send(sender=Limit, limit=LIMITS[name], user=request.user)


def give_back(places: list[str]) -> None:
    cache.delete_many(places)


@dataclass(frozen=True)
class Brake:
    """The limits of an act that needs no sign-in; a device's come first, then its whole address'."""

    limits: tuple[Limit, ...]

    def takes(self, request: HttpRequest) -> bool:
        """Take a place of each; False when one has none left."""
        places, _seconds = take((limit, who(request, limit.per)) for limit in self.limits)
        return bool(places)

    def wait(self, request: HttpRequest) -> int:
        """Seconds until there is a place of each again; 0 where there is now."""
        return max(limit.wait(who(request, limit.per)) for limit in self.limits)

    def holds(self, request: HttpRequest) -> bool:
        return self.wait(request) > 0


def brake(*names: str) -> Brake:
    return Brake(tuple(LIMITS[name] for name in names))


def who(request: HttpRequest, per: str) -> str:
    """Whom a limit counts, of this request."""
    if per == "portal":
        return ""
    if per == "account":
        return str(request.user.pk)
    if per == "device":
        # No cookie: one browser of an address is told from another by what it says of itself.
        told = (request.headers.get(name, "") for name in ("User-Agent", "Accept-Language"))
        return "\n".join([source_of(request), *told])
    return source_of(request)


def source_of(request: HttpRequest) -> str:
    """The reader's address; of IPv6 the household's network, which has more addresses than can be counted."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address.packed, 64), strict=False))


def in_words(seconds: int) -> str:
    """How long to wait, rounded up, as a page says it."""
    minutes = -(-seconds // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@dataclass(frozen=True)
class Held:
    """How a limit stands: places that are taken, by how many, how many of these must wait, since when."""

    limit: Limit
    places: int
    takers: int
    waiting: int
    since: datetime.datetime | None


def _table() -> str:
    """Where the places are."""
    own = cast("dict[str, str]", settings.CACHES["default"])
    return connection.ops.quote_name(own["LOCATION"])


def forget_old() -> None:
    """Take out of the cache what is over."""
    table = _table()
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608


def standing() -> list[Held]:
    """Every limit as it stands now, exactly: counted in the table where the places are."""
    table = _table()
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        cursor.execute(
            f"SELECT cache_key, expires FROM {table} WHERE cache_key LIKE %s AND expires > %s",  # noqa: S608
            ["%:brake-%", now],
        )
        rows = cursor.fetchall()
    takers: dict[str, Counter[str]] = defaultdict(Counter)
    earliest: dict[str, datetime.datetime] = {}
    for key, expires in rows:
        name, digest, _number = key.split(":brake-", 1)[1].rsplit("-", 2)
        takers[name][digest] += 1
        until = (
            expires if isinstance(expires, datetime.datetime) else datetime.datetime.fromisoformat(expires)
        )
        until = until if until.tzinfo else until.replace(tzinfo=datetime.UTC)
        earliest[name] = min(until, earliest.get(name, until))
    return [
        Held(
            limit=limit,
            places=takers[limit.name].total(),
            takers=len(takers[limit.name]),
            waiting=sum(taken >= limit.most for taken in takers[limit.name].values()),
            since=earliest[limit.name] - datetime.timedelta(seconds=limit.seconds)
            if limit.name in earliest
            else None,
        )
        for limit in LIMITS.values()
    ]
