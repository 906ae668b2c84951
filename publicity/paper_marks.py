"""What strikes about answers entered from paper: pure functions over who typed what, and when.

Nothing is left out for it: the marks stand beside the result, for people to judge.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

# So many like answers following one another are marked; two may well be chance.
IN_A_ROW = 3
# Whoever takes up a form, copies its code and its crosses is at it for about a minute.
IN_A_MINUTE = 2


@dataclass(frozen=True)
class Typed:
    """An answer as a clerk first typed it."""

    by: int
    at: datetime.datetime
    steps: Sequence[int]


Together = Sequence[Typed]


def alike(typed: Iterable[Typed]) -> list[Together]:
    """Runs of the same choices that one clerk typed one after the other."""
    return _groups(typed, lambda one: tuple(one.steps), least=IN_A_ROW)


def same_minute(typed: Iterable[Typed]) -> list[Together]:
    """What one clerk typed within one minute of the clock."""
    return _groups(typed, lambda one: one.at.replace(second=0, microsecond=0), least=IN_A_MINUTE)


def how_many(groups: Iterable[Together]) -> int:
    return sum(map(len, groups))


def _groups(typed: Iterable[Typed], same: Callable[[Typed], object], *, least: int) -> list[Together]:
    in_turn = sorted(typed, key=lambda one: (one.by, one.at))
    groups = (list(group) for _key, group in groupby(in_turn, key=lambda one: (one.by, same(one))))
    return [group for group in groups if len(group) >= least]
