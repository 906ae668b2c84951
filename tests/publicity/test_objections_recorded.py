"""Objections by post, by telephone and in person, taken down by the office."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from desk.chronology import Chronology
from publicity.enums import LetterChannel, ObjectionDeed
from publicity.models import Handling, Notice, Objection
from publicity.services import naming, notices, objections
from sites.calendar import today
from sites.workflow import InvalidTransition
from tests import factories
from tests.agreeing import resolved
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

ADD, LIST = "/desk/objections/add/", "/desk/objections/"


@pytest.fixture
def notice(on):
    """From 5 to 12 May."""
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


def typed(notice, **more):
    return {
        "notice": notice.pk,
        "site": notice.entries.first().site_id,
        "channel": "post",
        "received_on": "2008-05-12",
        "name": scene.NAME,
        "phone": "示例地址2号，016000",
        "text": scene.LETTER,
        **more,
    }


@pytest.mark.parametrize("channel", LetterChannel.RECORDED)
def test_office_takes_down_what_came_within_the_notice(client, notice, on, channel):
    """Also the day after its end; it counts from the day it came in, and waits like one sent online."""
    on("2008-05-13")
    office = scene.sign_in(client, Role.OFFICE)
    scan = SimpleUploadedFile("来信.pdf", pdf(b"letter"), "application/pdf")
    answer = client.post(ADD, typed(notice, channel=channel, files=[scan]))
    letter = Objection.objects.get()
    assert answer.url == letter.get_absolute_url()
    assert (letter.channel, letter.recorded_by, str(letter.received_on)) == (channel, office, "2008-05-12")
    assert str(letter.due_on) == "2008-06-02"
    assert letter.files.get().name == "来信.pdf"
    page = client.get(answer.url).content.decode()
    for told in (str(LetterChannel(channel).label), office.name, letter.receipt_code, scene.NAME):
        assert told in page
    assert letter.get_absolute_url() in client.get("/desk/").content.decode()
    assert naming.naming_obstacles(Notice.objects.get(), letter.site)
    step = Handling.objects.get()
    assert (step.deed, step.by, str(step.on)) == (ObjectionDeed.RECORD, office, "2008-05-13")
    told = Chronology(letter.site, office)
    assert any(office.name == entry.who for month in told.told(told.of(None)) for entry in month.entries)


@pytest.mark.parametrize("day", ["2008-05-04", "2008-05-13", "2008-05-15"])
def test_what_came_outside_the_notice_is_refused_with_the_days_it_ran(client, notice, on, day):
    """Before its first day, after its last one, and ahead of today; the page says where it belongs."""
    on("2008-05-14")
    scene.sign_in(client, Role.OFFICE)
    page = client.post(ADD, typed(notice, received_on=day))
    assert page.status_code == 422
    (told,) = page.context["form"].errors["received_on"]
    assert "逾期来信" in told
    assert "5月12日" in told
    assert not Objection.objects.exists()


@pytest.mark.parametrize("field", ["name", "phone", "text", "channel", "site"])
def test_unsigned_or_unclear_it_is_no_objection(client, notice, field):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(ADD, typed(notice, received_on="2008-05-05", **{field: " "}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Objection.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_nobody_else_takes_one_down(client, notice, role):
    scene.sign_in(client, role)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, typed(notice, received_on="2008-05-05")).status_code == 403
    assert ADD not in client.get(LIST).content.decode()
    assert not Objection.objects.exists()


def test_whoever_stood_aside_from_the_site_takes_none_down(client, notice):
    office, site = scene.sign_in(client, Role.OFFICE), notice.entries.first().site
    recusals.recuse(user=office, site=site, reason="示例")
    page = client.post(ADD, typed(notice, received_on="2008-05-05"))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["site"]


def record(notice, **more):
    return objections.record(
        **{
            "notice": notice,
            "site": notice.entries.first().site,
            "channel": LetterChannel.VISIT,
            "received_on": datetime.date(2008, 5, 12),
            "name": scene.NAME,
            "phone": scene.PHONE,
            "text": scene.LETTER,
            "by": factories.user(Role.OFFICE),
            **more,
        }
    ).objection


def test_result_that_was_published_meanwhile_waits_for_it(notice, on):
    on("2008-05-13")
    notices.close_ended(today())
    assert Notice.objects.get().result["received"] == 0
    letter = record(notice)
    assert Notice.objects.get().result is None
    scene.conclude(letter, "not_upheld")
    assert Notice.objects.get().result["received"] == 1


def test_named_site_is_complained_of_instead(notice, on):
    on("2008-05-13")
    site = notice.entries.first().site
    naming.name_sites(
        notice=notice, sites=[site], resolution=resolved("naming"), by=factories.user(Role.LEADING_GROUP)
    )
    with pytest.raises(Exception, match="投诉") as refused:
        record(notice)
    assert list(refused.value.error_dict) == ["site"]


def test_withdrawn_notice_takes_none(notice):
    notices.withdraw(notice=notice, reason="示例理由", by=factories.user(Role.OFFICE))
    with pytest.raises(Exception, match="撤回") as refused:
        record(notice, received_on=datetime.date(2008, 5, 5))
    assert list(refused.value.error_dict) == ["notice"]


def test_online_one_is_not_taken_down(notice):
    with pytest.raises(Exception, match="提出方式") as refused:
        record(notice, channel=LetterChannel.ONLINE, received_on=datetime.date(2008, 5, 5))
    assert list(refused.value.error_dict) == ["channel"]


def test_answered_it_takes_no_more_files(notice, on):
    on("2008-05-12")
    letter = scene.conclude(record(notice), "not_upheld")
    with pytest.raises(InvalidTransition):
        objections.attach(objection=letter, files=[SimpleUploadedFile("后.pdf", pdf())])


def test_page_of_the_form_says_what_belongs_there(client, notice):
    scene.sign_in(client, Role.OFFICE)
    page = client.get(ADD).content.decode()
    assert reverse("publicity_desk:objections") in page
    assert "逾期和匿名来信" in page
    assert ADD in client.get(LIST).content.decode()
