"""Enquiries at the desk: masked lists, looks on record, steps, the receipt, the year's table."""

import re

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import EnquiryKind
from publicity.models import Enquiry
from publicity.pages.enquiry_figures import information_year
from publicity.services import answering, enquiries
from tests import factories
from tests.files import pdf
from tests.publicity import enquiring, scene

pytestmark = pytest.mark.django_db
LIST = reverse("publicity_desk:enquiries")


@pytest.fixture(autouse=True)
def day(on):
    on("2008-05-05")


def page(name: str, asked: Enquiry) -> str:
    return reverse(f"publicity_desk:{name}", args=[asked.pk])


def test_list_masks_names_and_shows_codes_to_the_office_alone(client):
    asked = enquiring.ask()
    client.force_login(factories.user(Role.OFFICE))
    shown = client.get(LIST).content.decode()
    assert asked.receipt_code in shown
    assert "示**" in shown or "示*" in shown
    assert enquiring.WRITER not in shown
    client.force_login(factories.user(Role.LEADING_GROUP))
    shown = client.get(LIST).content.decode()
    assert asked.get_absolute_url() in shown
    assert asked.receipt_code not in shown


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR, Role.SYSTEM, Role.SECURITY])
def test_others_have_no_list(client, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404


def test_who_wrote_is_for_the_office_alone_and_each_look_is_in_the_trail(client, office):
    liaison = factories.user(Role.LIAISON)
    asked = enquiring.handed(enquiring.ask(), liaison.organisation, by=office)
    for person, sees in ((office, True), (liaison, False), (factories.user(Role.LEADING_GROUP), False)):
        client.force_login(person)
        shown = client.get(asked.get_absolute_url()).content.decode()
        assert enquiring.TEXT in shown
        for kept in (enquiring.WRITER, enquiring.CONTACT, asked.receipt_code):
            assert (kept in shown) is sees
    looks = LogEntry.objects.filter(action=LogEntry.Action.ACCESS, object_pk=str(asked.pk))
    assert looks.filter(content_type__model="enquiry").count() == 3
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(asked.get_absolute_url()).status_code == 404


def test_walk_from_the_page_to_the_answer(client, office):
    liaison, other = factories.user(Role.LIAISON), factories.user(Role.OFFICE)
    asked = enquiring.ask()
    client.force_login(office)
    sent = {"body": liaison.organisation_id, "reason": "示例：由该单位答复"}
    assert client.post(page("enquiry_hand_on", asked), sent).status_code == 302
    client.force_login(liaison)
    assert "示例：由该单位答复" in client.get(asked.get_absolute_url()).content.decode()
    assert client.post(page("enquiry_draft", asked), {"reply": " "}).status_code == 422
    assert client.post(page("enquiry_draft", asked), {"reply": enquiring.REPLY}).status_code == 302
    client.force_login(other)
    seen = re.search(r'name="seen" value="(\d+)"', client.get(asked.get_absolute_url()).content.decode())[1]
    assert client.post(page("enquiry_approve", asked), {"seen": seen}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.drafted_by, asked.approved_by) == ("replied", liaison, other)


def test_handed_back_the_body_is_led_to_its_list(client, office):
    liaison = factories.user(Role.LIAISON)
    asked = enquiring.handed(enquiring.ask(), liaison.organisation, by=office)
    client.force_login(liaison)
    answer = client.post(page("enquiry_hand_back", asked), {"reason": "示例"})
    assert answer["Location"] == LIST


def test_taken_down_by_the_office_its_receipt_is_printed(client):
    scene.sign_in(client, Role.OFFICE)
    sent = {
        "kind": "complaint",
        "channel": "telephone",
        "received_on": "2008-05-02",
        "topic": "conduct",
        "text": enquiring.TEXT,
    }
    answer = client.post(reverse("publicity_desk:enquiry_add"), sent)
    asked = Enquiry.objects.get()
    assert answer["Location"] == page("enquiry_receipt", asked)
    shown = client.get(answer["Location"]).content.decode()
    assert asked.receipt_code in shown
    assert reverse("publicity:enquiry") in shown
    assert enquiring.TEXT not in shown
    scene.sign_in(client, Role.LEADING_GROUP)
    assert client.get(page("enquiry_receipt", asked)).status_code == 403


def test_attachment_is_saved_to_disk_and_each_download_is_in_the_trail(client, office):
    asked = enquiring.ask()
    enquiries.attach(enquiry=asked, files=[SimpleUploadedFile("示例证据.pdf", pdf(b"x"))])
    client.force_login(office)
    answer = client.get(reverse("publicity_desk:enquiry_file", args=[asked.files.get().pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    exported = LogEntry.objects.filter(content_type__model="enquiryfile").exclude(action=0)
    assert exported.count() == 1
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(reverse("publicity_desk:enquiry_file", args=[asked.files.get().pk])).status_code == 404


def test_table_of_a_year_counts_people_and_bodies(client, on, office):
    on("2008-12-29")
    enquiring.ask(EnquiryKind.INFORMATION)
    over = enquiring.ask(EnquiryKind.INFORMATION, is_body=True)
    enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION), result="refused")
    enquiring.ask(EnquiryKind.QUESTION)
    on("2009-01-08")
    enquiring.answered(over, result="partly")
    enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION), result="complete")
    on("2009-03-10")
    answering.close(enquiry=Enquiry.objects.get(state="to_complete"), reason="示例", by=office)
    client.force_login(office)
    shown = client.get(reverse("publicity_desk:information_year"), {"year": "2008"})
    counted = {str(line.label): (line.people, line.bodies) for line in shown.context["lines"]}
    assert {label: n for label, n in counted.items() if n != (0, 0)} == {
        "本年新收申请": (2, 1),
        "不予公开": (1, 0),
        "本年办结合计": (1, 0),
        "结转下年度继续办理": (1, 1),
    }
    later = {
        str(line.label): (line.people, line.bodies) for line in information_year(Enquiry.objects.all(), 2009)
    }
    assert (later["上年结转申请"], later["部分公开"], later["逾期未补正"]) == ((1, 1), (0, 1), (1, 0))
    # What came in and was carried over is what was answered and is carried on.
    assert sum(counted["本年办结合计"]) + sum(counted["结转下年度继续办理"]) == 3
    assert client.get(reverse("publicity_desk:information_year"), {"year": "x"}).status_code == 200


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.AUDITOR])
def test_table_of_a_year_is_the_citys(client, role):
    scene.sign_in(client, role)
    assert client.get(reverse("publicity_desk:information_year")).status_code == 403
