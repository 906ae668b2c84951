"""The leading group at the desk: each page for whom it is, and the way from a decision to its resolution."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import MeetingState, ResolutionKind, ResolutionState, Role
from accounts.models import Meeting, Resolution
from accounts.services import meetings as services
from accounts.services.meetings import Item
from core.changes import SHOWN
from core.clock import today
from tests import factories
from tests.files import pdf
from tests.publicity.crawler import Page
from tests.sites import making

pytestmark = pytest.mark.django_db

ITEM = {"kind": "naming", "title": "命名示范点（示例）", "text": ""}


@pytest.fixture
def members():
    return [factories.user(Role.LEADING_GROUP) for _ in range(3)]


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def planned(client, office, members) -> Meeting:
    client.force_login(office)
    answer = client.post(
        reverse("sites:meeting_new"),
        {
            "on": today().isoformat(),
            "place": "示例会议室",
            "chair": members[0].pk,
            "members": [person.pk for person in members],
        },
    )
    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    return meeting


def sent_round(office, members) -> Resolution:
    item = Item(ResolutionKind.NAMING, "命名示范点（示例）")
    return services.circulate(campaign=factories.programme().pk, item=item, members=members, by=office)


def test_from_the_agenda_to_the_minutes(client, office, members):
    meeting = planned(client, office, members)
    client.post(reverse("sites:meeting_item", args=[meeting.pk]), ITEM)
    item = meeting.items.get()
    record = reverse("sites:meeting_record", args=[meeting.pk])
    assert record in client.get(meeting.get_absolute_url()).content.decode()
    there = {"present": [members[0].pk, members[1].pk], "remarks": ""}
    answer = client.post(record, {**there, f"answer_{item.pk}": "refused", f"text_{item.pk}": ""})
    assert answer.status_code == 422
    client.post(record, {**there, f"answer_{item.pk}": "agreed", f"text_{item.pk}": "同意（示例）"})
    client.force_login(members[1])
    client.post(reverse("sites:meeting_confirm", args=[meeting.pk]))
    client.force_login(office)
    client.post(reverse("sites:meeting_issue", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.issued_on) == (MeetingState.CONFIRMED, today())
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "会议纪要" in page
    assert "同意（示例）" in page


def test_a_change_keeps_what_somebody_else_changed(client, office, members):
    meeting = planned(client, office, members)
    edit = reverse("sites:meeting_edit", args=[meeting.pk])
    form = client.get(edit).context["form"]
    shown = Page("/", f"<form>{form.lock}</form>").forms[0].hidden[SHOWN]
    sent = {name: form[name].value() for name in form.fields} | {SHOWN: shown}
    Meeting.objects.filter(pk=meeting.pk).update(place="改后的会议室（示例）")
    client.post(edit, sent | {"on": today().isoformat(), "guests": "示例列席"})
    meeting.refresh_from_db()
    assert (meeting.place, meeting.guests) == ("改后的会议室（示例）", "示例列席")


def test_members_answer_what_goes_round(client, office, members):
    resolution = sent_round(office, members)
    answer = reverse("sites:resolution_answer", args=[resolution.pk])
    for member in members[:2]:
        client.force_login(member)
        slip = resolution.slips.get(member=member)
        assert answer in client.get(resolution.get_absolute_url()).content.decode()
        client.post(answer, {"slip": slip.pk, "says": "agree", "text": ""})
    other = resolution.slips.get(member=members[2])
    refused = client.post(answer, {"slip": other.pk, "says": "agree", "text": ""})
    assert refused.status_code == 422
    client.force_login(office)
    paper = SimpleUploadedFile("示例.pdf", pdf(b"sample"))
    slip_page = reverse("sites:resolution_slip", args=[resolution.pk])
    client.post(slip_page, {"slip": other.pk, "says": "note", "text": "", "scan": paper})
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.DECIDED
    got = client.get(reverse("sites:slip_scan", args=[other.pk]))
    assert b"".join(got.streaming_content) == pdf(b"sample")


def test_the_office_takes_an_item_back(client, office, members):
    resolution = sent_round(office, members)
    client.force_login(office)
    take_back = reverse("sites:resolution_take_back", args=[resolution.pk])
    assert client.post(take_back, {"reason": ""}).status_code == 422
    client.post(take_back, {"reason": "示例"})
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.TAKEN_BACK


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_nobody_else_sees_how_the_leading_group_decides(client, office, members, role):
    meeting, resolution = planned(client, office, members), sent_round(office, members)
    client.force_login(factories.user(role))
    for address in (
        reverse("sites:meetings"),
        reverse("sites:resolutions"),
        meeting.get_absolute_url(),
        resolution.get_absolute_url(),
    ):
        assert client.get(address).status_code == 404
    for name in ("meeting_new", "circulate", "decision_note"):
        assert client.get(reverse(f"sites:{name}")).status_code == 403


def test_members_read_and_the_office_prepares(client, office, members):
    meeting = planned(client, office, members)
    client.force_login(members[0])
    assert client.get(meeting.get_absolute_url()).status_code == 200
    for name in ("meeting_edit", "meeting_item", "meeting_record"):
        assert client.get(reverse(f"sites:{name}", args=[meeting.pk])).status_code == 403


# -- from a decision to its resolution -----------------------------------------------------------------


def test_from_the_decision_one_page_puts_the_resolution_on_record(client, members):
    filing, _clerk = making.reviewed_list()
    client.force_login(members[0])
    new = f"{reverse('sites:determination_new')}?programme={filing.programme_id}"
    page = client.get(new)
    (note,) = {
        part.split('"')[0].replace("&amp;", "&")
        for part in page.content.decode().split('href="')
        if "resolutions/decided" in part.split('"')[0]
    }
    answer = client.post(
        note,
        {
            "kind": "determination",
            "title": "审定示范点名单（示例）",
            "on": today().isoformat(),
            "place": "示例会议室",
            "chair": members[0].pk,
            "present": [members[0].pk, members[1].pk],
        },
    )
    assert answer.url == new
    form = client.get(new).context["form"]
    assert form["resolution"].initial == Resolution.objects.get(kind="determination").pk


def test_the_way_back_leads_to_no_other_site(client, members):
    client.force_login(members[0])
    page = client.get(reverse("sites:decision_note", query={"back": "https://example.com/"}))
    assert "example.com" not in page.context["cancel_url"]


def test_without_a_resolution_nothing_is_determined(client, members):
    filing, _clerk = making.reviewed_list()
    client.force_login(members[0])
    form = client.get(reverse("sites:determination_new")).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    answer = client.post(reverse("sites:determination_new"), sent | {"resolution": ""})
    assert answer.status_code == 422
    assert "resolution" in answer.context["form"].errors
    assert not filing.programme.determinations.exists()


@pytest.mark.parametrize("name", ["meetings", "resolutions"])
def test_lists_ask_as_much_for_many_rows(client, office, members, name, django_assert_num_queries):
    for number in range(2):
        sent_round(office, members)
        services.note_decision(
            campaign=factories.programme().pk,
            item=Item(ResolutionKind.OTHER, "示例"),
            on=today().replace(day=number + 1),
            place="示例",
            chair=members[0],
            present=members,
            by=office,
        )
    client.force_login(office)
    client.get(reverse(f"sites:{name}"))
    with django_assert_num_queries(6):
        client.get(reverse(f"sites:{name}"))
    for _ in range(5):
        sent_round(office, members)
    client.get(reverse(f"sites:{name}"))
    with django_assert_num_queries(6):
        client.get(reverse(f"sites:{name}"))
