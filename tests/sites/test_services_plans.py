"""The rules of work plans: of sites, and of districts."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.enums import Role
from sites import services
from sites.enums import Action, Level, PlanState, Stage
from sites.models import Liaison, Measure, StageChange, WorkPlan
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories
from tests.files import pdf
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def file_plan(owner, by=None, **changed):
    return making.file_plan(owner, by or factories.liaison_of(owner), **changed)


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


@pytest.mark.parametrize(
    "said",
    [
        {"goals": " ", "text": ""},
        {"measures": []},
        {"measures": making.measures(("2008-03-02", "2008-03-01"))},
        {"measures": making.measures(("2008-02-01", "2010-02-01"))},
        {"measures": [making.measures()[0]._replace(text="长" * 301)]},
        {"measures": [making.measures()[0]._replace(person="")]},
    ],
)
def test_file_plan_that_says_too_little_or_wrong_is_refused_and_the_old_one_kept(site, said):
    old = file_plan(site)
    with pytest.raises(ValidationError):
        file_plan(site, old.filed_by, working_body="别的（示例）", **said)
    old.refresh_from_db()
    site.refresh_from_db()
    assert (old.state, site.working_body) == (PlanState.FILED, "示例工作机构")
    assert Measure.objects.count() == 1


def test_file_plan_with_goals_or_text_alone(site):
    by = factories.liaison_of(site)
    assert file_plan(site, by, text="").goals == "示例目标。"
    assert file_plan(site, by, goals="").text == "示例方案。"


def test_file_plan_keeps_its_measures_in_their_order(site):
    spans = [("2008-02-01", "2008-02-29"), ("2008-02-01", "2008-02-01")]
    plan = file_plan(site, measures=making.measures(*spans))
    assert list(plan.measures.values_list("ordinal", "text", "person", "done_on")) == [
        (1, "示例措施1", "示例负责人1", None),
        (2, "示例措施2", "示例负责人2", None),
    ]


def test_file_plan_says_where_the_programme_ends(site, on):
    making.prolong(
        site.programme.phases.get(ordinal=4), datetime.date(2008, 7, 31), factories.user(Role.OFFICE)
    )
    file_plan(site, measures=making.measures(("2008-07-31", "2008-07-31")))
    with pytest.raises(ValidationError) as caught:
        file_plan(site, measures=making.measures(("2008-07-31", "2008-08-01")))
    assert list(caught.value.message_dict) == ["ends_on"]


def test_file_plan_keeps_the_last_attachment_only_when_asked(site):
    by = factories.liaison_of(site)
    first = file_plan(site, by, file=SimpleUploadedFile("方案.pdf", pdf()))
    kept = file_plan(site, by, keep_file=True)
    assert (kept.file.name, kept.file_name) == (first.file.name, "方案.pdf")
    assert (
        file_plan(site, by, keep_file=True, file=SimpleUploadedFile("新.pdf", b"%PDF")).file_name == "新.pdf"
    )
    assert not file_plan(site, by).file
    assert not file_plan(site, by, keep_file=True).file


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


# -- the districts' own plans ------------------------------------------------------------


@pytest.fixture
def clerk():
    return making.clerk()


@pytest.fixture
def own(clerk):
    """The district's list, with a liaison of the district itself."""
    filing = making.own_list(clerk)
    Liaison.objects.create(filing=filing, name="示例区联络员", phone=making.PHONE)
    return filing


def test_district_plan_goes_from_filed_by_returned_to_agreed(own, clerk):
    office = factories.user(Role.OFFICE)
    first = making.file_plan(own, clerk, working_body="示例区领导小组")
    own.refresh_from_db()
    assert own.working_body == "示例区领导小组"
    assert office.notifications.exists()
    services.return_plan(plan=first, remarks="示例", by=office)
    second = making.file_plan(own, clerk)
    services.agree_plan(plan=second, by=office)
    assert list(own.plans.values_list("version", "state")) == [(2, "agreed"), (1, "returned")]
    assert clerk.notifications.count() == 2
    assert not StageChange.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.DISTRICT])
def test_district_plan_is_filed_by_the_district_alone(own, role):
    for stranger in (factories.user(role), making.clerk(factories.district("乌达"))):
        with pytest.raises(PermissionDenied):
            making.file_plan(own, stranger)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_district_plan_is_decided_by_the_office_alone(own, clerk, role):
    plan, stranger = making.file_plan(own, clerk), factories.user(role)
    with pytest.raises(PermissionDenied):
        services.agree_plan(plan=plan, by=stranger)
    with pytest.raises(PermissionDenied):
        services.return_plan(plan=plan, remarks="示例", by=stranger)


def test_district_plan_needs_a_working_body_and_a_liaison(own, clerk):
    office = factories.user(Role.OFFICE)
    with pytest.raises(ValidationError):
        services.agree_plan(plan=making.file_plan(own, clerk, working_body=""), by=office)
    own.liaisons.all().delete()
    with pytest.raises(ValidationError):
        services.agree_plan(plan=making.file_plan(own, clerk), by=office)


def test_district_plan_that_is_agreed_takes_no_further_version(own, clerk):
    services.agree_plan(plan=making.file_plan(own, clerk), by=factories.user(Role.OFFICE))
    with pytest.raises(InvalidTransition):
        making.file_plan(own, clerk)


def test_a_designated_units_list_has_no_plan_of_its_own():
    liaison = factories.user(Role.LIAISON, making.designated())
    with pytest.raises(PermissionDenied):
        making.file_plan(making.own_list(liaison), liaison)


def test_district_plans_shows_who_still_owes_one(site, district):
    own, programme = site.filing, factories.programme()
    making.file_plan(own, district)
    office = factories.user(Role.OFFICE)
    found = services.district_plans(programme=programme, reader=office)
    assert sorted((one.filing_pk or 0, one.state, one.waiting) for one in found if one.filing_pk) == [
        (own.pk, "filed", 4)
    ]
    assert len(found) == 3
    found = services.district_plans(programme=programme, reader=district)
    assert [one.filing_pk for one in found] == [own.pk]
    assert services.district_plans(programme=programme, reader=factories.user(Role.LIAISON)) == []


def test_only_one_version_is_in_force_in_the_database(own, clerk):
    plan = making.file_plan(own, clerk)
    services.agree_plan(plan=plan, by=factories.user(Role.OFFICE))
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkPlan.objects.create(
            filing=own, version=2, text="x", state="agreed", filed_by=clerk, filed_on=plan.filed_on
        )
