"""A brake on what anybody may do without signing in: so many acts from one address in so much time."""

import hashlib
import ipaddress
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Brake:
    """At most `most` acts from one address within `seconds`; other addresses are not touched.

    Each act takes a place for that time. The cache gives a place to one taker only, so that no burst,
    however many processes it meets, gets more places than there are. An address is kept as its digest, and no
    longer than its place.
    """

    name: str
    most: int
    seconds: int

    def holds(self, request: HttpRequest) -> bool:
        """All places of this address are taken."""
        places = self._places(request)
        return len(cache.get_many(places)) == len(places)

    def takes(self, request: HttpRequest) -> bool:
        """Take a place; False when there is none left."""
        places = self._places(request)
        taken = cache.get_many(places)
        return any(cache.add(place, 1, self.seconds) for place in places if place not in taken)

    def _places(self, request: HttpRequest) -> list[str]:
        source = hashlib.sha256(source_of(request).encode()).hexdigest()
        return [f"brake-{self.name}-{source}-{number}" for number in range(self.most)]


def source_of(request: HttpRequest) -> str:
    """The reader's address; of IPv6 the household's network, which has more addresses than can be counted."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address.packed, 64), strict=False))
