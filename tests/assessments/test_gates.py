"""A phase and a deadline never contradict each other: nobody is refused before a day that was given."""

import datetime

import pytest

from accounts.enums import Role
from accounts.models import User
from assessments.enums import Verdict
from assessments.models import Finding
from assessments.services import acceptance, rectification
from desk.next_step import next_step
from desk.site_facts import with_facts
from desk.todo import todos
from publicity.enums import ObjectionState
from sites.calendar import today
from sites.deadlines import DEADLINES, open_until
from sites.enums import Action, Level, Stage
from sites.models import Phase, Site
from sites.overview import last_day_for
from sites.rules import decides_for_district
from sites.workflow import TRANSITIONS, PhaseClosed, check
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
PHASED = [action for action, row in TRANSITIONS.items() if row.phases]
DAY = datetime.timedelta(days=1)
# Dates that keep no step open, and why.
KEEPS_NOTHING_OPEN = {
    "list": "it is the phase's own last day",
    "plan": "it is the phase's own last day",
    "measure": "measures are ticked off at any time once building has begun",
    "comment": "comments are taken in whatever phase, and the findings' later dates keep the rest open",
    "objection": "a letter is answered in whatever phase",
    "enquiry": "it is answered in whatever phase",
    "receipt": "a paper is signed for in whatever phase",
    "instruction": "it is answered in whatever phase",
    "warning": "what follows upon a warning is tied to no phase",
    "recheck": "what follows upon a recheck is tied to no phase",
    "regular_recheck": "what follows upon a recheck is tied to no phase",
    "hearing": "a warned unit is heard in whatever phase",
}


@made_once()
def site():
    """With a date of every kind, all of them after the last phase."""
    made = builders.building()
    builders.rectified(made)
    builders.on_site(made)
    late = datetime.date(2008, 6, 12)
    made.programme.rounds.update(due_on=late)
    Finding.objects.filter(assessment__site=made).update(deadline=late)
    builders.leader()
    return made


def of_a_district() -> Site:
    """In a district's list, which the head of its office determines."""
    made = builders.building(level=Level.DISTRICT)
    factories.user(Role.DISTRICT, factories.district_office(made.filing.organisation), is_head=True)
    return made


def standing(site: Site, stage: str) -> Site:
    Site.objects.filter(pk=site.pk).update(stage=stage)
    found = Site.objects.select_related("programme", "filing", "organisation")
    return found.prefetch_related("programme__phases").get(pk=site.pk)


def actor(action: Action, site: Site) -> User:
    """Somebody who takes this step at this site."""
    people = User.objects.filter(role__in=TRANSITIONS[action].roles)
    return next(user for user in people if TRANSITIONS[action].who(user, site))


def taken_before(action: Action, site: Site, by: User) -> None:
    """What the step takes back was this person's, and the last at the site."""
    if undone := TRANSITIONS[action].undoes:
        row = TRANSITIONS[undone]
        stages = {"from_stage": row.sources[0], "to_stage": row.targets[0]}
        site.history.create(action=undone, by=by, on=today(), **stages)


@pytest.mark.parametrize("action", PHASED)
def test_step_is_possible_until_its_phase_or_its_own_date_is_over(site, on, action):
    place = of_a_district() if TRANSITIONS[action].who == decides_for_district else site
    there = standing(place, TRANSITIONS[action].sources[0])
    ends = last_day_for(action, there.programme)
    closes = max(ends, open_until(there, action) or ends)
    assert (closes > ends) == any(action in kind.keeps_open for kind in DEADLINES)
    by = actor(action, there)
    taken_before(action, there, by)
    for day in (ends, closes):
        on(day.isoformat())
        check(site=there, action=action, by=by)
    on((closes + DAY).isoformat())
    with pytest.raises(PhaseClosed):
        check(site=there, action=action, by=by)


def test_of_every_kind_of_date_it_is_known_what_it_keeps_open():
    keeping = {kind.key for kind in DEADLINES if kind.keeps_open}
    assert keeping | set(KEEPS_NOTHING_OPEN) == {kind.key for kind in DEADLINES}
    assert keeping & set(KEEPS_NOTHING_OPEN) == set()
    assert all(TRANSITIONS[action].phases for kind in DEADLINES for action in kind.keeps_open)


@pytest.mark.parametrize("action", [Action.VERIFY_RECTIFICATION, Action.PASS_ACCEPTANCE, Action.ANNOUNCE])
def test_list_of_what_waits_gives_the_later_day(site, action, on):
    """And keeps it when a phase is prolonged up to it, or past it."""
    on("2008-05-20")
    there = standing(site, TRANSITIONS[action].sources[0])
    if action == Action.VERIFY_RECTIFICATION:
        site.refresh_from_db()
    (waits,) = (todo.due for todo in todos(builders.office()) if todo.about == str(site))
    assert waits == open_until(there, action) == datetime.date(2008, 6, 12)
    for extended, due in (("2008-06-10", "2008-06-12"), ("2008-06-20", "2008-06-20")):
        Phase.objects.filter(programme=site.programme).update(extended_to=extended)
        (waits,) = (todo.due for todo in todos(builders.office()) if todo.about == str(site))
        assert waits.isoformat() == due
        assert next_step(with_facts(Site.objects.filter(pk=site.pk), today=today()).get()).due == waits


def test_unit_given_until_june_by_an_objection_is_not_too_late_because_its_phase_ended_in_may(on):
    on("2008-05-23")
    (accepted,) = scene.accepted()
    unit, office = factories.liaison_of(accepted), factories.user(Role.OFFICE)
    letter = scene.object_to(scene.publish(accepted))
    on("2008-05-29")
    scene.conclude(letter, ObjectionState.UPHELD, office)
    finding = Finding.objects.get(objection_key=letter.pk)
    assert finding.deadline > datetime.date(2008, 5, 31)
    on(finding.deadline.isoformat())
    rectification.answer(finding=finding, text="示例", files=[], by=unit)
    rectification.verify(finding=finding, text="", by=office)
    rectification.close(site=standing(accepted, Stage.RECTIFYING), by=office)
    assert Site.objects.get(pk=accepted.pk).stage == Stage.RECTIFIED


def test_acceptance_is_decided_until_its_round_is_due(site, on):
    on("2008-06-12")
    waiting = builders.recommended(standing(site, Stage.RECTIFIED))
    on("2008-06-12")
    acceptance.decide(
        acceptance=waiting,
        verdict=Verdict.PASS,
        note="",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    assert Site.objects.get(pk=site.pk).stage == Stage.ACCEPTED
