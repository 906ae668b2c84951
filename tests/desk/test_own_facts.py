"""What is asked of many records in one question is asked of each for itself.

A subquery that forgets the row it belongs to gives every row what is true of any.
"""

from collections.abc import Collection, Iterator

import pytest
from django.db.models import Model, Subquery
from django.db.models.sql.query import Query

from accounts.enums import Role
from accounts.models import Organisation, Resolution, User
from accounts.todos import TODOS, Asked
from assessments.enums import ScoreLevel, SheetState
from assessments.models import Round, Sheet
from desk.deadlines import open_rows
from desk.lights import lights_of
from desk.models import OpenStep
from desk.open_steps import bring_up_to_date
from desk.site_facts import with_facts
from sites import overview
from sites.calendar import today
from sites.deadlines import DEADLINES
from sites.models import Filing, Programme, Site
from sites.offers.todos import with_plans
from standards.models import Rulebook
from tests import factories

pytestmark = pytest.mark.django_db
# Asked of the one programme, whose sites have them in common, as all programmes have the rulebook in force.
OF_THE_PROGRAMME = {Round, Rulebook}


def office() -> User:
    return User.objects.get(username="shiban")


def steps_of_all() -> dict[Site, list[tuple[str, str]]]:
    bring_up_to_date()
    found: dict[Site, list[tuple[str, str]]] = {}
    for step in OpenStep.objects.select_related("site").order_by("site", "what"):
        found.setdefault(step.site, []).append((step.what, step.url))
    return found


def test_item_the_office_is_asked_about_waits_at_its_own_site_alone(demo):
    """The demo has sites at every stage: what happens at one leads to a step there, and nowhere else."""
    sheet = Sheet.objects.filter(role="final", state=SheetState.DRAFT).get()
    before = steps_of_all()
    one = sheet.scores.earliest("pk").pk
    sheet.scores.filter(pk=one).update(level=ScoreLevel.INAPPLICABLE, points=0, reason="示例")
    after = steps_of_all()

    assert len(before) > 10
    assert [site for site in before if before[site] != after[site]] == [sheet.assessment.site]


def test_each_fact_of_a_site_is_asked_of_that_site():
    asked = with_facts(Site.objects.all(), today=today(), reader=factories.user(Role.OFFICE)).query
    columns = {
        name: {column.target.name for column in fact.query.get_external_cols()}
        for name, fact in asked.annotations.items()
        if isinstance(fact, Subquery)
    }
    of_the_programme = {"self_round_due", *(f"last_day_{ordinal}" for ordinal in range(1, 5))}
    assert columns == {name: {"programme" if name in of_the_programme else "id"} for name in columns}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("kind", list(DEADLINES), ids=lambda kind: kind.key)
def test_dates_are_asked_of_their_own_records(role, kind):
    reader = factories.user(role)
    check(open_rows(programme=Programme.objects.current(), reader=reader, kinds=[kind]).query)


@pytest.mark.parametrize("role", Role.values)
def test_what_waits_is_asked_of_its_own_records(role):
    running, user = Programme.objects.current(), factories.user(role)
    asked = Asked(user, lambda: lights_of(running).soon_until)
    for source in TODOS:
        if source.offered_to(user):
            # The name of the reader's own body is told with a list that was not begun; whether any resolution
            # on rules is on its way is asked once, for all versions that wait for one.
            check(source.rows(asked).query, {*OF_THE_PROGRAMME, Organisation, Resolution})


def test_lists_are_asked_of_their_own_bodies():
    running, reader = Programme.objects.current(), factories.user(Role.OFFICE)
    check(with_plans(Filing.objects.all()).query)
    check(overview._filings(running, reader).query)


def check(query: Query, in_common: Collection[type[Model]] = frozenset(OF_THE_PROGRAMME)) -> None:
    strays = [str(each) for each in subqueries(query) if each.model not in in_common and not asks(each)]
    assert strays == []


def asks(query: Query) -> bool:
    """Whether it names a column of the row around it."""
    return bool(query.get_external_cols())


def subqueries(query: Query) -> Iterator[Query]:
    """Every `Subquery` and `Exists` in it, however deep."""
    for part in query.combined_queries:
        yield from subqueries(part)
    for node in (*query.annotations.values(), query.where):
        yield from within(node)


def within(node: object) -> Iterator[Query]:
    """A plain `in (select …)` is no question of a row, but what stands in it may be."""
    if isinstance(node, Query):
        yield from subqueries(node)
        return
    if isinstance(node, Subquery):
        yield node.query
    for each in node.get_source_expressions() if hasattr(node, "get_source_expressions") else ():
        yield from within(each)
