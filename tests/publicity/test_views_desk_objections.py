"""Objections at the desk: for the office alone, masked in the list, each look recorded."""

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from desk.todo import todos
from publicity.enums import ObjectionState
from publicity.models import Objection, ObjectionFile
from publicity.services import objections
from tests import factories
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/objections/"
ACTIONS = ("_accept", "_reassign", "_report", "_decline", "_conclude", "_approve", "_send_back", "_take_back")


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
            objection=letter, files=[SimpleUploadedFile("凭据.pdf", pdf(b"proof"), "application/pdf")]
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


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_objections_do_not_exist_for_anybody_outside_the_city(client, letter, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(of(letter)).status_code == 404
    for name in ACTIONS:
        assert client.post(of(letter, name), {"reply": "示例", "result": "upheld"}).status_code == 404
    assert client.get(file_of(letter)).status_code == 404
    assert not looks().exists()


def test_leading_group_reads_each_letter_its_findings_and_answer_but_not_who_wrote(client, letter):
    """Before it names: on the notice's page it is told how many there are, and is led to each."""
    scene.draft(letter, "partly")
    scene.sign_in(client, Role.LEADING_GROUP)
    file = file_of(letter)
    page = client.get(of(letter)).content.decode()
    for told in (scene.LETTER, "示例核查情况", "示例答复", "须整改", file):
        assert told in page
    for secret in (scene.NAME, scene.PHONE, letter.receipt_code):
        assert secret not in page
    assert client.get(file).status_code == 200
    assert of(letter) in client.get(LIST).content.decode()
    assert (
        of(letter) in client.get(reverse("publicity_desk:notice", args=[letter.notice_id])).content.decode()
    )
    for secret in (scene.NAME, scene.PHONE, letter.receipt_code, "139****1234"):
        assert secret not in client.get(LIST).content.decode()
    assert looks().count() == 2


def test_whoever_looks_into_it_reads_the_letter_and_its_files_and_no_other(client, letter):
    other = scene.object_to(letter.notice)
    scene.take_up(letter)
    client.force_login(letter.investigator)
    page = client.get(of(letter)).content.decode()
    assert scene.LETTER in page
    for secret in (scene.NAME, scene.PHONE, letter.receipt_code):
        assert secret not in page
    assert client.get(file_of(letter)).status_code == 200
    assert client.get(of(other)).status_code == 404
    assert client.get(file_of(other)).status_code == 404
    assert client.get(LIST).status_code == 404
    # Led to from the home, and by what was told.
    assert of(letter) in client.get("/desk/").content.decode()
    assert Notification.objects.get(user=letter.investigator).url == of(letter)
    assert client.post(of(letter, "_report"), {"findings": "示例情况"}).url == of(letter)
    assert "示例情况" in client.get(of(letter)).content.decode()
    assert not todos(letter.investigator)


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
    assert b"".join(answer.streaming_content) == pdf(b"proof")
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
        assert "late by 3 working days" in client.get(address).content.decode()
    assert letter.counted.split("；")[0] in client.get(of(letter)).content.decode()


def test_list_puts_what_is_due_first_and_the_answered_last(client, office, letter, on):
    answered = scene.object_to(letter.notice)
    scene.decline(answered, "示例")
    on("2008-05-06")
    younger = scene.object_to(letter.notice)
    assert list(client.get(LIST).context["object_list"]) == [letter, younger, answered]


def test_accept_takes_it_up_with_the_person_named(client, office, letter):
    inspector = factories.user(Role.INSPECTOR, name="示例核查人")
    assert client.post(of(letter, "_accept"), {"investigator": inspector.pk}).url == of(letter)
    letter.refresh_from_db()
    assert (letter.state, letter.accepted_by, letter.investigator) == (
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


def test_decline_is_proposed_and_answers_nobody_before_it_is_approved(client, office, letter):
    assert client.post(of(letter, "_decline"), {"reply": "示例理由"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.reply, letter.replied_on) == (ObjectionState.DECLINING, "示例理由", None)
    receipt = reverse("publicity:objection"), {"code": letter.receipt_code}
    assert "示例理由" not in client.get(*receipt).content.decode()
    leader = scene.sign_in(client, Role.LEADING_GROUP)
    seen = client.get(of(letter)).context["approve_form"]["seen"].value()
    assert client.post(of(letter, "_approve"), {"seen": seen}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.approved_by) == (ObjectionState.DECLINED, leader)
    assert "示例理由" in client.get(*receipt).content.decode()


def test_conclude_drafts_result_and_reply_which_nobody_outside_reads(client, office, letter):
    scene.look_into(letter)
    answer = {"result": "partly", "reply": "示例答复", "opinion": "须整改"}
    assert client.post(of(letter, "_conclude"), answer).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.proposed, letter.reply) == (
        ObjectionState.DRAFTED,
        ObjectionState.PARTLY,
        "示例答复",
    )
    client.logout()
    for address in (
        reverse("publicity:objection") + f"?code={letter.receipt_code}",
        letter.notice.get_absolute_url(),
    ):
        content = client.get(address).content.decode()
        assert "核查中" in content
        for secret in ("示例答复", "部分成立", "须整改", "示例核查情况"):
            assert secret not in content


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"reply": ""}, "reply"),
        ({"opinion": ""}, "opinion"),
        ({"result": ""}, "result"),
        ({"result": "received"}, "result"),
    ],
)
def test_conclude_with_a_wrong_field_names_it_and_drafts_nothing(client, office, letter, data, wrong):
    scene.look_into(letter)
    right = {"result": "upheld", "reply": "示例答复", "opinion": "须整改"}
    page = client.post(of(letter, "_conclude"), right | data)
    assert page.status_code == 422
    assert list(page.context["conclude_form"].errors) == [wrong]
    assert Objection.objects.get().state == ObjectionState.LOOKED_INTO


def test_conclude_what_was_not_looked_into_is_refused_with_words(client, office, letter):
    page = client.post(
        of(letter, "_conclude"), {"result": "upheld", "reply": "示例答复", "opinion": "须整改"}
    )
    assert page.status_code == 422
    assert page.context["conclude_form"].non_field_errors()
    assert "示例答复" in page.content.decode()


@pytest.mark.parametrize("step", ["report", "send_back"])
def test_words_are_asked_for_at_their_field(client, letter, step):
    scene.take_up(letter)
    if step == "send_back":
        scene.draft(letter, "upheld")
    client.force_login(letter.investigator if step == "report" else factories.user(Role.LEADING_GROUP))
    page = client.post(of(letter, f"_{step}"), {})
    assert page.status_code == 422
    assert list(page.context[f"{step}_form"].errors) == [{"report": "findings"}.get(step, "reason")]


def test_somebody_else_can_be_named_while_it_is_looked_into(client, office, letter):
    taken_up(client, letter)
    other = factories.user(Role.INSPECTOR)
    page = client.post(of(letter, "_reassign"), {"investigator": ""})
    assert list(page.context["investigator_form"].errors) == ["investigator"]
    assert client.post(of(letter, "_reassign"), {"investigator": other.pk}).url == of(letter)
    letter.refresh_from_db()
    assert (letter.investigator, letter.state) == (other, ObjectionState.ACCEPTED)
