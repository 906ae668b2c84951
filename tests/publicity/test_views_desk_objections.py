"""Objections at the desk: for the office alone, masked in the list, each look recorded."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import ObjectionState
from publicity.models import Objection
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/objections/"


@pytest.fixture
def letter(on):
    on("2008-05-05")
    return scene.object_to(scene.publish(*scene.accepted(2)))


@pytest.fixture
def office(client):
    user = factories.user(Role.OFFICE)
    client.force_login(user)
    return user


def of(letter, name=""):
    return reverse(f"publicity_desk:objection{name}", args=[letter.pk])


def looks():
    return LogEntry.objects.filter(action=LogEntry.Action.ACCESS)


def test_objections_ask_strangers_to_sign_in(client, letter):
    assert client.get(LIST).status_code == 302
    assert client.get(of(letter)).status_code == 302
    for name in ("_accept", "_decline", "_conclude"):
        assert client.post(of(letter, name)).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_objections_do_not_exist_for_anybody_but_the_office(client, letter, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(of(letter)).status_code == 404
    for name in ("_accept", "_decline", "_conclude"):
        assert client.post(of(letter, name), {"reply": "示例", "result": "upheld"}).status_code == 404
    assert not looks().exists()


def test_actions_by_get_are_refused(client, office, letter):
    for name in ("_accept", "_decline", "_conclude"):
        assert client.get(of(letter, name)).status_code == 405


def test_list_masks_who_wrote(client, office, letter):
    content = client.get(LIST).content.decode()
    assert "示**" in content
    assert "139****1234" in content
    for secret in (scene.NAME, scene.PHONE, scene.LETTER):
        assert secret not in content
    assert not looks().exists()


def test_detail_shows_who_wrote_and_records_each_look(client, office, letter):
    for _ in range(2):
        content = client.get(of(letter)).content.decode()
        for fact in (scene.NAME, scene.PHONE, scene.LETTER):
            assert fact in content
    assert [(look.actor, look.object_pk) for look in looks()] == [(office, str(letter.pk))] * 2


def test_detail_shown_again_by_a_refused_form_is_recorded_too(client, office, letter):
    assert client.post(of(letter, "_decline"), {"reply": ""}).status_code == 422
    assert looks().count() == 1


def test_accept_takes_it_up(client, office, letter):
    assert client.post(of(letter, "_accept")).url == of(letter)
    letter.refresh_from_db()
    assert (letter.state, letter.handled_by) == (ObjectionState.ACCEPTED, office)


def test_accept_by_somebody_of_the_unit_is_forbidden(client, letter):
    client.force_login(factories.user(Role.OFFICE, letter.site.organisation))
    assert client.post(of(letter, "_accept")).status_code == 403
    letter.refresh_from_db()
    assert letter.state == ObjectionState.RECEIVED


def test_accept_twice_says_that_somebody_was_quicker(client, office, letter):
    client.post(of(letter, "_accept"))
    page = client.post(of(letter, "_accept"), follow=True)
    assert "message--error" in page.content.decode()


def test_decline_answers_in_writing(client, office, letter):
    assert client.post(of(letter, "_decline"), {"reply": "示例理由"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.reply) == (ObjectionState.DECLINED, "示例理由")


def test_conclude_writes_result_and_reply(client, office, letter):
    client.post(of(letter, "_accept"))
    assert (
        client.post(of(letter, "_conclude"), {"result": "not_upheld", "reply": "示例答复"}).status_code == 302
    )
    letter.refresh_from_db()
    assert (letter.state, letter.reply) == (ObjectionState.NOT_UPHELD, "示例答复")


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"result": "upheld", "reply": "", "opinion": "须整改"}, "reply"),
        ({"result": "upheld", "reply": "示例答复", "opinion": ""}, "opinion"),
        ({"result": "", "reply": "示例答复"}, "result"),
        ({"result": "received", "reply": "示例答复"}, "result"),
    ],
)
def test_conclude_with_a_wrong_field_names_it_and_decides_nothing(client, office, letter, data, wrong):
    client.post(of(letter, "_accept"))
    page = client.post(of(letter, "_conclude"), data)
    assert page.status_code == 422
    assert list(page.context["conclude_form"].errors) == [wrong]
    assert Objection.objects.get().state == ObjectionState.ACCEPTED


def test_conclude_what_was_not_taken_up_is_refused_with_words(client, office, letter):
    page = client.post(
        of(letter, "_conclude"), {"result": "upheld", "reply": "示例答复", "opinion": "须整改"}
    )
    assert page.status_code == 422
    assert page.context["conclude_form"].non_field_errors()
    assert "示例答复" in page.content.decode()
