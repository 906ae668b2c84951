"""代理: who may name whom, for which days, and who is told."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import deputies, services
from accounts.enums import Role
from accounts.models import Deputy, Notification, User
from core.acting import Refusal
from tests import factories
from tests.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

FIRST, LAST = datetime.date(2008, 5, 6), datetime.date(2008, 5, 9)


@pytest.fixture(autouse=True)
def _day(on):
    on("2008-05-05")


@pytest.fixture
def person():
    return factories.user(Role.INSPECTOR, name="示例组长")


@pytest.fixture
def stand_in():
    return factories.user(Role.INSPECTOR, name="示例代理")


def away(person, stand_in, **more):
    given = {"first_on": FIRST, "last_on": LAST, "reason": "年休假", "by": person, **more}
    return services.name_deputy(person=person, deputy=stand_in, **given)


def stands_in(stand_in):
    return list(stand_in.stood_in_for().values_list("person__name", flat=True))


@pytest.mark.parametrize(
    ("day", "runs"),
    [("2008-05-05", False), ("2008-05-06", True), ("2008-05-09", True), ("2008-05-10", False)],
)
def test_first_and_last_day_count(person, stand_in, on, day, runs):
    away(person, stand_in)
    on(day)
    assert (stands_in(stand_in) == ["示例组长"]) is runs
    assert deputies.is_another(stand_in, person.pk) is not runs
    assert deputies.is_another(person, stand_in.pk)
    assert not deputies.is_another(person, None, person.pk)


def test_both_and_the_office_are_told_and_the_trail_has_it(person, stand_in, office):
    made = away(person, stand_in)
    told = Notification.objects.filter(text__contains="stands in for").values_list("user", flat=True)
    assert set(told) == {
        stand_in.pk,
        office.pk,
        *User.objects.filter(role=Role.OFFICE).values_list("pk", flat=True),
    }
    line = str(Notification.objects.get(user=stand_in))
    assert line == "示例代理 stands in for 示例组长 from 6 May 2008 to 9 May 2008."
    entry = LogEntry.objects.get_for_object(made).get()
    assert (entry.changes["deputy"][1], entry.changes["last_on"][1]) == (str(stand_in.pk), "2008-05-09")


def test_ended_early_it_holds_no_more(person, stand_in, office, on):
    made = away(person, stand_in)
    on("2008-05-07")
    services.end_deputy(deputy=made, by=office)
    made.refresh_from_db()
    assert (stands_in(stand_in), made.ended_by, str(made.ended_on)) == ([], office, "2008-05-07")
    with pytest.raises(Refusal):
        services.end_deputy(deputy=made, by=office)
    away(person, stand_in, first_on=datetime.date(2008, 5, 7))


def test_whoever_manages_the_account_names_one_and_nobody_else(person, stand_in, office, clerk, liaison):
    leading = factories.user(Role.LEADING_GROUP)
    for by in (stand_in, clerk, liaison, leading):
        with pytest.raises(PermissionDenied):
            away(person, stand_in, by=by)
    made = away(person, stand_in, by=office)
    for by in (stand_in, clerk, liaison, leading):
        with pytest.raises(PermissionDenied):
            services.end_deputy(deputy=made, by=by)


def test_of_the_leading_group_a_security_administrator_alone_or_oneself(office):
    first, second = factories.user(Role.LEADING_GROUP), factories.user(Role.LEADING_GROUP)
    admin = factories.user(Role.SECURITY)
    with pytest.raises(PermissionDenied):
        away(first, second, by=office)
    services.end_deputy(deputy=away(first, second, by=admin), by=first)
    with pytest.raises(PermissionDenied):
        away(admin, second)


def test_deputy_is_of_the_same_role_and_where_it_is_bound_of_the_same_body(liaison, clerk, district):
    other_unit = factories.user(Role.LIAISON, factories.unit(district))
    colleague = factories.user(Role.LIAISON, liaison.organisation)
    off = factories.user(Role.LIAISON, liaison.organisation)
    User.objects.filter(pk=off.pk).update(is_active=False)
    for wrong in (other_unit, clerk, off, liaison):
        with pytest.raises(ValidationError) as refused:
            away(liaison, wrong)
        assert set(refused.value.message_dict) == {"deputy"}
    assert away(liaison, colleague, by=clerk).deputy == colleague


def test_nobody_who_is_switched_off_is_away(person, stand_in, office):
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        away(person, stand_in, by=office)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("first_on", {"first_on": datetime.date(2008, 5, 4)}),
        ("last_on", {"last_on": datetime.date(2008, 5, 5)}),
        ("reason", {"reason": "  "}),
    ],
)
def test_wrong_days_and_no_reason_are_refused_at_the_field(person, stand_in, field, given):
    with pytest.raises(ValidationError) as refused:
        away(person, stand_in, **given)
    assert set(refused.value.message_dict) == {field}


def test_no_second_deputy_and_no_chain(person, stand_in):
    third = factories.user(Role.INSPECTOR, name="示例第三人")
    away(person, stand_in)
    touching = {"first_on": LAST, "last_on": LAST}
    for absent, deputy, field in (
        (person, third, "first_on"),
        (third, person, "deputy"),
        (stand_in, third, "first_on"),
    ):
        with pytest.raises(ValidationError) as refused:
            away(absent, deputy, **touching)
        assert set(refused.value.message_dict) == {field}
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.create(person=absent, deputy=deputy, reason="示例", made_by=absent, **touching)
    after = LAST + datetime.timedelta(days=1)
    away(stand_in, person, first_on=after, last_on=after)
    away(third, stand_in)  # one stands in for several


def test_database_holds_people_and_days_apart(person, stand_in):
    whole = {
        "person": person,
        "deputy": stand_in,
        "first_on": FIRST,
        "last_on": LAST,
        "reason": "示例",
        "made_by": person,
    }
    for wrong in ({"deputy": person}, {"last_on": "2008-05-05"}, {"reason": ""}, {"ended_on": FIRST}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.create(**whole | wrong)


def test_leaving_and_another_role_end_it(person, stand_in, office):
    made = away(person, stand_in)
    services.switch_off(person=stand_in, successor=None, reason="调离", by=office)
    made.refresh_from_db()
    assert made.ended_by == office
    third = factories.user(Role.INSPECTOR)
    made = away(person, third)
    facts = {"name": third.name, "phone": "", "email": ""}
    home = factories.district_office(factories.district())
    services.change_person(person=third, role=Role.DISTRICT, organisation=home, by=office, **facts)
    made.refresh_from_db()
    assert str(made.ended_on) == "2008-05-05"


@pytest.mark.django_db(transaction=True)
def test_two_who_name_each_other_at_once_are_no_ring(person, stand_in):
    results = at_once(lambda: away(person, stand_in), lambda: away(stand_in, person))
    assert kinds(results) == ["ValidationError", "done"]
    assert Deputy.objects.count() == 1
