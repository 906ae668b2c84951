"""A draw as a person reads it: names for codes, the order everything was put in, how to do it by hand."""

import shlex
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.drawing import Conditions, Person, Place, Result, Sent, ordered, rank
from assessments.enums import Bar

# Enough of a rank to tell two codes apart on paper.
DIGITS = 12


@dataclass(frozen=True)
class Ranked:
    """A code in its place of the order."""

    code: str
    name: str
    unit: str
    rank: str
    load: int = 0
    barred: str = ""


@dataclass(frozen=True)
class DrawnTeam:
    """A team and its sites by their names."""

    name: str
    members: list[str]
    sites: list[str]


class DrawPage:
    """What a draw says to a reader; the sites a reader has stood aside from are left out and counted."""

    def __init__(self, conditions: Conditions, result: Result, seed: str, reader: User) -> None:
        self.conditions, self.result, self.seed = conditions, result, seed
        aside = {str(key) for key in reader.recused_sites().values_list("site", flat=True)}
        self._places = {site["code"]: site for site in conditions["sites"] if site["code"] not in aside}
        self._people = {person["code"]: person for person in conditions["people"]}
        self.left_out = len(conditions["sites"]) - len(self._places)

    @property
    def teams(self) -> list[DrawnTeam]:
        return [self._team(sent) for sent in self.result["teams"]]

    @property
    def sites(self) -> list[Ranked]:
        """The sites in the order of the draw."""
        return [self._site(self._places[code]) for code in ordered(self.seed, self._places)]

    @property
    def people(self) -> list[Ranked]:
        """The inspectors in the order of the draw."""
        return [self._person(self._people[code]) for code in ordered(self.seed, self._people)]

    @property
    def crews(self) -> list[Ranked]:
        """The teams in the order of the draw."""
        names = ordered(self.seed, (sent["name"] for sent in self.result["teams"]))
        return [Ranked(name, name, "", self._rank(name)) for name in names]

    @cached_property
    def example(self) -> str:
        """A line anybody can type to get the first rank."""
        code = self.people[0].code
        return f"printf '%s' {shlex.quote(f'{self.seed}:{code}')} | sha256sum"

    @property
    def is_random(self) -> bool:
        return "names" in self.conditions

    def _team(self, sent: Sent) -> DrawnTeam:
        members = [self._people[code]["name"] for code in sent["members"]]
        sites = [self._places[code]["name"] for code in sent["sites"] if code in self._places]
        return DrawnTeam(sent["name"], members, sites)

    def _site(self, site: Place) -> Ranked:
        return Ranked(site["code"], site["name"], site["unit"], self._rank(site["code"]))

    def _person(self, person: Person) -> Ranked:
        told = _("%(site)s (%(why)s)")
        barred = _(", ").join(
            told % {"site": self._places[code]["name"], "why": Bar(why).label}
            for code, why in person["barred"].items()
            if code in self._places
        )
        return Ranked(
            person["code"], person["name"], person["unit"], self._rank(person["code"]), person["load"], barred
        )

    def _rank(self, code: str) -> str:
        return rank(self.seed, code)[:DIGITS]
