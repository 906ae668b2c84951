"""The public notice page, the objection form and the receipt."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.formats import date_format

from accounts.enums import Role
from publicity.models import Notice, Objection, ObjectionFile
from publicity.services import notices
from sites.models import Programme, Site
from standards.models import Rulebook
from tests import factories
from tests.files import pdf
from tests.publicity import scene

# Of one device.
MOST = 20
pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(on):
    """Over two sites, published on 5 May 2008; it runs to 12 May."""
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


def letter(notice: Notice, **changes):
    site = notice.entries.first().site_id
    return {
        "site": site,
        "name": scene.NAME,
        "phone": scene.PHONE,
        "text": scene.LETTER,
        "website": "",
    } | changes


def test_notice_shows_the_snapshot_even_when_the_site_changes(client, notice):
    entry = notice.entries.first()
    Site.objects.filter(pk=entry.site_id).update(window_name="改名后的窗口")
    content = client.get(notice.get_absolute_url()).content.decode()
    assert entry.snapshot["name"] in content
    assert "改名后的窗口" not in content


def test_notice_shows_where_to_object_and_how_the_days_were_counted(client, notice):
    content = client.get(notice.get_absolute_url()).content.decode()
    for words in (notice.office, notice.address, notice.postcode, notice.telephone, notice.hours):
        assert words in content
    for day in notice.counted:
        assert day["date"] in content
    assert reverse("publicity:object", args=[notice.pk]) in content


def test_notice_that_is_over_takes_no_objection_even_before_it_is_closed(client, notice, on):
    on("2008-05-13")
    page = client.get(notice.get_absolute_url())
    assert page.context["running"] is False
    assert reverse("publicity:object", args=[notice.pk]) not in page.content.decode()


def test_notice_withdrawn_shows_its_correction_and_no_site(client, notice):
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    content = client.get(notice.get_absolute_url()).content.decode()
    assert "示例撤回理由" in content
    assert notice.entries.first().snapshot["name"] not in content


def test_notice_shows_outcomes_and_never_the_objector(client, notice):
    handled = scene.conclude(scene.object_to(notice), "partly")
    page = client.get(notice.get_absolute_url())
    assert [(str(state), number) for state, number in page.context["outcomes"]] == [("partly", 1)]
    content = page.content.decode()
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "示例答复", handled.receipt_code):
        assert secret not in content


def test_notice_without_paper_is_not_published(client, notice):
    Notice.objects.filter(pk=notice.pk).update(document=None)
    assert client.get(notice.get_absolute_url()).status_code == 404
    assert client.get(reverse("publicity:object", args=[notice.pk])).status_code == 404
    assert notice.title not in client.get(reverse("publicity:notices")).content.decode()


def test_objection_is_received_and_answered_with_its_code(client, notice):
    page = client.post(reverse("publicity:object", args=[notice.pk]), letter(notice), follow=True)
    received = Objection.objects.get()
    assert received.objector_name == scene.NAME
    assert received.state == "received"
    content = page.content.decode()
    assert received.receipt_code in content
    assert scene.NAME not in content
    assert scene.LETTER not in content


def test_objection_form_tells_before_what_happens_with_the_data(client, notice):
    client.cookies["django_language"] = "en"
    content = client.get(reverse("publicity:object", args=[notice.pk])).content.decode()
    for word in ("Who", "What for", "On what grounds", "How long", "Your rights", notice.telephone):
        assert word in content


@pytest.mark.parametrize("field", ["site", "name", "phone", "text"])
def test_objection_without_a_field_is_named_there_and_nothing_typed_is_lost(client, notice, field):
    page = client.post(reverse("publicity:object", args=[notice.pk]), letter(notice, **{field: ""}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    kept = scene.NAME if field != "name" else scene.LETTER
    assert kept in page.content.decode()
    assert not Objection.objects.exists()


def test_objection_with_a_telephone_that_is_none_is_refused(client, notice):
    page = client.post(reverse("publicity:object", args=[notice.pk]), letter(notice, phone="无"))
    assert list(page.context["form"].errors) == ["phone"]


def test_objection_to_a_site_that_is_not_on_the_notice_is_refused(client, notice):
    other = factories.site("accepted")
    page = client.post(reverse("publicity:object", args=[notice.pk]), letter(notice, site=other.pk))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["site"]


def test_objection_after_the_last_day_is_refused_with_words(client, notice, on):
    on("2008-05-13")
    address = reverse("publicity:object", args=[notice.pk])
    assert "<textarea" not in client.get(address).content.decode()
    page = client.post(address, letter(notice))
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert scene.LETTER in page.content.decode()
    assert not Objection.objects.exists()


def test_objection_on_the_last_day_is_taken(client, notice, on):
    on(notice.ends_on.isoformat())
    assert client.post(reverse("publicity:object", args=[notice.pk]), letter(notice)).status_code == 302


def test_second_objection_to_the_same_site_gets_a_code_of_its_own(client, notice):
    for _ in range(2):
        client.post(reverse("publicity:object", args=[notice.pk]), letter(notice))
    assert len(set(Objection.objects.values_list("receipt_code", flat=True))) == 2


def test_objection_by_a_robot_is_refused(client, notice):
    page = client.post(reverse("publicity:object", args=[notice.pk]), letter(notice, website="http://spam"))
    assert page.status_code == 422
    assert not Objection.objects.exists()


def hand_in(client, notice, address="10.0.0.1", **changes):
    where = reverse("publicity:object", args=[notice.pk])
    return client.post(where, letter(notice, **changes), REMOTE_ADDR=address)


def test_flood_from_one_address_is_bounded_and_everybody_else_gets_through(client, notice):
    answers = [hand_in(client, notice).status_code for _ in range(MOST + 80)]
    assert answers == [302] * MOST + [429] * 80
    assert Objection.objects.count() == MOST
    assert hand_in(client, notice, "10.0.0.2").status_code == 302


def test_office_of_several_people_behind_one_address_gets_through_mistakes_included(client, notice):
    for number in range(8):
        for _ in range(3):
            assert hand_in(client, notice, phone="无").status_code == 422
        assert hand_in(client, notice, name=f"示例{number}").status_code == 302


def test_brake_tells_what_to_do_and_keeps_what_was_typed(client, notice, english):
    for _ in range(MOST):
        hand_in(client, notice)
    page = hand_in(client, notice)
    assert page.status_code == 429
    assert 3500 < int(page["Retry-After"]) <= 3600
    [told] = page.context["form"].non_field_errors()
    assert "in 1 hour" in told
    assert notice.telephone in told
    assert scene.LETTER in page.content.decode()


def follow(client, code, address="10.0.0.1"):
    return client.get(reverse("publicity:objection"), {"code": code}, REMOTE_ADDR=address).status_code


def test_guessed_receipts_are_braked_and_right_ones_never_are(client, notice):
    code = scene.object_to(notice).receipt_code
    assert {follow(client, code) for _ in range(MOST + 5)} == {200}
    assert {follow(client, f"ABCDEFGH{n:02d}") for n in range(MOST)} == {404}
    assert follow(client, "ABCDEFGHJK") == 429
    assert follow(client, code) == 200
    assert follow(client, "ABCDEFGHJK", "10.0.0.2") == 404


PROOF = pdf(b"proof")


def attachment(name="现场.pdf", content=PROOF):
    return SimpleUploadedFile(name, content)


def test_objection_with_files_names_the_refused_one_on_the_receipt(client, notice):
    files = [attachment(), attachment("程序.exe", b"MZ")]
    page = client.post(
        reverse("publicity:object", args=[notice.pk]), letter(notice, files=files), follow=True
    )
    assert page.status_code == 200
    content = page.content.decode()
    assert "程序.exe" in content
    assert "现场.pdf" not in content
    assert page.context["kept"] == 1


def test_objection_refused_for_a_field_asks_for_the_files_again(client, notice):
    page = client.post(
        reverse("publicity:object", args=[notice.pk]), letter(notice, name="", files=[attachment()])
    )
    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == ["files", "name"]


def test_more_files_follow_by_the_receipt_code_until_it_is_answered(client, notice):
    open_one = scene.object_to(notice)
    address = reverse("publicity:objection_files")
    data = {"code": open_one.receipt_code}
    assert client.get(address).status_code == 405
    assert client.post(address, data).status_code == 422
    assert client.post(address, data | {"code": "ABCDEFGHJK", "files": attachment()}).status_code == 302
    assert not open_one.files.exists()
    page = client.post(address, data | {"files": attachment()}, follow=True)
    assert page.context["kept"] == 1
    scene.decline(open_one, "示例")
    assert "files_form" not in client.get(reverse("publicity:objection"), data).context
    assert client.post(address, data | {"files": attachment("再.pdf", pdf(b"2"))}).status_code == 422
    assert open_one.files.count() == 1


def test_letter_written_by_somebody_signed_in_bears_no_name_in_the_trail(client, notice):
    office = scene.sign_in(client, Role.OFFICE)
    client.post(reverse("publicity:object", args=[notice.pk]), letter(notice, files=[attachment()]))
    found = Objection.objects.get()
    more = {"code": found.receipt_code, "files": [attachment("又一份.pdf", pdf(b"more"))]}
    client.post(reverse("publicity:objection_files"), more)
    written = LogEntry.objects.get_for_model(Objection) | LogEntry.objects.get_for_model(ObjectionFile)
    assert [entry.actor for entry in written] == [None] * 3
    client.post(reverse("publicity_desk:objection_decline", args=[found.pk]), {"reply": "示例"})
    answered = LogEntry.objects.get_for_object(found).get(action=LogEntry.Action.UPDATE)
    assert answered.actor == office


def test_files_that_follow_are_braked_too(client, notice):
    data = {"code": scene.object_to(notice).receipt_code}
    answers = [client.post(reverse("publicity:objection_files"), data).status_code for _ in range(21)]
    assert answers == [422] * MOST + [429]


def test_receipt_shows_each_step_with_its_date(client, notice, on, english):
    open_one = scene.object_to(notice)
    where, code = reverse("publicity:objection"), {"code": open_one.receipt_code}
    letter_due = f"By {date_format(open_one.due_on)} at the latest."

    def steps():
        return [(step.state, str(step.date)) for step in client.get(where, code).context["steps"]]

    assert steps() == [("current", "2008-05-05"), ("next", "None"), ("next", "None")]
    assert letter_due in client.get(where, code).content.decode()
    on("2008-05-06")
    scene.take_up(open_one)
    assert steps() == [("done", "2008-05-05"), ("current", "2008-05-06"), ("next", "None")]
    on("2008-05-08")
    scene.conclude(open_one, "not_upheld")
    assert steps() == [("done", "2008-05-05"), ("done", "2008-05-06"), ("done", "2008-05-08")]
    content = client.get(where, code).content.decode()
    assert "示例答复" in content
    assert "示例核查情况" not in content


def test_receipt_of_a_declined_objection_has_no_step_that_was_not_taken(client, notice):
    declined = scene.object_to(notice)
    scene.decline(declined, "示例")
    page = client.get(reverse("publicity:objection"), {"code": declined.receipt_code})
    assert [step.state for step in page.context["steps"]] == ["done", "done"]


def test_privacy_notice_says_how_long_by_the_rulebook(client, notice, english):
    address = reverse("publicity:object", args=[notice.pk])
    assert "2 years after the reply" in client.get(address).content.decode()
    rulebook = Rulebook.objects.get()
    rulebook.pk, rulebook.version, rulebook.state, rulebook.objection_kept_days = None, 2, "draft", 100
    rulebook.save()
    Programme.objects.update(rulebook=rulebook)
    assert "100 days after the reply" in client.get(address).content.decode()


def test_notice_that_was_extended_shows_both_ends_the_reason_and_how_it_was_counted(client, notice, english):
    office = factories.user(Role.OFFICE, name="示例经办人")
    made = notices.extend(notice=notice, counted_from=notice.ends_on, length=2, reason="示例故障", by=office)
    content = client.get(notice.get_absolute_url()).content.decode()
    for words in (
        "2008-05-12",
        "2008-05-14",
        "示例故障",
        "Longer by 2 working days",
        made.document.full_number,
    ):
        assert words in content
    for day in made.counted:
        assert f"{day['date']}</time>" in content
    assert "示例经办人" not in content
    assert notice.entries.first().snapshot["name"] in content


def test_result_appears_when_the_last_objection_is_answered_and_not_before(client, notice, on, english):
    open_one = scene.object_to(notice)
    heading = "Result of the notice"
    on("2008-05-13")
    notices.close_ended(datetime.date(2008, 5, 13))
    content = client.get(notice.get_absolute_url()).content.decode()
    assert "1 objection is still being handled" in content
    assert heading not in content
    scene.conclude(open_one, "upheld")
    content = client.get(notice.get_absolute_url()).content.decode()
    assert heading in content
    assert "its result was published on 13 May 2008" in " ".join(content.split())
    assert "异议成立" in content
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "示例答复", "示例核查情况", "须整改"):
        assert secret not in content


@pytest.mark.parametrize("method", ["get", "post"])
def test_receipt_leads_to_state_and_reply_and_never_to_the_objector(client, notice, method):
    handled, office = scene.object_to(notice), factories.user(Role.OFFICE, name="示例经办人")
    scene.decline(handled, "示例不予受理的理由", office)
    code = f" {handled.receipt_code[:5].lower()}-{handled.receipt_code[5:]} "
    page = getattr(client, method)(reverse("publicity:objection"), {"code": code})
    content = page.content.decode()
    assert page.status_code == 200
    assert "示例不予受理的理由" in content
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "示例经办人"):
        assert secret not in content


def test_receipt_that_does_not_exist_is_told_so(client, notice):
    page = client.get(reverse("publicity:objection"), {"code": "ABCDEFGHJK"})
    assert page.status_code == 404
    assert list(page.context["form"].errors) == ["code"]


def test_receipt_left_empty_is_asked_for(client):
    assert client.post(reverse("publicity:objection"), {"code": ""}).status_code == 422
