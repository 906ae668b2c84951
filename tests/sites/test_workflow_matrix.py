"""Every role × stage × action, against a table written by hand: what it allows works, all else is refused."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from sites.enums import Action, Level, Stage
from sites.models import Site, StageChange
from sites.workflow import TRANSITIONS, InvalidTransition, OnePerson, PhaseClosed, available, check, perform
from tests import factories
from tests.sites.steps import EXPECTED

pytestmark = pytest.mark.django_db

# A business date inside each phase.
DATES = {1: "2008-01-10", 2: "2008-02-20", 3: "2008-04-10", 4: "2008-05-10"}
# The first and the last day of each.
PHASES = {
    1: ("2008-01-01", "2008-01-31"),
    2: ("2008-02-01", "2008-03-31"),
    3: ("2008-04-01", "2008-04-30"),
    4: ("2008-05-01", "2008-05-31"),
}
NOTE = "示例理由"


def open_date(action: str) -> str:
    phases = EXPECTED[action].phases
    return DATES[phases[0] if phases else 4]


def actor(role: str, site: Site):
    """The person of this role who stands closest to the site."""
    if role == Role.LIAISON:
        return factories.liaison_of(site)
    if role == Role.DISTRICT:
        of = site.filing.organisation if site.level == Level.DISTRICT else factories.district()
        # Who heads the office may do there whatever its other people may.
        return factories.user(role, factories.district_office(of), is_head=True)
    return factories.user(role)


def may(action: str, role: str, level: str) -> bool:
    row = EXPECTED[action]
    return role in (row.city if level == Level.CITY else row.district).split()


def somebody_for(action: str, site: Site):
    row = EXPECTED[action]
    return actor((row.city if site.level == Level.CITY else row.district).split()[0], site)


def taken_before(action: str, site: Site, by: User) -> None:
    """What the step undoes was this person's, and the last there."""
    if undone := EXPECTED[action].undoes:
        took(undone, site, by)


def took(action: str, site: Site, by: User) -> None:
    row = EXPECTED[action]
    StageChange.objects.create(
        site=site,
        action=action,
        from_stage=row.sources.split()[0],
        to_stage=row.targets.split()[0],
        by=by,
        on=datetime.date(2008, 1, 10),
    )


def site_from(action: str, level: str = "") -> Site:
    """A site where the step begins; of the city where it is a step of the city's sites."""
    level = level or (Level.CITY if EXPECTED[action].city else Level.DISTRICT)
    return factories.site(stage=EXPECTED[action].sources.split()[0], level=level)


@pytest.mark.parametrize("level", Level.values)
def test_who_takes_each_step(level):
    """Each role's closest person may, or may not; of the same role nobody of another unit or district."""
    site = factories.site(level=level)
    people = {role: actor(role, site) for role in Role.values}
    strangers = {
        Role.LIAISON: factories.user(Role.LIAISON),
        Role.DISTRICT: factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达"))),
    }
    for action, row in TRANSITIONS.items():
        for role, person in people.items():
            assert row.who(person, site) is may(action, role, level), (action, role)
        for person in strangers.values():
            assert not row.who(person, site), (action, person.role)


@pytest.mark.parametrize("level", Level.values)
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("action", Action.values)
def test_step_of_role_from_every_stage(action, role, level, on):
    on(open_date(action))
    site = factories.site(level=level)
    user = actor(role, site)
    allowed = may(action, role, level)
    action, row = Action(action), EXPECTED[action]
    for stage in Stage:
        for target in row.targets.split():
            Site.objects.filter(pk=site.pk).update(stage=stage)
            site.refresh_from_db()
            taken_before(action, site, user)
            before = StageChange.objects.count()
            if not allowed:
                with pytest.raises(PermissionDenied):
                    perform(site=site, action=action, by=user, to=target, note=NOTE)
            elif stage not in row.sources.split():
                with pytest.raises(InvalidTransition):
                    perform(site=site, action=action, by=user, to=target, note=NOTE)
            else:
                perform(site=site, action=action, by=user, to=target, note=NOTE)
                site.refresh_from_db()
                assert site.stage == target
                step = site.history.latest("pk")
                assert (step.action, step.from_stage, step.to_stage, step.by) == (action, stage, target, user)
                assert StageChange.objects.count() == before + 1
                continue
            site.refresh_from_db()
            assert site.stage == stage
            assert StageChange.objects.count() == before


def edges() -> list[str]:
    """The first and the last day of each phase, and the days before and after them all."""
    return ["2007-12-31", *(day for phase in PHASES.values() for day in phase), "2008-06-01"]


@pytest.mark.parametrize("action", EXPECTED)
def test_step_is_possible_from_the_first_day_of_its_phases_to_the_last(action, on):
    row = EXPECTED[action]
    site = site_from(action)
    user = somebody_for(action, site)
    taken_before(action, site, user)
    opens, closes = (PHASES[row.phases[0]][0], PHASES[row.phases[-1]][1]) if row.phases else ("0", "9")
    for day in edges():
        on(day)
        if opens <= day <= closes:
            check(site=site, action=Action(action), by=user)
        else:
            with translation.override("en"), pytest.raises(PhaseClosed, match="2008"):
                perform(site=site, action=Action(action), by=user, note=NOTE)
    site.refresh_from_db()
    assert site.stage == row.sources.split()[0]
    assert site.history.count() == bool(row.undoes)


@pytest.mark.parametrize("action", EXPECTED)
def test_step_without_a_reason(action, on):
    on(open_date(action))
    row = EXPECTED[action]
    site = site_from(action)
    by, before = somebody_for(action, site), site.stage
    taken_before(action, site, by)
    if row.reason:
        for words in ({}, {"note": ""}, {"note": "  "}):
            with pytest.raises(ValidationError):
                perform(site=site, action=Action(action), by=by, **words)
    else:
        perform(site=site, action=Action(action), by=by, note="  ")
    site.refresh_from_db()
    assert site.stage == (before if row.reason else row.targets.split()[0])


@pytest.mark.parametrize("action", EXPECTED)
def test_step_says_its_first_target_where_nobody_chooses(action, on):
    on(open_date(action))
    row, site = EXPECTED[action], site_from(action)
    by = somebody_for(action, site)
    taken_before(action, site, by)
    step = perform(site=site, action=Action(action), by=by, note=f" {NOTE} ")
    assert (site.stage, site.stage_since, step.to_stage) == (
        row.targets.split()[0],
        datetime.date.fromisoformat(open_date(action)),
        row.targets.split()[0],
    )
    assert step.note == NOTE


@pytest.mark.parametrize("action", [action for action, row in EXPECTED.items() if row.not_by])
def test_who_prepared_a_step_last_does_not_take_it(action, on):
    """Whatever happened since; who prepared it once before somebody else did is free again."""
    on(open_date(action))
    row, site = EXPECTED[action], site_from(action)
    first, last = somebody_for(action, site), somebody_for(action, site)
    for by in (first, last):
        took(row.not_by, site, by)
    took("send_back", site, first)
    with pytest.raises(OnePerson):
        check(site=site, action=Action(action), by=last)
    check(site=site, action=Action(action), by=first)


@pytest.mark.parametrize("action", [action for action, row in EXPECTED.items() if row.undoes])
def test_step_is_taken_back_by_who_took_it_last_and_by_nobody_else(action, on):
    on(open_date(action))
    row, site = EXPECTED[action], site_from(action)
    by = somebody_for(action, site)
    with pytest.raises(InvalidTransition):
        check(site=site, action=Action(action), by=by)
    took(row.undoes, site, by)
    check(site=site, action=Action(action), by=by)
    took(row.undoes, site, factories.user(Role.OFFICE))
    with pytest.raises(InvalidTransition):
        check(site=site, action=Action(action), by=by)
    took(row.undoes, site, by)
    took("warn", site, by)
    with pytest.raises(InvalidTransition):
        check(site=site, action=Action(action), by=by)


def test_stale_copy_of_a_site_is_refused():
    """Somebody else took the step between our reading and our writing."""
    site = factories.site(stage=Stage.FILED)
    theirs = Site.objects.get(pk=site.pk)
    office = factories.user(Role.OFFICE)
    perform(site=theirs, action=Action.REVIEW, by=office)
    with pytest.raises(InvalidTransition):
        perform(site=site, action=Action.SEND_BACK, by=office, note=NOTE)
    assert site.history.count() == 1


def test_step_moves_its_own_site_and_no_other_that_stands_there():
    site, other = factories.site(stage=Stage.FILED), factories.site(stage=Stage.FILED)
    perform(site=site, action=Action.REVIEW, by=factories.user(Role.OFFICE))
    other.refresh_from_db()
    assert (site.stage, other.stage) == (Stage.REVIEWED, Stage.FILED)


def test_target_outside_the_table_is_a_programming_error(on):
    on(DATES[1])
    site = factories.site(stage=Stage.FILED)
    with pytest.raises(ValueError, match="does not lead"):
        perform(site=site, action=Action.REVIEW, by=factories.user(Role.OFFICE), to=Stage.NAMED)


def test_available_names_exactly_the_steps_that_would_work(on):
    on(DATES[4])
    site = factories.site(stage=Stage.NAMED)
    assert available(site, factories.user(Role.OFFICE)) == [Action.WARN]
    assert available(site, factories.user(Role.LEADING_GROUP)) == [Action.WARN]
    assert available(site, factories.liaison_of(site)) == []
    district = factories.site(stage=Stage.RETURNED, level=Level.DISTRICT)
    clerk, other = actor(Role.DISTRICT, district), factories.liaison_of(site)
    assert available(district, clerk) == [Action.DECIDE, Action.FILE, Action.WITHDRAW]
    assert available(district, other) == []
    site.stage = Stage.WARNED
    assert available(site, factories.user(Role.LEADING_GROUP)) == [Action.RESTORE, Action.REVOKE]


def test_step_of_a_deputy_says_for_whom_and_whoever_that_is_does_not_decide(on):
    on(DATES[1])
    site, away = factories.site(stage=Stage.FILED), factories.user(Role.OFFICE)
    perform(site=site, action=Action.REVIEW, by=factories.user(Role.OFFICE), acted_for=away)
    assert site.history.get().acted_for == away
    User.objects.filter(pk=away.pk).update(role=Role.LEADING_GROUP)
    with pytest.raises(OnePerson):
        perform(site=site, action=Action.DETERMINE, by=User.objects.get(pk=away.pk))


def test_every_stage_but_the_last_has_a_way_on():
    with_way_on = {stage for row in TRANSITIONS.values() for stage in row.sources}
    assert set(Stage) - with_way_on == {Stage.REVOKED, Stage.WITHDRAWN}


def test_history_keeps_the_business_date(on):
    on("2008-01-15")
    site = factories.site(stage=Stage.FILED)
    step = perform(site=site, action=Action.REVIEW, by=factories.user(Role.OFFICE))
    assert step.on == datetime.date(2008, 1, 15)
    site.refresh_from_db()
    assert site.stage_since == datetime.date(2008, 1, 15)
