"""A campaign walked by chance: whatever people do, in whatever order, nobody comes to a dead end.

`./portal test tests/test_walk.py` takes the same walk each time; thousands of steps, others each night:
`./portal test tests/test_walk.py --hypothesis-profile=nightly`.
"""

import datetime
from collections import Counter
from contextlib import ExitStack

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Motion, User
from assessments.models import Finding, FindingReply
from desk.exports import SITE_HEADS, site_rows
from desk.todo import todos
from documents.models import Document
from publicity.models import Handling, Naming, Notice, Objection
from publicity.objection_steps import IN_TURN
from sites.calendar import pinned, today
from sites.enums import Stage
from sites.models import FilingVersion, Site, StageChange
from sites.workflow import TRANSITIONS, PhaseClosed
from tests.at_once import on_both
from tests.desk.test_todo_links import DONE_AT, ONLY_TAKES_TIME, is_done_at, labels_of_the_road, page_at
from tests.walking import ACTS, NOT_WALKED, Act, Campaign, Chance, prolong, wait_for_phase

# The same three walks each time, and nothing made smaller where one fails: that takes many more.
IN_THE_TEST_RUN = settings(
    settings.get_profile("portal"),
    max_examples=3,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
FIRST_DAY = datetime.date(2008, 1, 10)
# There the road has ended, until somebody is to look at the site again.
AT_REST = (Stage.NAMED, Stage.REVOKED, Stage.WITHDRAWN)
STAGE = [str(head) for head in SITE_HEADS].index(str(Site._meta.get_field("stage").verbose_name))
# Of a whole list its filer is told in other words.
CALLED = {"file the list": ("Fill and file the list", "Mend and file the list again")}
# Of these no row is ever lost.
KEPT = (
    Document,
    FilingVersion,
    Finding,
    FindingReply,
    Handling,
    Motion,
    Naming,
    Notice,
    Objection,
    StageChange,
)


class Walk(RuleBasedStateMachine):
    """Each step somebody does one of the things that may be done; afterwards everything must still hold."""

    def __init__(self) -> None:
        super().__init__()
        self.world = ExitStack()
        self.world.enter_context(transaction.atomic())
        self.clock = self.world.enter_context(ExitStack())
        self._set_day(FIRST_DAY)
        self.walk: Campaign | None = None
        self.rows: Counter[str] = Counter()
        self.papers: dict[int, tuple[str, int, int]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.close()

    def _set_day(self, day: datetime.date) -> None:
        self.clock.close()
        self.clock.enter_context(pinned(day))

    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        chance = Chance(lambda n: data.draw(st.integers(0, n - 1)))
        if self.walk is None:
            self.walk = Campaign(chance, self._set_day)
        self.walk.chance = chance
        act = chance.of(self.walk.acts())
        note(f"{today()} {act.what}")
        self._take(act, self.walk)
        self._one_todo_leads_on(chance)

    def _take(self, act: Act, walk: Campaign) -> None:
        """What is to be done can be done: once its phase has begun, or the office has prolonged it."""
        for make_it_possible in (lambda: prolong(walk), lambda: wait_for_phase(walk)):
            try:
                with transaction.atomic():
                    act.take()
            except PhaseClosed:
                make_it_possible()
            else:
                return
        act.take()

    def _one_todo_leads_on(self, chance: Chance) -> None:
        """A person's to-do answers, and offers what it asks for."""
        person = chance.of(list(User.objects.filter(is_active=True).order_by("pk")))
        with translation.override("en"):
            waiting = todos(person)
        if not waiting:
            return
        todo, client = chance.of(waiting), Client()
        client.force_login(person)
        assert is_done_at(client, page_at(client, todo.url), DONE_AT[todo.what]), (
            f"{person.role}: {todo.what}"
        )

    @invariant()
    def every_site_has_a_way_on(self) -> None:
        """Somebody has it on the list; else it only takes time, or the road has ended."""
        if self.walk is None:
            return
        of_all: set[tuple[str, str]] = set()
        with translation.override("en"):
            for person in User.objects.filter(is_active=True).exclude(role=""):
                of_all |= {(todo.what, todo.about) for todo in todos(person)}
        called = {what for what, _about in of_all}
        for site in self.walk.sites:
            steps = [str(step.what) for each, step in self.walk.next_steps() if each == site]
            if not steps:
                assert site.stage in AT_REST, f"{site} {site.stage}: nobody has anything to do"
            elif not set(steps) & ONLY_TAKES_TIME:
                told = {name for step in steps for name in CALLED.get(step, (step,))}
                assert told & called, f"{site}: {steps} is on nobody's list"

    @invariant()
    def nobody_decided_alone(self) -> None:
        for change in StageChange.objects.filter(
            action__in=[a for a, row in TRANSITIONS.items() if row.not_by]
        ):
            before = change.site.history.filter(
                pk__lt=change.pk, action__in=TRANSITIONS[change.action].not_by
            )
            assert before.latest("pk").by_id != change.by_id
        for letter in Objection.objects.exclude(approved_by=None):
            parts = [
                letter.approved_by_id,
                letter.drafted_by_id,
                letter.accepted_by_id,
                letter.investigator_id,
            ]
            held = [part for part in parts if part]
            assert len(held) == len(set(held))

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        rows = Counter({model.__name__: model.objects.count() for model in KEPT})
        assert rows >= self.rows
        self.rows = rows
        papers = {paper.pk: (paper.series, paper.year, paper.number) for paper in Document.objects.all()}
        assert papers.items() >= self.papers.items()
        assert len(set(papers.values())) == len(papers)
        self.papers = papers
        last = Counter((series, year) for series, year, _number in papers.values())
        assert all(number <= last[series, year] for series, year, number in papers.values())

    @invariant()
    def list_export_and_figures_count_the_same(self) -> None:
        stages = Counter(Site.objects.values_list("stage", flat=True))
        exported = Counter(row[STAGE] for row in site_rows(Site.objects.all()))
        assert exported == Counter({str(Stage(stage).label): number for stage, number in stages.items()})


def test_everything_that_can_be_to_do_is_walked_or_said_why_not():
    with translation.override("en"):
        called = {*labels_of_the_road(), *(str(step.what) for step in IN_TURN.values())}
    assert not set(ACTS) & set(NOT_WALKED)
    assert set(ACTS) | set(NOT_WALKED) | ONLY_TAKES_TIME == called


@on_both
@pytest.mark.django_db
@pytest.mark.heavy
def test_nobody_comes_to_a_dead_end(database):
    by_night = settings.get_current_profile_name() == "nightly"
    run_state_machine_as_test(Walk, settings=settings() if by_night else IN_THE_TEST_RUN)
