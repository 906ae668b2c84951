"""How a room offers its part to a page that shows the parts of all of them.

A page of the desk shows the dates, the events or the hits of every room and knows none of the rooms: each
puts its offers into a register when the portal starts (`<room>/offers`, from its AppConfig), and the page
goes through the register. What an offer says of itself stands with the register it is put into.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Offer = TypeVar("Offer")


class Offers(Generic[Offer]):
    """A register of offers, in an order that does not hang on which room was loaded first."""

    def __init__(self) -> None:
        self._placed: dict[int, tuple[Offer, ...]] = {}

    def add(self, *offers: Offer, place: int) -> None:
        """Offers that follow each other; those of a lower place come before them.

        A place that is taken is a ValueError: whose came first would be chance.
        """
        if place in self._placed:
            raise ValueError(place)
        self._placed[place] = offers

    def __iter__(self) -> Iterator[Offer]:
        return (offer for place in sorted(self._placed) for offer in self._placed[place])
