"""How far scorers agree: pure, and the one place for it.

Each share comes with how many marks it rests on and its interval (95 %): a figure of ten marks says little.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from .enums import ScoreLevel

# The levels as steps; what does not apply is no step from any of them.
STEPS = {
    level.value: step for step, level in enumerate((ScoreLevel.UNMET, ScoreLevel.PARTLY, ScoreLevel.MET))
}
# Below so many items marked by both, alpha says more of chance than of the two.
ENOUGH = 20
_Z = 1.959964

# What several people gave one item, as steps → on how many items; the order of people does not matter.
Units: TypeAlias = Mapping[tuple[int, ...], int]


def within_a_step(levels: Iterable[str]) -> bool:
    """Whether the levels of one item lie at most a step apart, say met and partly met."""
    given = set(levels)
    if len(given) <= 1:
        return True
    steps = [STEPS[level] for level in given if level in STEPS]
    return len(steps) == len(given) and max(steps) - min(steps) <= 1


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, as a share with Wilson's interval, which holds for few as well as for many."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        if not self.n:
            return Interval(0, 1)
        p, z2 = self.hits / self.n, _Z * _Z / self.n
        middle = (p + z2 / 2) / (1 + z2)
        half = _Z / (1 + z2) * math.sqrt(p * (1 - p) / self.n + z2 / (4 * self.n))
        return Interval(max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Agreement:
    """Of two people, or of one with an agreed sheet: alike marks, marks within a step, and their levels."""

    exact: Share
    near: Share
    units: Units

    @property
    def has_enough(self) -> bool:
        """Whether alpha may be told (`ENOUGH`)."""
        return sum(self.units.values()) >= ENOUGH

    @property
    def alpha(self) -> float | None:
        """None: undefined, for all levels are equal."""
        found = alpha(self.units)
        return None if found is None else float(found)

    @property
    def alpha_interval(self) -> Interval | None:
        return jackknife(self.units)


def agreement(pairs: Iterable[tuple[str, str, bool, int]]) -> Agreement:
    """Of (a level, the other level, whether the marks are alike, on how many items)."""
    exact = near = n = 0
    units: Counter[tuple[int, ...]] = Counter()
    for one, other, alike, count in pairs:
        n += count
        exact += count * alike
        near += count * within_a_step((one, other))
        if one in STEPS and other in STEPS:
            units[STEPS[one], STEPS[other]] += count
    return Agreement(Share(exact, n), Share(near, n), units)


def alpha(units: Units) -> Fraction | None:
    """Krippendorff's alpha for ordered values (Hayes & Krippendorff 2007); None where it is undefined.

    1 is full agreement, 0 what chance would give. Any number of people may have marked an item; one alone
    has nobody to agree with. Undefined where only one value occurs: 0 divided by 0, which is not 1.
    """
    together: defaultdict[tuple[int, int], Fraction] = defaultdict(Fraction)  # value beside value
    for values, count in units.items():
        for at, one in enumerate(values):
            for other in (*values[:at], *values[at + 1 :]):
                together[one, other] += Fraction(count, len(values) - 1)
    each: defaultdict[int, Fraction] = defaultdict(Fraction)
    for (one, _other), weight in together.items():
        each[one] += weight
    observed = sum(weight * _apart(each, *pair) for pair, weight in together.items())
    expected = sum(each[a] * each[b] * _apart(each, a, b) for a in [*each] for b in [*each])
    return 1 - (sum(each.values()) - 1) * observed / expected if expected else None


def _apart(each: Mapping[int, Fraction], one: int, other: int) -> Fraction:
    """Ordered values lie as far apart as there are marks between them, those of both ends counted half."""
    low, high = sorted((one, other))
    between = sum((n for value, n in each.items() if low <= value <= high), Fraction(0))
    return (between - (each[low] + each[high]) / 2) ** 2


def jackknife(units: Units) -> Interval | None:
    """Alpha's interval, each item left out once; None where alpha, or alpha without an item, is undefined."""
    whole, n = alpha(units), sum(units.values())
    if whole is None or n < 2:
        return None
    without: list[tuple[Fraction, int]] = []
    for values, count in units.items():
        left = alpha({**units, values: count - 1})
        if left is None:
            return None
        without.append((n * whole - (n - 1) * left, count))
    mean = sum(value * count for value, count in without) / n
    spread = float(sum(count * (value - mean) ** 2 for value, count in without)) / (n * (n - 1))
    half = _Z * math.sqrt(spread)
    return Interval(max(-1.0, float(whole) - half), min(1.0, float(whole) + half))
