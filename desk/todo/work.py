"""One person's desk: every part is read once, and only when it is asked for."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from accounts.enums import Role
from accounts.models import User
from accounts.rules import oversees
from desk.enums import Light
from desk.lights import Lights, lights_of
from desk.rules import answers_for_others, has_work
from sites.chosen import running_programme
from sites.models import Programme
from sites.models.sites import SiteQuerySet

from . import inspectors, lists, offered, steps
from .items import Group, Missing, Todo, count_of, grouped

# More would not be read; the lists of the rooms have them all.
AT_MOST = 200
# Sites looked at: not each of them wants something of this person.
SITES_AT_MOST = 5 * AT_MOST
GROUPS_AT_MOST = 15
_ASKED = "_work"


# A liaison answers for nobody, an auditor looks into what was done. An inspector may lead a team.
ANSWERING = (*steps.ANSWERS_FOR, Role.INSPECTOR)


class Work:
    """What waits for a person and what others have still to do for which they answer.

    `running` gives the programme that runs. `narrow` leaves out sites before they are read, `sites_at_most`
    (None: all) those that have stood shortest. Beside the programme both lists together cost at most four
    queries, their count two, or three where measures are looked at.
    """

    def __init__(
        self,
        user: User,
        running: Callable[[], Programme | None] = Programme.objects.current,
        narrow: Callable[[SiteQuerySet], SiteQuerySet] = lambda sites: sites,
        sites_at_most: int | None = SITES_AT_MOST,
    ) -> None:
        self.user = user
        self.asked = running
        self.narrow = narrow
        self.sites_at_most = sites_at_most

    @cached_property
    def running(self) -> Programme | None:
        return self.asked()

    @cached_property
    def lights(self) -> Lights:
        return lights_of(self.running)

    @cached_property
    def turns(self) -> list[steps.Turn]:
        return steps.turns(self.user, self.narrow, self.sites_at_most)

    @cached_property
    def found(self) -> list[Todo]:
        """Everything that waits for this person, in no order; whoever only counts needs no lights."""
        if not has_work(self.user) or not self.running:
            return []
        mine = (
            *steps.mine(self.user, self.turns),
            *offered.mine(self.user, self.running, lambda: self.lights),
        )
        # Of two that lead to the same spot the later one says more.
        return list({(todo.url, todo.about): todo for todo in mine}.values())

    @property
    def count(self) -> int:
        return min(len(self.found), AT_MOST)

    @cached_property
    def todos(self) -> list[Todo]:
        """The same, the most urgent first."""
        lit = (replace(todo, light=self.lights.of(todo.due)) for todo in self.found)
        return sorted(lit, key=lambda todo: todo.urgency)[:AT_MOST]

    @cached_property
    def missing(self) -> list[Missing]:
        """What others have still to do, the most urgent first."""
        if not answers_for_others(self.user) or not self.running:
            return []
        found = (
            *steps.of_others(self.user, self.turns),
            *lists.of_others(self.user, self.running),
            *inspectors.of_others(self.user),
        )
        lit = (replace(one, light=self.lights.of(one.due)) for one in found)
        return sorted(lit, key=lambda one: (one.urgency, one.who))

    @property
    def answers_for_others(self) -> bool:
        """Whether this person looks after anybody's work; of inspectors who leads a team still at work."""
        return oversees(self.user) or bool(self.missing)

    @property
    def is_cut(self) -> bool:
        """Whether there were more sites than are read."""
        return self.sites_at_most is not None and len(self.turns) >= self.sites_at_most

    @cached_property
    def groups(self) -> list[Group]:
        return grouped(self.missing)

    @property
    def worst_groups(self) -> list[Group]:
        return self.groups[:GROUPS_AT_MOST]

    @property
    def red(self) -> int:
        return count_of(self.todos, Light.RED)

    @property
    def yellow(self) -> int:
        return count_of(self.todos, Light.YELLOW)


def todos(user: User) -> list[Todo]:
    """Everything that waits for this person, the most urgent first. At most six queries."""
    return Work(user).todos


def work_of(request: HttpRequest, user: User) -> Work:
    """A person's on one page, the same for all parts of a page that ask for it."""
    if not hasattr(request, _ASKED):
        setattr(request, _ASKED, Work(user, lambda: running_programme(request)))
    return cast("Work", getattr(request, _ASKED))
