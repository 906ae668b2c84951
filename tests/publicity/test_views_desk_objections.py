"""Objections at the desk: for the office alone, masked in the list, each look recorded."""

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import ObjectionState
from publicity.models import Objection, ObjectionFile
from publicity.services import objections
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/objections/"
ACTIONS = ("_accept", "_reassign", "_decline", "_conclude")


@pytest.fixture
def letter(on):
    on("2008-05-05")
    return scene.object_to(scene.publish(*scene.accepted(2)))


@pytest.fixture
def office(client):
    return scene.sign_in(client, Role.OFFICE)


def of(letter, name=""):
    return reverse(f"publicity_desk:objection{name}", args=[letter.pk])


def file_of(letter):
    kept = letter.files.first()
    if kept is None:
        objections.attach(
            objection=letter, files=[SimpleUploadedFile("凭据.pdf", b"%PDF-1.4 proof", "application/pdf")]
        )
        kept = letter.files.get()
    return reverse("publicity_desk:objection_file", args=[kept.pk])


def taken_up(client, letter):
    inspector = factories.user(Role.INSPECTOR)
    client.post(of(letter, "_accept"), {"investigator": inspector.pk})
    return inspector


def looks():
    about = LogEntry.objects.get_for_model(Objection) | LogEntry.objects.get_for_model(ObjectionFile)
    return about.filter(action=LogEntry.Action.ACCESS)


def test_objections_ask_strangers_to_sign_in(client, letter):
    assert client.get(LIST).status_code == 302
    assert client.get(of(letter)).status_code == 302
    for name in ACTIONS:
        assert client.post(of(letter, name)).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_objections_do_not_exist_for_anybody_but_the_office(client, letter, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(of(letter)).status_code == 404
    for name in ACTIONS:
        assert client.post(of(letter, name), {"reply": "示例", "result": "upheld"}).status_code == 404
    assert client.get(file_of(letter)).status_code == 404
    assert not looks().exists()


def test_actions_by_get_are_refused(client, office, letter):
    for name in ACTIONS:
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


def test_file_is_saved_to_disk_inert_and_each_download_recorded(client, office, letter):
    answer = client.get(file_of(letter))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 proof"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert [(look.actor, look.object_pk) for look in looks()] == [(office, str(letter.files.get().pk))]
    assert client.post(file_of(letter)).status_code == 405


def test_detail_offers_the_files_and_the_list_does_not_name_them(client, office, letter):
    address = file_of(letter)
    assert address in client.get(of(letter)).content.decode()
    assert "凭据.pdf" not in client.get(LIST).content.decode()


def test_pages_show_until_when_the_reply_is_due(client, office, letter, on, english):
    on("2008-05-29")
    assert letter.due_on.isoformat() == "2008-05-26"
    for address in (LIST, of(letter)):
        assert "3 days late" in client.get(address).content.decode()
    assert letter.counted.split("；")[0] in client.get(of(letter)).content.decode()


def test_list_puts_what_is_due_first_and_the_answered_last(client, office, letter, on):
    answered = scene.object_to(letter.notice)
    objections.decline(objection=answered, reply="示例", by=office)
    on("2008-05-06")
    younger = scene.object_to(letter.notice)
    assert list(client.get(LIST).context["object_list"]) == [letter, younger, answered]


def test_accept_takes_it_up_with_the_person_named(client, office, letter):
    inspector = factories.user(Role.INSPECTOR, name="示例核查人")
    assert client.post(of(letter, "_accept"), {"investigator": inspector.pk}).url == of(letter)
    letter.refresh_from_db()
    assert (letter.state, letter.handled_by, letter.investigator) == (
        ObjectionState.ACCEPTED,
        office,
        inspector,
    )
    assert "示例核查人" in client.get(of(letter)).content.decode()


@pytest.mark.parametrize("who", [None, Role.LIAISON, Role.INSPECTOR])
def test_accept_with_nobody_or_somebody_who_may_not_is_refused_at_the_field(client, office, letter, who):
    """A liaison is no investigator; an inspector of the unit complained of is none here."""
    chosen = factories.user(who, letter.site.organisation).pk if who else ""
    page = client.post(of(letter, "_accept"), {"investigator": chosen})
    assert page.status_code == 422
    assert list(page.context["investigator_form"].errors) == ["investigator"]
    letter.refresh_from_db()
    assert letter.state == ObjectionState.RECEIVED


def test_letter_about_the_own_unit_does_not_exist_for_somebody_of_the_office(client, letter):
    client.force_login(factories.user(Role.OFFICE, letter.site.organisation))
    assert not client.get(LIST).context["object_list"]
    assert client.get(of(letter)).status_code == 404
    assert client.post(of(letter, "_accept")).status_code == 404


def test_accept_twice_says_that_somebody_was_quicker(client, office, letter):
    inspector = taken_up(client, letter)
    page = client.post(of(letter, "_accept"), {"investigator": inspector.pk})
    assert page.status_code == 422
    assert page.context["investigator_form"].non_field_errors()


def test_decline_answers_in_writing(client, office, letter):
    assert client.post(of(letter, "_decline"), {"reply": "示例理由"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.reply) == (ObjectionState.DECLINED, "示例理由")


def test_conclude_writes_result_and_reply(client, office, letter):
    taken_up(client, letter)
    answer = {"result": "not_upheld", "findings": "示例核查情况", "reply": "示例答复"}
    assert client.post(of(letter, "_conclude"), answer).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.findings, letter.reply) == (
        ObjectionState.NOT_UPHELD,
        "示例核查情况",
        "示例答复",
    )


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"reply": ""}, "reply"),
        ({"opinion": ""}, "opinion"),
        ({"findings": ""}, "findings"),
        ({"result": ""}, "result"),
        ({"result": "received"}, "result"),
    ],
)
def test_conclude_with_a_wrong_field_names_it_and_decides_nothing(client, office, letter, data, wrong):
    taken_up(client, letter)
    right = {"result": "upheld", "findings": "示例核查情况", "reply": "示例答复", "opinion": "须整改"}
    page = client.post(of(letter, "_conclude"), right | data)
    assert page.status_code == 422
    assert list(page.context["conclude_form"].errors) == [wrong]
    assert Objection.objects.get().state == ObjectionState.ACCEPTED


def test_conclude_what_was_not_taken_up_is_refused_with_words(client, office, letter):
    page = client.post(
        of(letter, "_conclude"),
        {"result": "upheld", "findings": "示例", "reply": "示例答复", "opinion": "须整改"},
    )
    assert page.status_code == 422
    assert page.context["conclude_form"].non_field_errors()
    assert "示例答复" in page.content.decode()


def test_somebody_else_can_be_named_while_it_is_looked_into(client, office, letter):
    taken_up(client, letter)
    other = factories.user(Role.INSPECTOR)
    page = client.post(of(letter, "_reassign"), {"investigator": ""})
    assert list(page.context["investigator_form"].errors) == ["investigator"]
    assert client.post(of(letter, "_reassign"), {"investigator": other.pk}).url == of(letter)
    letter.refresh_from_db()
    assert (letter.investigator, letter.state) == (other, ObjectionState.ACCEPTED)
