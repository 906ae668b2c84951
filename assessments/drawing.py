"""Who goes where when nobody chooses: pure functions over plain data, so that a draw can be repeated.

Everything is put in order by SHA-256 of "seed:code". What follows is a rule that anybody can carry out
with the ordered lists on paper; the same conditions and seed give the same result anywhere.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import TypedDict


class Person(TypedDict):
    """An inspector: the own unit by name, how many sites are given already, and site → why not."""

    code: str
    name: str
    unit: str
    load: int
    barred: dict[str, str]


class Place(TypedDict):
    """A site."""

    code: str
    name: str
    unit: str


class Crew(TypedDict):
    """A team by the codes of its members; the first leads."""

    name: str
    members: list[str]


class Wished(TypedDict, total=False):
    """Whose teams they are: `teams` that stand already, or `names` of teams of `size` to be drawn."""

    teams: list[Crew]
    names: list[str]
    size: int
    site_count: int
    starts_on: str
    ends_on: str


class Conditions(Wished):
    """What a draw is made from."""

    people: list[Person]
    sites: list[Place]
    limit: int


class Sent(Crew):
    """A team with the codes of the sites it goes to."""

    sites: list[str]


class Result(TypedDict):
    teams: list[Sent]


class Why(Enum):
    """Why a site is left over."""

    BARRED = auto()  # no team may go
    FULL = auto()  # those that may have as many as the limit lets them


class LeftOver(Exception):
    """Sites that no team can take, by their codes; nothing of the draw holds then."""

    def __init__(self, sites: Mapping[str, Why]) -> None:
        super().__init__(", ".join(sites))
        self.sites = sites


class TooFew(Exception):
    """The people do not make that many teams of that size with members from two units each.

    `missing` more do; they must not be of the units in `full`, of which no team has room for another one.
    """

    def __init__(self, missing: int, full: Collection[str]) -> None:
        self.missing, self.full = missing, full


def draw(conditions: Conditions, seed: str) -> Result:
    """The draw of these conditions by this seed. Raises TooFew, or LeftOver; then there is no result."""
    names, sites = conditions.get("names"), [site["code"] for site in conditions["sites"]]
    if names is None:
        crews = conditions.get("teams", [])
    else:
        crews = form_crews(conditions["people"], names, conditions.get("size", 2), seed)
        sites = ordered(seed, sites)[: conditions.get("site_count", len(sites))]
    return {"teams": spread(crews, sites, conditions["people"], conditions["limit"], seed)}


def rank(seed: str, code: str) -> str:
    """A code's place in the order: SHA-256 of "seed:code" in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def ordered(seed: str, codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: rank(seed, code))


# -- teams -----------------------------------------------------------------------------------


def form_crews(people: Collection[Person], names: Sequence[str], size: int, seed: str) -> list[Crew]:
    """Teams of `size`, one a name, each with members from two units at least.

    Down the order everybody is taken until there are enough, but of one unit no more than leaves every
    team a place for another one. Those taken are put together by unit and dealt out one by one.
    """
    unit_of = {person["code"]: person["unit"] for person in people}
    order = ordered(seed, unit_of)
    taken = _taken(order, unit_of, wanted=len(names) * size, of_a_unit=len(names) * (size - 1))
    units = list(dict.fromkeys(unit_of[code] for code in taken))
    dealt = sorted(taken, key=lambda code: units.index(unit_of[code]))
    crews = [dealt[number :: len(names)] for number in range(len(names))]
    return [
        {"name": name, "members": sorted(crew, key=order.index)}
        for name, crew in zip(names, crews, strict=True)
    ]


def _taken(order: Iterable[str], unit_of: Mapping[str, str], *, wanted: int, of_a_unit: int) -> list[str]:
    taken: list[str] = []
    given: Counter[str] = Counter()
    for code in order:
        if len(taken) < wanted and given[unit_of[code]] < of_a_unit:
            taken.append(code)
            given[unit_of[code]] += 1
    if len(taken) < wanted:
        full = sorted(unit for unit, count in given.items() if count == of_a_unit)
        raise TooFew(wanted - len(taken), full)
    return taken


# -- sites -----------------------------------------------------------------------------------


def spread(
    crews: Sequence[Crew], sites: Iterable[str], people: Iterable[Person], limit: int, seed: str
) -> list[Sent]:
    """Every site to a team: as evenly as the bars allow, nobody beyond `limit`, what they have included.

    Down the order each site goes to the team with the fewest sites that may take it, of equals to the
    first in order. Where all that may take it have more than another one, a site is handed on to that one,
    if need be over several teams.
    """
    known = {person["code"]: person for person in people}
    members = {crew["name"]: [known[code] for code in crew["members"]] for crew in crews}
    table = _Table(ordered(seed, members), members, limit)
    left = {site: why for site in ordered(seed, sites) if (why := table.seat(site))}
    if left or (left := table.beyond_the_limit()):
        raise LeftOver(left)
    given = table.given()
    return [{**crew, "sites": given[crew["name"]]} for crew in crews]


class _Table:
    """The sites as they lie with the teams; a site that is put down may push others on."""

    def __init__(self, teams: Sequence[str], members: Mapping[str, Sequence[Person]], limit: int) -> None:
        self.teams, self.members, self.limit = teams, members, limit
        self.load = {team: max(person["load"] for person in crew) for team, crew in members.items()}
        self.place: dict[str, str] = {}

    def seat(self, site: str) -> Why | None:
        """Put a site down, or say why that cannot be."""
        pushed = self._reach(site)
        if not pushed:
            return Why.BARRED
        team = min(pushed, key=lambda reached: self.load[reached])
        if self.load[team] >= self.limit:
            return Why.FULL
        self.load[team] += 1
        while (moved := pushed[team]) != site:
            self.place[moved], team = team, self.place[moved]
        self.place[site] = team
        return None

    def _reach(self, site: str) -> dict[str, str]:
        """The teams where a place for `site` can be made, nearest first → the site that would go there."""
        found: dict[str, str] = {}
        moving = [site]
        for moved in moving:
            for team in self.teams:
                if team not in found and self._may_go(team, moved):
                    found[team] = moved
                    moving += [other for other, place in self.place.items() if place == team]
        return found

    def _may_go(self, team: str, site: str) -> bool:
        return not any(site in person["barred"] for person in self.members[team])

    def beyond_the_limit(self) -> dict[str, Why]:
        """The sites of people who sit in two teams and have too many in both together."""
        total: Counter[str] = Counter()
        for team in self.place.values():
            total.update(person["code"] for person in self.members[team])
        over = {
            team
            for team, crew in self.members.items()
            if any(total[person["code"]] + person["load"] > self.limit for person in crew)
        }
        return {site: Why.FULL for site, team in self.place.items() if team in over}

    def given(self) -> dict[str, list[str]]:
        given: dict[str, list[str]] = defaultdict(list)
        for site, team in self.place.items():
            given[team].append(site)
        return given
