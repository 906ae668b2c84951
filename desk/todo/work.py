"""One person's desk: every part is read once, and only when it is asked for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from accounts.models import User
from accounts.rules import is_inspector, oversees
from desk.enums import Light
from desk.lights import Lights, lights_of
from desk.open_steps import bring_up_to_date, were_up_to_date
from desk.rules import answers_for_others, has_work
from sites.chosen import running_programme
from sites.models import Programme

from . import inspectors, lists, offered, steps
from .items import AT_MOST, Group, Missing, Todo, count_of, grouped, together
from .steps import Chosen

# Steps of others that are looked at, the most urgent.
OTHERS_AT_MOST = 500
GROUPS_AT_MOST = 15
MOST_URGENT = Chosen(others_at_most=OTHERS_AT_MOST)
_ASKED = "_work"


def _running() -> Programme | None:
    return Programme.objects.select_related("rulebook").current()


class Work:
    """What waits for a person and what others have still to do for which they answer.

    `running` gives the programme that runs, `chosen` which steps are looked at. It costs the same at any
    number of sites. Whoever knows that the kept steps are up to date spares a question.
    """

    def __init__(
        self,
        user: User,
        running: Callable[[], Programme | None] = _running,
        chosen: Chosen = MOST_URGENT,
        *,
        is_up_to_date: bool = False,
    ) -> None:
        self.user = user
        self.asked = running
        self.chosen = chosen
        self._is_up_to_date = is_up_to_date

    @cached_property
    def running(self) -> Programme | None:
        return self.asked()

    @cached_property
    def lights(self) -> Lights:
        return lights_of(self.running)

    @cached_property
    def found(self) -> list[Todo]:
        """Everything that waits for this person, in no order; whoever only counts needs no lights."""
        if not has_work(self.user) or not self.running:
            return []
        mine = (*self._steps(), *offered.mine(self.user, self.running, lambda: self.lights))
        # Of two that lead to the same spot the later one says more.
        return list({(todo.url, todo.about): todo for todo in mine}.values())

    def _steps(self) -> Iterator[Todo]:
        if is_inspector(self.user):
            return steps.inspectors(self.user)
        self._bring_up_to_date()
        return steps.mine(self.user, self.chosen)

    def _bring_up_to_date(self) -> None:
        """Once, however much is asked."""
        if not self._is_up_to_date:
            bring_up_to_date()
            self._is_up_to_date = True

    @property
    def count(self) -> int:
        return min(len(self.found), AT_MOST)

    @property
    def count_said(self) -> str:
        return f"{self.count}+" if self.is_more else str(self.count or "")

    @property
    def is_more(self) -> bool:
        """Whether more waits than is read."""
        return len(self.found) > AT_MOST

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
        at_most = self.chosen.others_at_most
        lists_owed = lists.of_others(self.user, self.running, at_most)
        found = (*self.steps_of_others, *lists_owed, *inspectors.of_others(self.user))
        lit = (replace(one, light=self.lights.of(one.due)) for one in found)
        return sorted(lit, key=lambda one: (one.urgency, one.who))

    @cached_property
    def steps_of_others(self) -> list[Missing]:
        self._bring_up_to_date()
        return list(steps.of_others(self.user, self.chosen))

    @cached_property
    def _groups_of_steps(self) -> list[Group]:
        self._bring_up_to_date()
        return list(steps.groups_of_others(self.user, self.chosen, self.lights))

    @cached_property
    def groups(self) -> list[Group]:
        """Whoever is missing, with how much, those with most overdue first: `missing`, counted."""
        if not answers_for_others(self.user) or not self.running:
            return []
        at_most = self.chosen.others_at_most
        owed = lists.groups_of_others(self.user, self.running, at_most, self.lights)
        waited = (replace(one, light=self.lights.of(one.due)) for one in inspectors.of_others(self.user))
        return together((*self._groups_of_steps, *owed, *grouped(waited)))

    @property
    def is_cut(self) -> bool:
        """Whether others have more steps than are looked at."""
        looked_at = sum(group.total for group in self._groups_of_steps)
        at_most = self.chosen.others_at_most
        return at_most is not None and looked_at >= at_most

    @property
    def worst_groups(self) -> list[Group]:
        return self.groups[:GROUPS_AT_MOST]

    @property
    def missing_count(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def answers_for_others(self) -> bool:
        """Whether this person looks after anybody's work; of inspectors who leads a team still at work."""
        return oversees(self.user) or bool(self.groups)

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
        # A page that only reads has changed nothing since its reader was read.
        is_up_to_date = request.method in ("GET", "HEAD") and were_up_to_date(user)
        work = Work(user, lambda: running_programme(request), is_up_to_date=is_up_to_date)
        setattr(request, _ASKED, work)
    return cast("Work", getattr(request, _ASKED))
