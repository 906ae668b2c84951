"""The public notice page, the objection form and the receipt."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.models import Notice, Objection
from publicity.services import notices, objections
from publicity.views.notices import OBJECTIONS_AN_HOUR
from sites.models import Site
from tests import factories
from tests.publicity import scene

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
    handled, office = scene.object_to(notice), factories.user(Role.OFFICE)
    objections.accept(objection=handled, by=office)
    objections.conclude(objection=handled, result="partly", reply="示例答复", opinion="须整改", by=office)
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


def test_objections_beyond_the_brake_are_refused_with_what_was_typed(client, notice):
    address = reverse("publicity:object", args=[notice.pk])
    for _ in range(OBJECTIONS_AN_HOUR):
        assert client.post(address, letter(notice)).status_code == 302
    page = client.post(address, letter(notice))
    assert page.status_code == 429
    assert scene.LETTER in page.content.decode()
    assert Objection.objects.count() == OBJECTIONS_AN_HOUR


@pytest.mark.parametrize("method", ["get", "post"])
def test_receipt_leads_to_state_and_reply_and_never_to_the_objector(client, notice, method):
    handled, office = scene.object_to(notice), factories.user(Role.OFFICE, name="示例经办人")
    objections.decline(objection=handled, reply="示例不予受理的理由", by=office)
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
