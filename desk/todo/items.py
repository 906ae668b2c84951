"""The items of a to-do list: what a person has to do, and what somebody else has still to do."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.enums import Role
from desk.enums import Light
from sites.enums import Stage

# More would not be read; the lists of the rooms have them all.
AT_MOST = 100

_ORDER = {light: place for place, light in enumerate(Light)}


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One thing to do: what, about which site or list, since when, until when, and where."""

    what: str
    about: str
    url: str
    since: datetime.date | None = None
    due: datetime.date | None = None
    light: Light | None = None

    @property
    def urgency(self) -> tuple[int, datetime.date]:
        """Overdue first, then what is due soon, then the rest; of these the earliest date."""
        place = _ORDER.get(self.light, len(_ORDER)) if self.light else len(_ORDER)
        return min(place, _ORDER[Light.GREEN]), self.due or self.since or datetime.date.max


@dataclass(frozen=True, kw_only=True)
class Missing(Todo):
    """What somebody else has still to do: whose turn it is, in which district, at which stage."""

    role: Role
    who: str
    district: str = ""
    district_key: int | None = None
    stage: Stage | None = None
    site: int | None = None
    filing: int | None = None
    reminded: object = None  # the last reminder of it (desk.models.Reminder), where it was asked for

    @property
    def is_near(self) -> bool:
        return self.light in (Light.RED, Light.YELLOW) and bool(self.thing)

    @property
    def thing(self) -> str:
        """How a reminder names it; "" where there is no open date to be reminded of."""
        if not self.due or not (self.site or self.filing):
            return ""
        whose = f"site:{self.site}" if self.site else f"filing:{self.filing}"
        return f"{whose}:{self.due.isoformat()}"


@dataclass(frozen=True)
class Group:
    """One person's, team's or body's share of what is missing."""

    role: Role
    who: str
    total: int
    red: int
    yellow: int
    earliest: datetime.date | None

    def __add__(self, other: "Group") -> "Group":
        return Group(
            self.role,
            self.who,
            self.total + other.total,
            self.red + other.red,
            self.yellow + other.yellow,
            min((day for day in (self.earliest, other.earliest) if day), default=None),
        )


def count_of(items: Iterable[Todo], light: Light) -> int:
    return sum(item.light == light for item in items)


def together(groups: Iterable[Group]) -> list[Group]:
    """Whoever has most overdue first; what two groups say of the same one is one."""
    found: dict[tuple[Role, str], Group] = {}
    for one in groups:
        other = found.get((one.role, one.who))
        found[one.role, one.who] = one + other if other else one
    return sorted(found.values(), key=lambda group: (-group.red, -group.yellow, -group.total, group.who))


def grouped(missing: Iterable[Missing]) -> list[Group]:
    """By whose turn it is."""
    shares: dict[tuple[Role, str], list[Missing]] = {}
    for one in missing:
        shares.setdefault((one.role, one.who), []).append(one)
    return [
        Group(
            role,
            who,
            total=len(share),
            red=count_of(share, Light.RED),
            yellow=count_of(share, Light.YELLOW),
            earliest=min((one.due for one in share if one.due), default=None),
        )
        for (role, who), share in shares.items()
    ]
