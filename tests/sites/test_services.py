"""The rules of lists: what may stand on one, and the steps it takes."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Notification
from documents.models import Document
from documents.papers import DocumentKind
from sites import services
from sites.enums import Action, FilingState, Level, Stage
from sites.models import Filing, FilingVersion, Liaison, Site, StageChange
from sites.workflow import InvalidTransition, PhaseClosed
from standards.enums import Kind
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def problems(filing):
    return services.filing_problems(filing, services.rows_of(filing))


def save(filing, by, unit, **fields):
    site = Site(organisation=unit, window_name=fields.pop("window", "示例大厅"), kind=Kind.SERVICE, **fields)
    return services.save_site(filing=filing, site=site, liaison_name="", liaison_phone="", by=by)


# -- whose list ------------------------------------------------------------------


def test_filing_of_a_district_and_a_designated_unit():
    district = making.own_list(making.clerk())
    unit = making.own_list(factories.user(Role.LIAISON, making.designated()))
    assert (district.level, unit.level) == (Level.DISTRICT, Level.CITY)
    assert making.own_list(making.clerk()) == district


def test_filing_of_the_district_that_is_designated_too_are_two_lists():
    haibowan = making.designated(1)
    assert haibowan == factories.district()
    assert making.own_list(making.clerk()) != making.own_list(factories.user(Role.LIAISON, haibowan))


@pytest.mark.parametrize(
    "role", [Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR]
)
def test_filing_of_nobody_else(role):
    assert making.own_list(factories.user(role)) is None
    assert not Filing.objects.exists()


def test_one_list_per_body_in_the_database():
    filing = making.own_list(making.clerk())
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.create(
            programme=filing.programme, organisation=filing.organisation, level=filing.level
        )


# -- what may stand on it ----------------------------------------------------------


def test_save_site_of_another_district_is_refused():
    by = making.clerk()
    filing = making.own_list(by)
    with pytest.raises(ValidationError) as caught:
        save(filing, by, factories.unit(factories.district("乌达")))
    assert list(caught.value.message_dict) == ["organisation"]
    assert not Site.objects.exists()


def test_save_site_of_a_kind_of_unit_the_plan_does_not_name_is_refused():
    by = making.clerk()
    filing = making.own_list(by)
    with pytest.raises(ValidationError):
        save(filing, by, factories.unit(filing.organisation, OrganisationKind.DISTRICT_OFFICE))


def test_save_site_of_another_units_window_is_refused():
    by = factories.user(Role.LIAISON, making.designated())
    with pytest.raises(ValidationError):
        save(making.own_list(by), by, making.designated(3))


def test_save_site_of_the_designated_district_takes_itself_or_one_of_its_units():
    haibowan = making.designated(1)
    by = factories.user(Role.LIAISON, haibowan)
    filing = making.own_list(by)
    assert {haibowan, factories.unit(haibowan)} <= set(services.selectable_units(filing))


def test_save_site_twice_with_one_window_is_refused():
    by = making.clerk()
    filing = making.own_list(by)
    unit = factories.unit(filing.organisation)
    save(filing, by, unit)
    with pytest.raises(ValidationError):
        save(filing, by, unit)
    assert Site.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [("", making.PHONE, "liaison_name"), ("示例甲", "", "liaison_phone"), ("甲" * 41, "1", "liaison_name")],
)
def test_save_site_with_half_a_liaison_is_refused_and_nothing_kept(name, phone, field):
    by = making.clerk()
    filing = making.own_list(by)
    site = Site(organisation=factories.unit(filing.organisation), window_name="示例", kind=Kind.SERVICE)
    with pytest.raises(ValidationError) as caught:
        services.save_site(filing=filing, site=site, liaison_name=name, liaison_phone=phone, by=by)
    assert list(caught.value.message_dict) == [field]
    assert not Site.objects.exists()
    assert not Liaison.objects.exists()


def test_save_site_replaces_its_one_liaison():
    by = making.clerk()
    filing = making.own_list(by)
    site = making.add_site(filing, by)
    services.save_site(filing=filing, site=site, liaison_name="示例乙", liaison_phone="1", by=by)
    assert [(one.name, one.phone) for one in Liaison.objects.filter(site=site)] == [("示例乙", "1")]
    services.save_site(filing=filing, site=site, liaison_name="", liaison_phone="", by=by)
    assert not site.liaisons.exists()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.LIAISON, Role.INSPECTOR])
def test_save_and_remove_site_by_others_are_refused(role):
    filing, _by = making.complete_list()
    stranger = factories.user(role)
    with pytest.raises(PermissionDenied):
        save(filing, stranger, factories.unit(filing.organisation))
    with pytest.raises(PermissionDenied):
        services.remove_site(site=filing.sites.first(), by=stranger)
    assert filing.sites.count() == 4


def test_save_site_by_another_district_is_refused():
    filing, _by = making.complete_list()
    with pytest.raises(PermissionDenied):
        save(filing, making.clerk(factories.district("海南")), factories.unit(filing.organisation))


def test_save_and_remove_on_a_list_filed_since_it_was_read_are_refused():
    filing, by = making.complete_list()
    site = filing.sites.select_related("filing").first()
    making.file(filing, by)
    assert filing.state == FilingState.DRAFT  # as this copy remembers it
    with pytest.raises(InvalidTransition):
        save(filing, by, factories.unit(filing.organisation))
    with pytest.raises(InvalidTransition):
        services.remove_site(site=site, by=by)
    assert filing.sites.count() == 4


def test_withdraw_site_that_came_back_keeps_it_with_the_reason():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE))
    site = filing.sites.first()
    services.withdraw_site(site=site, reason=" 窗口已撤销（示例） ", by=by)
    site.refresh_from_db()
    assert site.stage == Stage.WITHDRAWN
    assert site.history.get(action=Action.WITHDRAW).note == "窗口已撤销（示例）"
    assert site not in services.rows_of(filing)
    assert [problem.text for problem in problems(filing)] == [
        "A district puts forward 4 to 6 sites; this list has 3."
    ]
    save(filing, by, site.organisation, window=site.window_name)  # its place is free again


def test_withdraw_site_that_was_never_filed_is_refused():
    filing, by = making.complete_list()
    with pytest.raises(InvalidTransition):
        services.withdraw_site(site=filing.sites.first(), reason="示例", by=by)


def test_withdraw_site_without_a_reason_or_by_others_is_refused():
    filing, by = making.filed_list()
    site = filing.sites.first()
    with pytest.raises(InvalidTransition):
        services.withdraw_site(site=site, reason="示例", by=by)  # still with the office
    services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE))
    site.refresh_from_db()
    with pytest.raises(ValidationError):
        services.withdraw_site(site=site, reason=" ", by=by)
    for stranger in (factories.user(Role.OFFICE), making.clerk(factories.district("乌达"))):
        with pytest.raises(PermissionDenied):
            services.withdraw_site(site=site, reason="示例", by=stranger)
    assert not filing.sites.filter(stage=Stage.WITHDRAWN).exists()


def test_withdraw_site_twice_is_refused():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE))
    site, same = filing.sites.first(), filing.sites.first()
    services.withdraw_site(site=site, reason="示例", by=by)
    with pytest.raises(InvalidTransition):
        services.withdraw_site(site=same, reason="示例", by=by)
    with pytest.raises(InvalidTransition):
        services.save_site(filing=filing, site=same, liaison_name="示例", liaison_phone="1", by=by)
    same.refresh_from_db()
    assert same.stage == Stage.WITHDRAWN


def test_save_site_that_was_removed_meanwhile_is_refused_and_not_made_again():
    filing, by = making.complete_list()
    site = filing.sites.first()
    services.remove_site(site=filing.sites.get(pk=site.pk), by=by)
    with pytest.raises(InvalidTransition):
        services.save_site(filing=filing, site=site, liaison_name="示例", liaison_phone="1", by=by)
    assert filing.sites.count() == 3


def test_remove_site_that_was_filed_before_is_refused():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE))
    with pytest.raises(ValidationError):
        services.remove_site(site=filing.sites.first(), by=by)


# -- filing ------------------------------------------------------------------------


@pytest.mark.parametrize("count", [4, 5, 6])
def test_file_list_of_4_to_6_sites(count):
    filing, by = making.complete_list(count)
    making.file(filing, by)
    filing.refresh_from_db()
    assert (filing.state, filing.filed_by, filing.filed_on) == ("filed", by, datetime.date(2008, 1, 10))


@pytest.mark.parametrize("count", [0, 3, 7])
def test_file_list_of_another_number_is_refused(count):
    filing, by = making.complete_list(count)
    with pytest.raises(ValidationError) as caught:
        making.file(filing, by)
    assert caught.value.messages == [f"A district puts forward 4 to 6 sites; this list has {count}."]
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT
    assert not StageChange.objects.exists()
    assert not Document.objects.exists()


@pytest.mark.parametrize("count", [0, 2])
def test_file_list_of_a_designated_unit_needs_exactly_one_window(count):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    for _n in range(count):
        making.add_site(filing, by)
    with pytest.raises(ValidationError) as caught:
        making.file(filing, by)
    assert caught.value.messages == [f"A designated unit names exactly 1 window; this list has {count}."]


def test_file_list_of_a_designated_unit():
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    site = making.add_site(filing, by)
    making.file(filing, by)
    site.refresh_from_db()
    assert (site.stage, site.level) == (Stage.FILED, Level.CITY)


def test_file_list_names_every_problem_and_its_row():
    filing, by = making.complete_list(2)
    vacant = making.add_site(filing, by, liaison="")
    assert [problem.site for problem in problems(filing)] == [None, vacant]
    with pytest.raises(ValidationError) as caught:
        making.file(filing, by)
    assert len(caught.value.messages) == 2


def test_file_list_refuses_a_unit_that_became_another_kind():
    filing, _by = making.complete_list()
    site = filing.sites.first()
    site.organisation.kind = OrganisationKind.OTHER
    site.organisation.save()
    assert [problem.site for problem in problems(filing)] == [site]


def test_file_list_writes_history_paper_and_news():
    office = factories.user(Role.OFFICE)
    filing, by = making.decided_list()
    services.file_list(filing=filing, by=by)
    steps = StageChange.objects.filter(action=Action.FILE)
    assert {(one.from_stage, one.to_stage, one.by) for one in steps} == {(Stage.DECIDED, Stage.FILED, by)}
    assert {one.site for one in steps} == set(filing.sites.all())
    form = Document.objects.get(kind=DocumentKind.FILING_FORM)
    assert set(form.sites.all()) == set(filing.sites.all())
    assert Notification.objects.latest("pk").user == office


def test_file_list_that_is_filed_is_refused():
    filing, by = making.filed_list()
    with pytest.raises(InvalidTransition):
        services.file_list(filing=filing, by=by)
    assert StageChange.objects.filter(action=Action.FILE).count() == 4
    assert Document.objects.filter(kind=DocumentKind.FILING_FORM).count() == 1


@pytest.mark.parametrize(
    "role", [Role.OFFICE, Role.LEADING_GROUP, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR]
)
def test_file_list_by_others_is_refused(role):
    filing, _by = making.complete_list()
    with pytest.raises(PermissionDenied):
        services.file_list(filing=filing, by=factories.user(role))


def test_file_list_of_another_district_is_refused():
    filing, _by = making.complete_list()
    with pytest.raises(PermissionDenied):
        services.file_list(filing=filing, by=making.clerk(factories.district("乌达")))


@pytest.mark.parametrize("day", ["2007-12-31", "2008-02-01"])
def test_file_list_outside_its_phase_is_refused_with_the_dates(on, day):
    filing, by = making.complete_list()
    on(day)
    with pytest.raises(PhaseClosed) as caught:
        making.file(filing, by)
    assert "1 January 2008" in str(caught.value)
    assert "31 January 2008" in str(caught.value)
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT


def test_file_list_when_one_row_fails_rolls_everything_back():
    filing, by = making.decided_list()
    told = Notification.objects.count()
    Site.objects.filter(pk=filing.sites.last().pk).update(stage=Stage.REVIEWED)
    with pytest.raises(InvalidTransition):
        services.file_list(filing=filing, by=by)
    filing.refresh_from_db()
    assert filing.state == FilingState.DECIDED
    stages = list(filing.sites.order_by("pk").values_list("stage", flat=True))
    assert stages == ["decided"] * 3 + ["reviewed"]
    assert not FilingVersion.objects.exists()
    assert set(StageChange.objects.values_list("action", flat=True)) == {Action.DECIDE}
    assert Document.objects.get().kind == DocumentKind.DISTRICT_DETERMINATION
    assert Notification.objects.count() == told


# -- sending back, review, final approval -----------------------------------------------


def test_send_back_and_file_again():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks=" 补正（示例） ", by=factories.user(Role.OFFICE))
    filing.refresh_from_db()
    assert (filing.state, filing.remarks) == ("returned", "补正（示例）")
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.RETURNED}
    assert (
        Notification.objects.filter(user=by).latest("pk").text == "%(list)s has been sent back with remarks."
    )
    making.file(filing, by)
    filing.refresh_from_db()
    assert (filing.state, filing.remarks) == ("filed", "")
    assert StageChange.objects.filter(action=Action.SEND_BACK, note="补正（示例）").count() == 4
    assert Document.objects.filter(kind=DocumentKind.FILING_FORM).count() == 2


@pytest.mark.parametrize("remarks", ["", "  \n"])
def test_send_back_without_a_reason_is_refused(remarks):
    filing, _by = making.filed_list()
    rows = dict.fromkeys(filing.sites.values_list("pk", flat=True), remarks)
    with pytest.raises(ValidationError):
        services.send_back(filing=filing, remarks=remarks, row_remarks=rows, by=factories.user(Role.OFFICE))
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.FILED}


def office_steps(filing, by):
    return (
        lambda: services.send_back(filing=filing, remarks="示例", by=by),
        lambda: services.review(filing=filing, opinion="示例", by=by),
    )


@pytest.mark.parametrize(
    "role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR]
)
def test_send_back_and_review_by_others_are_refused(role):
    filing, _by = making.filed_list()
    for step in office_steps(filing, factories.user(role)):
        with pytest.raises(PermissionDenied):
            step()
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED


@pytest.mark.parametrize("made", [making.complete_list, making.reviewed_list])
def test_send_back_and_review_of_a_list_in_another_state_are_refused(made):
    filing, _by = made()
    before = StageChange.objects.count()
    for step in office_steps(filing, factories.user(Role.OFFICE)):
        with pytest.raises(InvalidTransition):
            step()
    assert StageChange.objects.count() == before


def test_office_steps_after_the_phase_are_refused(on):
    filing, _by = making.filed_list()
    on("2008-02-01")
    for step in office_steps(filing, factories.user(Role.OFFICE)):
        with pytest.raises(PhaseClosed):
            step()
