"""How a room offers what falls due within a phase: when that is prolonged, the office may move it along."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import User
from core.offers import Offers

from .models import Extension, Phase


class Ending(NamedTuple):
    """One thing with a day of its own within a phase; `key` names it among its kind."""

    key: int
    called: str
    due_on: datetime.date


@dataclass(frozen=True, kw_only=True)
class EndingKind:
    """What of a kind falls due within a phase, as far as a reader may know, and how one gets a later day.

    `move` takes the key, and the extension with which it goes along; it raises what a service raises.
    """

    key: str
    within: Callable[[Phase, User], Iterable[Ending]]
    move: Callable[[int, Extension], None]


ENDINGS: Offers[EndingKind] = Offers()


def endings_of(phase: Phase, reader: User) -> dict[str, Ending]:
    """What falls due within the phase, by a name that a form can send."""
    return {f"{kind.key}-{one.key}": one for kind in ENDINGS for one in kind.within(phase, reader)}


def move_along(names: Iterable[str], extension: Extension) -> None:
    """Give these, named as `endings_of` has it, the new last day of their phase."""
    kinds = {kind.key: kind for kind in ENDINGS}
    for name in names:
        kind, _dash, key = name.rpartition("-")
        kinds[kind].move(int(key), extension)
