"""The rules of work plans and of phases that are prolonged."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from sites import services
from sites.enums import Action, Level, PlanState, Stage
from sites.models import Extension, StageChange, WorkPlan
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def site():
    return making.determined_site()


@pytest.fixture
def district(site):
    return making.clerk(site.filing.organisation)


def file_plan(site, by=None, working_body="示例工作机构", text="示例方案"):
    return services.file_plan(
        site=site, text=text, working_body=working_body, by=by or factories.liaison_of(site)
    )


# -- filing a plan -------------------------------------------------------------------


def test_file_plan_numbers_its_versions(site):
    liaison = factories.liaison_of(site)
    plans = [file_plan(site, liaison) for _n in range(3)]
    assert [plan.version for plan in plans] == [1, 2, 3]
    assert list(site.plans.values_list("state", flat=True)) == ["filed", "superseded", "superseded"]


def test_file_plan_one_waiting_version_in_the_database(site):
    plan = file_plan(site)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkPlan.objects.create(
            site=site, version=2, text="x", filed_by=plan.filed_by, filed_on=plan.filed_on
        )


@pytest.mark.parametrize("role", Role.values)
def test_file_plan_by_another_than_the_unit_is_refused(site, role):
    with pytest.raises(PermissionDenied):
        file_plan(site, factories.user(role))
    assert not WorkPlan.objects.exists()


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in ("determined", "building")])
def test_file_plan_in_another_stage_is_refused(stage):
    site = factories.site(stage)
    with pytest.raises(InvalidTransition):
        file_plan(site)


def test_file_plan_without_text_is_refused_and_the_old_one_kept(site):
    old = file_plan(site)
    with pytest.raises(ValidationError):
        file_plan(site, old.filed_by, text="", working_body="别的（示例）")
    old.refresh_from_db()
    site.refresh_from_db()
    assert (old.state, site.working_body) == (PlanState.FILED, "示例工作机构")


# -- agreeing and returning ------------------------------------------------------------


def test_agree_plan_moves_the_site_and_writes_history(site, district):
    plan = file_plan(site)
    services.agree_plan(plan=plan, by=district)
    plan.refresh_from_db()
    site.refresh_from_db()
    assert (plan.state, plan.decided_by, plan.decided_on) == ("agreed", district, datetime.date(2008, 1, 10))
    assert site.stage == Stage.BUILDING
    assert StageChange.objects.get(action=Action.AGREE_PLAN).site == site
    assert plan.filed_by.notifications.exists()


def test_agree_plan_without_working_body_is_refused(site, district):
    plan = file_plan(site, working_body="")
    with pytest.raises(ValidationError):
        services.agree_plan(plan=plan, by=district)
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED


def test_agree_plan_without_liaison_is_refused(site, district):
    plan = file_plan(site)
    site.liaisons.all().delete()
    with pytest.raises(ValidationError):
        services.agree_plan(plan=plan, by=district)
    site.refresh_from_db()
    assert site.stage == Stage.DETERMINED


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.LIAISON, Role.INSPECTOR])
def test_districts_plan_is_decided_by_its_district_alone(site, role):
    plan, stranger = file_plan(site), factories.user(role)
    with pytest.raises(PermissionDenied):
        services.agree_plan(plan=plan, by=stranger)
    with pytest.raises(PermissionDenied):
        services.return_plan(plan=plan, remarks="示例", by=stranger)


def test_districts_plan_is_not_decided_by_another_district(site):
    plan, stranger = file_plan(site), making.clerk(factories.district("海南"))
    with pytest.raises(PermissionDenied):
        services.agree_plan(plan=plan, by=stranger)


def test_citys_plan_is_decided_by_the_office_alone():
    plan = file_plan(making.determined_site(Level.CITY))
    with pytest.raises(PermissionDenied):
        services.agree_plan(plan=plan, by=making.clerk())
    services.agree_plan(plan=plan, by=factories.user(Role.OFFICE))
    assert plan.site.stage == Stage.BUILDING


def test_agree_plan_that_was_superseded_is_refused_and_the_site_stays(site, district):
    old = file_plan(site)
    file_plan(site, old.filed_by)
    with pytest.raises(InvalidTransition):
        services.agree_plan(plan=old, by=district)
    site.refresh_from_db()
    assert site.stage == Stage.DETERMINED


def test_agree_plan_after_its_phases_is_refused(site, district, on):
    plan = file_plan(site)
    on("2008-04-01")
    with pytest.raises(PhaseClosed):
        services.agree_plan(plan=plan, by=district)
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED


def test_return_plan_keeps_the_stage(site, district):
    plan = file_plan(site)
    services.return_plan(plan=plan, remarks=" 示例 ", by=district)
    plan.refresh_from_db()
    site.refresh_from_db()
    assert (plan.state, plan.remarks, site.stage) == ("returned", "示例", Stage.DETERMINED)


def test_return_plan_without_remarks_or_twice_is_refused(site, district):
    plan = file_plan(site)
    with pytest.raises(ValidationError):
        services.return_plan(plan=plan, remarks=" ", by=district)
    services.return_plan(plan=plan, remarks="示例", by=district)
    with pytest.raises(InvalidTransition):
        services.return_plan(plan=plan, remarks="示例", by=district)


# -- prolonging a phase ------------------------------------------------------------------


@pytest.fixture
def phase():
    return factories.programme().phases.get(ordinal=1)


def test_extend_phase_opens_what_was_closed(phase, on):
    filing, by = making.complete_list()
    on("2008-02-05")
    with pytest.raises(PhaseClosed):
        services.file_list(filing=filing, by=by)
    services.extend_phase(
        phase=phase, new_end=datetime.date(2008, 2, 5), reason="雪灾（示例）", by=factories.user(Role.OFFICE)
    )
    services.file_list(filing=filing, by=by)
    filing.refresh_from_db()
    assert filing.filed_on == datetime.date(2008, 2, 5)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_extend_phase_by_others_is_refused(phase, role):
    with pytest.raises(PermissionDenied):
        services.extend_phase(
            phase=phase, new_end=datetime.date(2008, 3, 1), reason="示例", by=factories.user(role)
        )


@pytest.mark.parametrize("new_end", [datetime.date(2008, 1, 31), datetime.date(2008, 1, 1)])
def test_extend_phase_never_shortens(phase, new_end):
    with pytest.raises(ValidationError) as caught:
        services.extend_phase(phase=phase, new_end=new_end, reason="示例", by=factories.user(Role.OFFICE))
    assert list(caught.value.message_dict) == ["new_end"]
    assert not Extension.objects.exists()


def test_extend_phase_without_a_reason_is_refused(phase):
    with pytest.raises(ValidationError) as caught:
        services.extend_phase(
            phase=phase, new_end=datetime.date(2008, 2, 5), reason="  ", by=factories.user(Role.OFFICE)
        )
    assert list(caught.value.message_dict) == ["reason"]


def test_extend_phase_again_counts_from_the_later_end(phase):
    office = factories.user(Role.OFFICE)
    services.extend_phase(phase=phase, new_end=datetime.date(2008, 2, 5), reason="示例", by=office)
    with pytest.raises(ValidationError):
        services.extend_phase(phase=phase, new_end=datetime.date(2008, 2, 3), reason="示例", by=office)
    second = services.extend_phase(phase=phase, new_end=datetime.date(2008, 2, 9), reason="示例", by=office)
    assert second.previous_end == datetime.date(2008, 2, 5)
