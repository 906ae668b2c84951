"""Every role × stage × action, drawn from the table: what it allows works, everything else is refused."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from sites.enums import Action, Level, Stage
from sites.models import Site, StageChange
from sites.workflow import TRANSITIONS, InvalidTransition, PhaseClosed, available, perform
from tests import factories

pytestmark = pytest.mark.django_db

# A business date inside each phase.
DATES = {1: "2008-01-10", 2: "2008-02-20", 3: "2008-04-10", 4: "2008-05-10"}
NOTE = "示例理由"


def open_date(action: Action) -> str:
    phases = TRANSITIONS[action].phases
    return DATES[phases[0] if phases else 4]


def actor(role: str, site: Site):
    """The person of this role who stands closest to the site."""
    if role == Role.LIAISON:
        return factories.liaison_of(site)
    if role == Role.DISTRICT:
        of = site.filing.organisation if site.level == Level.DISTRICT else factories.district()
        return factories.user(role, factories.district_office(of))
    return factories.user(role)


def level_of(row) -> Level:
    """The level at which the first of the step's roles may take it."""
    return Level.DISTRICT if row.roles[0] == Role.DISTRICT else Level.CITY


# A list is its filer's.
OF_FILER = (Action.FILE, Action.WITHDRAW, Action.RECALL_LIST)


def taken_before(action: Action, site: Site, user: User) -> None:
    """What the step undoes was this person's, and the last there."""
    if undone := TRANSITIONS[action].undoes:
        row = TRANSITIONS[undone]
        values = {"from_stage": row.sources[0], "to_stage": row.targets[0], "by": user, "on": "2008-01-10"}
        StageChange.objects.create(site=site, action=undone, **values)


def expected(action: Action, role: str, site: Site) -> bool:
    """Whether the table lets this role take this step with this site (stage aside).

    Beyond the role: a list is filed, and a row taken off it, by its district or its designated unit's
    liaison, a plan is agreed by the office for the city's sites and by a district for its own.
    """
    if role not in TRANSITIONS[action].roles:
        return False
    if action in OF_FILER:
        return role == (Role.DISTRICT if site.level == Level.DISTRICT else Role.LIAISON)
    if action == Action.AGREE_PLAN:
        return role == (Role.DISTRICT if site.level == Level.DISTRICT else Role.OFFICE)
    return True


@pytest.mark.parametrize("level", Level.values)
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("action", Action.values)
def test_step_of_role_from_every_stage(action, role, level, on):
    action = Action(action)
    on(open_date(action))
    site = factories.site(level=level)
    user = actor(role, site)
    allowed = expected(action, role, site)
    for stage in Stage:
        for target in TRANSITIONS[action].targets:
            Site.objects.filter(pk=site.pk).update(stage=stage)
            site.refresh_from_db()
            taken_before(action, site, user)
            before = StageChange.objects.count()
            if not allowed:
                with pytest.raises(PermissionDenied):
                    perform(site=site, action=action, by=user, to=target, note=NOTE)
            elif stage not in TRANSITIONS[action].sources:
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


@pytest.mark.parametrize("action", [a for a in Action if TRANSITIONS[a].phases])
def test_step_outside_its_phase_is_refused_with_dates(action, on):
    row = TRANSITIONS[action]
    site = factories.site(stage=row.sources[0])
    user = actor(row.roles[0], site)
    if action in OF_FILER:
        user = factories.liaison_of(site)
    for day in ("2007-12-30", "2008-06-01"):
        on(day)
        with translation.override("en"), pytest.raises(PhaseClosed, match="2008"):
            perform(site=site, action=action, by=user, note=NOTE)
    site.refresh_from_db()
    assert site.stage == row.sources[0]
    assert not site.history.exists()


@pytest.mark.parametrize("action", [a for a in Action if TRANSITIONS[a].needs_note])
def test_step_that_needs_a_reason_is_refused_without(action, on):
    on(open_date(action))
    row = TRANSITIONS[action]
    site = factories.site(stage=row.sources[0], level=level_of(row))
    user = actor(row.roles[0], site)
    taken_before(action, site, user)
    with pytest.raises(ValidationError):
        perform(site=site, action=action, by=user, note="  ")
    site.refresh_from_db()
    assert site.stage == row.sources[0]


def test_stale_copy_of_a_site_is_refused():
    """Somebody else took the step between our reading and our writing."""
    site = factories.site(stage=Stage.FILED)
    theirs = Site.objects.get(pk=site.pk)
    office = factories.user(Role.OFFICE)
    perform(site=theirs, action=Action.REVIEW, by=office)
    with pytest.raises(InvalidTransition):
        perform(site=site, action=Action.SEND_BACK, by=office, note=NOTE)
    assert site.history.count() == 1


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
    site.stage = Stage.WARNED
    assert available(site, factories.user(Role.LEADING_GROUP)) == [Action.RESTORE, Action.REVOKE]


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
