"""Naming a deputy for oneself or somebody one manages, seeing who is away, ending it early."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Deputy
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MINE = reverse("people:my_deputy")
LIST = reverse("people:deputies")


@pytest.fixture
def person():
    return factories.user(Role.INSPECTOR, name="示例组长")


@pytest.fixture
def deputy():
    return factories.user(Role.INSPECTOR, name="示例代理")


def fields(deputy, **more):
    days = {"first_on": "2008-01-10", "last_on": "2008-01-12"}
    return {"deputy": deputy.pk, "reason": "年休假", **days, **more}


def test_everybody_names_their_own(client, person, deputy):
    client.force_login(person)
    account = client.get(reverse("people:my_account")).content.decode()
    assert MINE in account
    assert "示例代理" in client.get(MINE).content.decode()
    answer = client.post(MINE, fields(deputy), follow=True)
    made = Deputy.objects.get()
    assert (made.person, made.deputy, made.made_by, str(made.last_on)) == (
        person,
        deputy,
        person,
        "2008-01-12",
    )
    assert answer.redirect_chain == [(LIST, 302)]
    html = answer.content.decode()
    assert "示例代理 stands in for 示例组长 then" in html
    assert "away now" in html
    for reader in (person, deputy):
        client.force_login(reader)
        assert "示例代理 for 示例组长" in client.get(reverse("people:my_account")).content.decode()


def test_what_is_wrong_stands_at_its_field(client, person, deputy):
    client.force_login(person)
    answer = client.post(MINE, fields(deputy, last_on="2008-01-09"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["last_on"] == ["The last day comes before the first one."]
    other = factories.user(Role.OFFICE)
    assert "deputy" in client.post(MINE, fields(other)).context["form"].errors
    assert not Deputy.objects.exists()


def test_sent_twice_it_names_one(client, person, deputy):
    client.force_login(person)
    key = client.get(MINE).content.decode().split('name="once" value="')[1].split('"')[0]
    answers = [client.post(MINE, fields(deputy, once=key)) for _turn in range(2)]
    assert [answer.url for answer in answers] == [LIST, LIST]
    assert Deputy.objects.count() == 1


def test_manager_names_one_on_the_persons_page(client, office, clerk, liaison, person, deputy):
    add = reverse("people:deputy_add", args=[person.pk])
    for other, status in ((clerk, 404), (deputy, 403), (liaison, 403)):
        theirs = Client()
        theirs.force_login(other)
        assert theirs.post(add, fields(deputy)).status_code == status
    client.force_login(office)
    assert add in client.get(person.get_absolute_url()).content.decode()
    client.post(add, fields(deputy))
    page = client.get(person.get_absolute_url()).content.decode()
    assert "示例代理 for 示例组长" in page
    client.force_login(clerk)
    colleague = factories.user(Role.LIAISON, liaison.organisation)
    client.post(reverse("people:deputy_add", args=[liaison.pk]), fields(colleague))
    assert set(Deputy.objects.values_list("person__name", "made_by")) == {
        ("示例组长", office.pk),
        (liaison.name, clerk.pk),
    }


def test_nobody_without_a_role_is_away(client):
    client.force_login(factories.user(Role.SYSTEM))
    assert client.get(MINE).status_code == 403
    assert client.get(reverse("people:my_account")).status_code == 200


def test_who_sees_whom(client, office, clerk, liaison, person, deputy):
    colleague = factories.user(Role.LIAISON, liaison.organisation)
    factories.send_away(person, deputy)
    factories.send_away(liaison, colleague)
    leading = factories.user(Role.LEADING_GROUP)
    seen = {
        office: {person, liaison},
        clerk: {liaison},
        colleague: {liaison},
        deputy: {person},
        leading: set(),
    }
    for reader, people in seen.items():
        client.force_login(reader)
        assert {one.person for one in client.get(LIST).context["deputies"]} == people


def test_it_is_ended_early_by_whoever_may_and_nobody_else(client, office, clerk, person, deputy, on):
    end = reverse("people:deputy_end", args=[factories.send_away(person, deputy, days=3).pk])
    for other, status in ((clerk, 404), (deputy, 403)):
        client.force_login(other)
        assert client.post(end).status_code == status
    client.force_login(deputy)
    assert end not in client.get(LIST).content.decode()
    client.force_login(person)
    assert end in client.get(LIST).content.decode()
    assert client.get(end).status_code == 200
    on("2008-01-11")
    assert client.post(end, follow=True).redirect_chain == [(LIST, 302)]
    made = Deputy.objects.get()
    assert (made.ended_by, str(made.ended_on)) == (person, "2008-01-11")
    assert client.post(end).status_code == 404


def test_list_costs_the_same_for_one_and_for_many(client, office, person, deputy):
    client.force_login(office)
    factories.send_away(person, deputy)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _n in range(5):
        factories.send_away(factories.user(Role.INSPECTOR), deputy)
    client.get(LIST)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(one)
