"""The register of people: who sees whom, what is listed, who may add and change whom."""

import io

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import PersonState, Role
from accounts.models import Organisation, User
from desk.open_steps import bring_up_to_date
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PEOPLE = reverse("people:people")
ADD = reverse("people:person_add")
OTHERS = [Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR]


def url(name, person):
    return reverse(f"people:{name}", args=[person.pk])


def listed(client, **query):
    return {person.pk for person in client.get(PEOPLE, query).context["people"]}


def fields(**changed):
    unit = changed.pop("organisation", None) or factories.unit()
    return {
        "name": "张三丰",
        "role": Role.LIAISON,
        "organisation": unit.pk,
        "username": "",
        "phone": "0473-0000000",
        **changed,
    }


# -- the ladder ----------------------------------------------------------------


def test_pages_send_an_anonymous_reader_to_login(client, liaison):
    pages = [PEOPLE, ADD, *(url(name, liaison) for name in ("person", "person_edit", "link_make", "link"))]
    for page in [*pages, url("switch_off", liaison), url("switch_on", liaison)]:
        response = client.get(page)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", OTHERS)
def test_pages_are_refused_to_everybody_else(client, role, liaison):
    client.force_login(factories.user(role))
    for page in (PEOPLE, ADD, url("person", liaison), url("person_edit", liaison), url("link_make", liaison)):
        assert client.get(page).status_code == 403
    before = User.objects.count()
    assert client.post(ADD, fields()).status_code == 403
    assert client.post(url("switch_off", liaison), {"reason": "x"}).status_code == 403
    assert User.objects.count() == before


def test_another_districts_person_is_not_found(client, clerk):
    stranger = factories.user(Role.LIAISON, factories.unit(factories.district("乌达")))
    client.force_login(clerk)
    for name in ("person", "person_edit", "link", "link_make", "switch_off", "switch_on"):
        assert client.get(url(name, stranger)).status_code == 404
        assert client.post(url(name, stranger), fields(reason="x")).status_code in (404, 405)
    stranger.refresh_from_db()
    assert stranger.is_active
    assert stranger.check_password(factories.PASSWORD)


def test_a_district_sees_its_own_people_and_manages_them_not(client, clerk):
    colleague = factories.user(Role.DISTRICT, clerk.organisation)
    client.force_login(clerk)
    page = client.get(url("person", colleague))
    assert page.status_code == 200
    assert not page.context["may_manage"]
    for name in ("person_edit", "link_make", "switch_off", "switch_on"):
        assert client.post(url(name, colleague), fields(reason="x")).status_code == 403
    assert colleague.check_password(factories.PASSWORD)


def test_pages_do_not_answer_other_methods(client, office, liaison):
    client.force_login(office)
    assert client.put(ADD).status_code == 405
    assert client.post(url("person", liaison)).status_code == 405
    assert client.put(url("switch_off", liaison)).status_code == 405
    assert client.post(url("link", liaison)).status_code == 405


# -- the list -------------------------------------------------------------------


def test_list_shows_a_district_its_liaisons_and_colleagues(client, clerk, liaison, office):
    inspector = factories.user(Role.INSPECTOR, liaison.organisation)
    client.force_login(clerk)
    assert listed(client) == {clerk.pk, liaison.pk}
    client.force_login(office)
    assert {clerk.pk, liaison.pk, office.pk, inspector.pk} <= listed(client)


def test_list_says_state_last_sign_in_and_second_factor(client, office, liaison):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=liaison, type=Authenticator.Type.TOTP, data={})
    User.objects.filter(pk=liaison.pk).update(last_login=timezone.now().replace(year=2007, month=12, day=3))
    client.force_login(office)
    html = client.get(PEOPLE, {"q": liaison.username}).content.decode()
    assert '<th scope="row"' in html
    assert "2007" in html
    assert "never" not in html
    assert ">active<" in html
    assert ">yes<" in html.replace("\n", "")
    assert "never" in client.get(PEOPLE, {"q": office.username}).content.decode() or office.last_login


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "王小明"}, {"wang"}),
        ({"q": "0473-1234567"}, {"wang"}),
        ({"q": "345"}, {"wang"}),
        # How it lies in the database is not looked into.
        ({"q": "v1:aes"}, set()),
        ({"q": "li4"}, {"li"}),
        ({"q": "某某局"}, {"li"}),
        ({"role": Role.INSPECTOR}, {"li"}),
        ({"state": PersonState.OFF}, {"off"}),
        ({"state": PersonState.INVITED}, {"new"}),
        ({"state": "nonsense", "sort": "nonsense", "q": "王小明"}, {"wang"}),
    ],
)
def test_list_is_narrowed(client, office, query, found):
    people = {
        "wang": factories.user(Role.LIAISON, name="王小明"),
        "li": factories.user(Role.INSPECTOR, name="李四"),
        "off": factories.user(Role.LIAISON, name="赵五"),
        "new": factories.user(Role.LIAISON, name="钱六"),
    }
    User.objects.filter(pk=people["wang"].pk).update(phone="0473-1234567")
    User.objects.filter(pk=people["li"].pk).update(username="li4")
    Organisation.objects.filter(pk=people["li"].organisation_id).update(name="某某局")
    User.objects.filter(pk=people["off"].pk).update(is_active=False)
    people["new"].set_unusable_password()
    people["new"].save()
    client.force_login(office)
    assert listed(client, **query) == {people[name].pk for name in found}


def test_list_is_narrowed_to_a_district(client, office, clerk, liaison, district):
    factories.user(Role.LIAISON, factories.unit(factories.district("乌达")))
    own = factories.user(Role.LIAISON, district)
    client.force_login(office)
    assert listed(client, district=district.pk) == {clerk.pk, liaison.pk, own.pk}


def test_list_is_sorted_by_last_sign_in(client, office, clerk, liaison):
    User.objects.filter(pk=clerk.pk).update(last_login=timezone.now())
    client.force_login(office)
    order = [person.pk for person in client.get(PEOPLE, {"sort": "sign_in"}).context["people"]]
    assert order.index(liaison.pk) < order.index(clerk.pk)


def test_list_takes_the_same_queries_for_many(client, office):
    counts = []
    for more in (3, 30):
        for _n in range(more):
            factories.user(Role.LIAISON)
        client.force_login(office)
        bring_up_to_date()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PEOPLE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_export_gives_exactly_the_rows_listed(client, office, file_format):
    for n in range(60):
        factories.user(Role.INSPECTOR, name=f"=示例{n}")
    factories.user(Role.LIAISON)
    client.force_login(office)
    response = client.get(PEOPLE, {"role": Role.INSPECTOR, "format": file_format})
    if file_format == "csv":
        rows = response.content.decode("utf-8-sig").splitlines()
        assert rows[1].startswith("'=示例")
    else:
        rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows())
        assert rows[1][0].data_type == "s"
    assert len(rows) == 61


def test_export_is_scoped_like_the_list(client, clerk, liaison):
    factories.user(Role.LIAISON, factories.unit(factories.district("乌达")))
    client.force_login(clerk)
    rows = client.get(PEOPLE, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3


# -- adding ---------------------------------------------------------------------


def test_person_is_added_without_a_password(client, office):
    client.force_login(office)
    response = client.post(ADD, fields(username="zhangsanfeng"))
    person = User.objects.get(username="zhangsanfeng")
    assert response.url == url("link", person)
    assert not person.has_usable_password()
    assert person.state == PersonState.INVITED
    entry = LogEntry.objects.get_for_object(person).earliest("pk")
    assert entry.actor == office


def test_account_names_follow_one_another(client, office):
    User.objects.filter(username__startswith="lianluo").delete()
    factories.user(Role.LIAISON)
    User.objects.filter(role=Role.LIAISON).update(username="lianluo99")
    client.force_login(office)
    for name in ("张三丰", "李时珍"):
        client.post(ADD, fields(name=name))
    assert set(User.objects.filter(name__in=["张三丰", "李时珍"]).values_list("username", flat=True)) == {
        "lianluo100",
        "lianluo101",
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "办公室"}, "name"),
        ({"name": "窗口一"}, "name"),
        ({"name": "联络员01"}, "name"),
        ({"name": "test"}, "name"),
        ({"name": "丰"}, "name"),
        ({"name": "张三2"}, "name"),
        ({"name": "张" * 5000}, "name"),
        ({"name": "<script>alert(1)</script>"}, "name"),
        ({"username": "a"}, "username"),
        ({"username": "张三"}, "username"),
        ({"username": "1abc"}, "username"),
        ({"username": "a b c"}, "username"),
        ({"phone": "0" * 41}, "phone"),
        ({"email": "nowhere"}, "email"),
        ({"role": "superuser"}, "role"),
        ({"role": ""}, "role"),
        ({"role": Role.OFFICE}, "organisation"),
        ({"role": Role.DISTRICT}, "organisation"),
        ({"organisation_pk": 0}, "organisation"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(client, office, changed, field):
    client.force_login(office)
    data = fields()
    if "organisation_pk" in changed:
        data["organisation"] = changed.pop("organisation_pk")
    before = User.objects.count()
    response = client.post(ADD, {**data, **changed})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == before


def test_what_cannot_be_seen_is_taken_out_of_a_name(client, office):
    client.force_login(office)
    client.post(ADD, fields(name="\u202e张三丰\u200b"))
    assert User.objects.filter(name="张三丰").exists()


@pytest.mark.parametrize("name", ["𠮷田", "王䶮", "陈喆", "阿拉坦·其其格", "张海南", "示例联络员"])
def test_real_names_are_taken(client, office, name):
    client.force_login(office)
    assert client.post(ADD, fields(name=name)).status_code == 302
    assert User.objects.filter(name=name).exists()


@pytest.mark.parametrize("name", ["海勃湾区环保局", "环保局", "区环保局", "海区环保", "环保局张"])
def test_organisations_name_is_refused(client, office, district, name):
    unit = factories.unit(district)
    Organisation.objects.filter(pk=unit.pk).update(
        name="海勃湾区环保局", short_name="区环保局", aliases=["环保局", "海区环保", "环境保护所"]
    )
    client.force_login(office)
    response = client.post(ADD, fields(name=name, organisation=unit))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]


def test_second_account_of_the_same_person_is_refused(client, office, liaison):
    User.objects.filter(pk=liaison.pk).update(name="张三丰")
    client.force_login(office)
    again = fields(organisation=liaison.organisation)
    assert client.post(ADD, again).status_code == 422
    User.objects.filter(pk=liaison.pk).update(is_active=False)
    assert client.post(ADD, again).status_code == 302
    assert client.post(ADD, fields()).status_code == 302  # a namesake elsewhere is another person


def test_taken_account_name_is_refused_in_any_case(client, office, liaison):
    User.objects.filter(pk=liaison.pk).update(username="Wang1")
    client.force_login(office)
    response = client.post(ADD, fields(username="WANG1"))
    assert list(response.context["form"].errors) == ["username"]


def test_organisation_that_is_gone_is_not_offered(client, office):
    gone = factories.unit()
    Organisation.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(office)
    assert list(client.post(ADD, fields(organisation=gone)).context["form"].errors) == ["organisation"]


def test_district_adds_liaisons_of_its_units_only(client, clerk, district):
    client.force_login(clerk)
    unit = factories.unit(district)
    # A role by POST is not asked for, and not believed.
    client.post(ADD, fields(organisation=unit, role=Role.OFFICE))
    assert User.objects.get(name="张三丰").role == Role.LIAISON
    offered = set(client.get(ADD).context["form"].fields["organisation"].queryset)
    assert unit in offered
    assert {each.district for each in offered} == {district}
    for other in (factories.unit(factories.district("乌达")), factories.unit(), clerk.organisation):
        response = client.post(ADD, fields(name="李时珍", organisation=other))
        assert list(response.context["form"].errors) == ["organisation"]


# -- changing ---------------------------------------------------------------------


def test_change_lands_in_the_trail(client, office, liaison):
    client.force_login(office)
    data = fields(name="李时珍", organisation=liaison.organisation, phone="0473-7654321")
    assert client.post(url("person_edit", liaison), data).url == url("person", liaison)
    liaison.refresh_from_db()
    assert (liaison.name, liaison.phone) == ("李时珍", "0473-7654321")
    entry = LogEntry.objects.get_for_object(liaison).latest("pk")
    assert entry.actor == office
    assert entry.changes_dict["phone"][0] == ""
    assert entry.changes_dict["phone"][1].startswith("fingerprint v1:")


def test_role_changes_with_an_organisation_that_fits(client, office, liaison):
    client.force_login(office)
    data = fields(name=liaison.name, role=Role.DISTRICT, organisation=liaison.organisation)
    assert list(client.post(url("person_edit", liaison), data).context["form"].errors) == ["organisation"]
    data["organisation"] = factories.district_office(factories.district()).pk
    assert client.post(url("person_edit", liaison), data).status_code == 302
    liaison.refresh_from_db()
    assert liaison.role == Role.DISTRICT


def test_role_of_somebody_with_open_work_stays(client, office):
    site = factories.site("building")
    person = factories.liaison_of(site)
    client.force_login(office)
    data = fields(name=person.name, role=Role.INSPECTOR, organisation=person.organisation)
    response = client.post(url("person_edit", person), data)
    assert list(response.context["form"].errors) == ["role"]
    person.refresh_from_db()
    assert person.role == Role.LIAISON


def test_district_cannot_give_another_role_or_district(client, clerk, liaison):
    client.force_login(clerk)
    data = fields(name=liaison.name, role=Role.OFFICE, organisation=liaison.organisation)
    assert client.post(url("person_edit", liaison), data).status_code == 302
    away = factories.unit(factories.district("乌达"))
    assert client.post(url("person_edit", liaison), fields(organisation=away)).status_code == 422
    liaison.refresh_from_db()
    assert (liaison.role, liaison.organisation.district) == (Role.LIAISON, clerk.organisation.district)


def test_nobody_changes_or_switches_off_themselves(client, office):
    client.force_login(office)
    for name in ("person_edit", "link_make", "switch_off", "switch_on"):
        data = fields(role=Role.LEADING_GROUP, organisation=office.organisation, reason="x")
        assert client.post(url(name, office), data).status_code == 403
    office.refresh_from_db()
    assert (office.role, office.is_active) == (Role.OFFICE, True)


@pytest.mark.parametrize("role", Role.ADMINISTRATORS)
def test_administrator_is_out_of_everybodys_reach_alone(client, office, role):
    administrator = factories.user(role)
    for by in (office, factories.user(Role.SYSTEM), factories.user(Role.SECURITY)):
        client.force_login(by)
        for name in ("person_edit", "link_make", "switch_off", "switch_on"):
            assert client.post(url(name, administrator), fields(reason="x")).status_code == 403
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (role, True)


def test_first_account_is_opened_without_a_role_and_given_none_by_one_administrator(client):
    home = Organisation.objects.get(kind="office")
    client.force_login(factories.user(Role.SYSTEM))
    smuggled = fields(role=Role.OFFICE, organisation=home)
    assert client.post(ADD, smuggled).status_code == 302
    person = User.objects.get(name="张三丰")
    assert (person.role, person.state) == ("", PersonState.INVITED)
    assert client.post(url("link_make", person)).status_code == 403
    assert client.post(url("person_edit", person), smuggled).status_code == 403
    client.force_login(factories.user(Role.SECURITY))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, fields()).status_code == 403
    shown = client.get(url("person_edit", person)).context["form"].initial
    assert shown["role"] == ""
    alone = {**shown, **smuggled, "organisation": home.pk}
    assert list(client.post(url("person_edit", person), alone).context["form"].errors) == ["role"]
    person.refresh_from_db()
    assert person.role == ""


def test_detail_tells_the_open_work_and_takes_few_queries(client, office, django_assert_max_num_queries):
    site = factories.site("building")
    person = factories.liaison_of(site)
    client.force_login(office)
    client.get(url("person", person))  # what waits for the reader is counted after a writing, then kept
    with django_assert_max_num_queries(12):
        html = client.get(url("person", person)).content.decode()
    assert site.window_name in html


# -- who heads a district's office ------------------------------------------------------------------


def test_office_marks_who_heads_a_district_office(client, office, clerk):
    client.force_login(office)
    data = fields(role=Role.DISTRICT, organisation=clerk.organisation, username="quzhu09", is_head="on")
    assert client.post(ADD, data).status_code == 302
    head = User.objects.get(username="quzhu09")
    assert head.is_head
    assert "heads the office" in client.get(url("person", head)).content.decode()
    changed = {name: data[name] for name in ("name", "role", "organisation", "phone")}
    assert client.post(url("person_edit", head), changed).status_code == 302
    head.refresh_from_db()
    assert not head.is_head


def test_nobody_else_heads_an_office_in_form_service_or_database(client, office, clerk, liaison):
    client.force_login(office)
    response = client.post(ADD, fields(is_head="on"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["is_head"]
    with pytest.raises(IntegrityError, match="user_heads_a_district_office"), transaction.atomic():
        User.objects.filter(pk=liaison.pk).update(is_head=True)
    client.force_login(clerk)
    assert "is_head" not in client.get(ADD).context["form"].fields
