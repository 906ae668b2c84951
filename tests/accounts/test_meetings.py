"""How the leading group decides: who prepares, who was there, who confirms; and what goes round."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.enums import MeetingState, ResolutionKind, ResolutionState, Role, SlipAnswer
from accounts.models import Meeting, Notification, Resolution, Slip
from accounts.services import meetings as services
from accounts.services.meetings import Item, NotNow, Outcome
from core.clock import today
from documents.models import Document
from documents.rendering import render_paper
from tests import factories
from tests.agreeing import resolved
from tests.documents.reading import text_of
from tests.files import pdf

pytestmark = pytest.mark.django_db

ITEM = Item(ResolutionKind.NAMING, "命名示范点（示例）", "公示期满（示例）")


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def members():
    return [factories.user(Role.LEADING_GROUP) for _ in range(3)]


def planned(office, members, *items):
    meeting = services.plan_meeting(
        campaign=factories.programme().pk,
        on=today(),
        place="示例会议室",
        chair=members[0],
        members=members,
        by=office,
    )
    for item in items or (ITEM,):
        services.put_on_agenda(meeting=meeting, item=item, by=office)
    return meeting


def held(office, members, present=None, *, agreed=True, text="同意（示例）"):
    meeting = planned(office, members)
    outcomes = {item.pk: Outcome(agreed, text) for item in meeting.items.all()}
    there = members[:2] if present is None else present
    services.record(meeting=meeting, present=there, outcomes=outcomes, by=office)
    return meeting


def sent_round(office, members):
    return services.circulate(campaign=factories.programme().pk, item=ITEM, members=members, by=office)


def says(resolution, member, answer=SlipAnswer.AGREE, *, by=None, text="", scan=None):
    slip = resolution.slips.get(member=member)
    services.answer(slip=slip, says=answer, text=text, scan=scan, by=by or member)
    resolution.refresh_from_db()
    return resolution.state


def scan():
    return SimpleUploadedFile("示例传批单.pdf", pdf(b"sample"))


# -- meetings ------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_held_confirmed_and_its_minutes_issued(office, members):
    meeting = held(office, members)
    assert meeting.state == MeetingState.HELD
    assert [one.was_present for one in meeting.members.all()] == [True, True, False]
    item = meeting.items.get()
    assert (item.state, item.decided_on, item.outcome) == (ResolutionState.DECIDED, today(), "同意（示例）")
    services.confirm_minutes(meeting=meeting, by=members[1])
    services.issue_minutes(meeting=meeting, by=office)
    paper = Document.objects.get(kind="minutes")
    assert not paper.is_public
    assert not Document.objects.visible_to(factories.user(Role.LIAISON)).filter(pk=paper.pk).exists()
    text = text_of(render_paper(paper.kind, paper.context))
    for said in (ITEM.title, members[0].name, members[2].name, "示例会议室", "同意（示例）"):
        assert said in text
    with pytest.raises(NotNow):
        services.issue_minutes(meeting=meeting, by=office)


def test_those_invited_are_told_and_their_deputies(office, members):
    deputy = factories.user(Role.LEADING_GROUP)
    factories.send_away(members[2], deputy)
    meeting = planned(office, members)
    told = Notification.objects.filter(url=meeting.get_absolute_url()).values_list("user", flat=True)
    assert set(told) == {person.pk for person in (*members, deputy)}


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR])
def test_only_the_office_prepares_and_records(office, members, role):
    stranger, meeting = factories.user(role), planned(office, members)
    with pytest.raises(PermissionDenied):
        planned(stranger, members)
    with pytest.raises(PermissionDenied):
        services.put_on_agenda(meeting=meeting, item=ITEM, by=stranger)
    with pytest.raises(PermissionDenied):
        services.record(meeting=meeting, present=members, outcomes={}, by=stranger)
    with pytest.raises(PermissionDenied):
        sent_round(stranger, members)


@pytest.mark.parametrize("there", [[], [1], [1, 2], [0]])
def test_without_chair_or_half_of_those_invited_nothing_is_decided(office, members, there):
    members.append(factories.user(Role.LEADING_GROUP))
    members.append(factories.user(Role.LEADING_GROUP))
    with pytest.raises(ValidationError) as error:
        held(office, members, [members[n] for n in there])
    assert "present" in error.value.message_dict


def test_who_was_not_invited_was_not_there_as_a_member(office, members):
    stranger = factories.user(Role.LEADING_GROUP)
    with pytest.raises(ValidationError) as error:
        held(office, members, [*members, stranger])
    assert "present" in error.value.message_dict


def test_what_was_not_agreed_to_says_why(office, members):
    with pytest.raises(ValidationError):
        held(office, members, agreed=False, text=" ")
    Meeting.objects.all().update(on=datetime.date(2008, 1, 2))
    meeting = held(office, members, agreed=False, text="条件不成熟（示例）")
    assert meeting.items.get().state == ResolutionState.REFUSED


def test_a_meeting_to_come_is_not_recorded(office, members):
    meeting = planned(office, members)
    Meeting.objects.filter(pk=meeting.pk).update(on=today() + datetime.timedelta(days=1))
    meeting.refresh_from_db()
    with pytest.raises(NotNow):
        services.record(meeting=meeting, present=members, outcomes={}, by=office)


def test_a_meeting_is_moved_until_it_was_held(office, members):
    meeting, later = planned(office, members), today() + datetime.timedelta(days=3)
    facts = {"place": "另一会议室（示例）", "chair": members[1], "members": members[1:]}
    services.change_meeting(meeting=meeting, on=later, **facts, by=office)
    meeting.refresh_from_db()
    assert (meeting.on, [one.member for one in meeting.members.all()]) == (later, members[1:])
    with pytest.raises(ValidationError):
        services.change_meeting(meeting=meeting, on=today() - datetime.timedelta(days=1), **facts, by=office)
    over = held(office, members)
    with pytest.raises(NotNow):
        services.change_meeting(meeting=over, on=later + datetime.timedelta(days=1), **facts, by=office)


def test_one_meeting_a_day(office, members):
    planned(office, members)
    with pytest.raises(ValidationError) as error:
        planned(office, members)
    assert "on" in error.value.message_dict


def test_minutes_are_confirmed_by_another_member_who_was_there(office, members):
    meeting = held(office, members)
    for person in (members[2], office, factories.user(Role.LEADING_GROUP), factories.user(Role.LIAISON)):
        with pytest.raises(PermissionDenied):
            services.confirm_minutes(meeting=meeting, by=person)
    with pytest.raises(NotNow):
        services.issue_minutes(meeting=meeting, by=office)
    services.confirm_minutes(meeting=meeting, by=members[0])
    with pytest.raises(NotNow):
        services.confirm_minutes(meeting=meeting, by=members[1])


def test_a_deputy_of_who_was_there_confirms_the_minutes(office, members):
    meeting, deputy = held(office, members), factories.user(Role.LEADING_GROUP)
    factories.send_away(members[1], deputy)
    services.confirm_minutes(meeting=meeting, by=deputy)
    assert meeting.confirmed_by == deputy


# -- on record in one go -------------------------------------------------------------------------------


def noted(by, members, on=None):
    return services.note_decision(
        campaign=factories.programme().pk,
        item=ITEM,
        on=on or today(),
        place="示例会议室",
        chair=members[0],
        present=members[:2],
        by=by,
    )


def test_what_a_meeting_decided_is_noted_by_a_member_and_confirmed_by_another(members):
    first = noted(members[0], members)
    assert first.state == ResolutionState.DECIDED
    second = noted(members[0], members)
    assert second.meeting == first.meeting
    with pytest.raises(PermissionDenied):
        services.confirm_minutes(meeting=first.meeting, by=members[0])
    services.confirm_minutes(meeting=first.meeting, by=members[1])
    with pytest.raises(ValidationError) as error:
        noted(members[0], members)
    assert "on" in error.value.message_dict


def test_of_a_day_to_come_or_of_a_planned_meeting_nothing_is_noted(office, members):
    with pytest.raises(ValidationError):
        noted(office, members, today() + datetime.timedelta(days=1))
    planned(office, members)
    with pytest.raises(ValidationError):
        noted(office, members)
    with pytest.raises(PermissionDenied):
        noted(factories.user(Role.DISTRICT), members)


# -- what goes round -----------------------------------------------------------------------------------


def test_it_is_decided_when_all_have_answered_and_nobody_objects(office, members):
    resolution = sent_round(office, members)
    assert says(resolution, members[0]) == ResolutionState.OPEN
    assert says(resolution, members[1], SlipAnswer.NOTE) == ResolutionState.OPEN
    assert says(resolution, members[2]) == ResolutionState.DECIDED
    assert resolution.words == "经市政务公开领导小组成员传批同意"
    assert Notification.objects.filter(user=office, url=resolution.get_absolute_url()).exists()


def test_an_objection_ends_it_and_says_why(office, members):
    resolution = sent_round(office, members)
    with pytest.raises(ValidationError) as error:
        says(resolution, members[0], SlipAnswer.OBJECT)
    assert "text" in error.value.message_dict
    assert says(resolution, members[0], SlipAnswer.OBJECT, text="尚需研究（示例）") == ResolutionState.REFUSED
    assert "尚需研究" in resolution.outcome
    with pytest.raises(NotNow):
        says(resolution, members[1])


def test_a_member_answers_once_and_for_nobody_else(office, members):
    resolution = sent_round(office, members)
    for stranger in (members[1], factories.user(Role.LEADING_GROUP), factories.user(Role.DISTRICT)):
        with pytest.raises(PermissionDenied):
            says(resolution, members[0], by=stranger)
    says(resolution, members[0])
    with pytest.raises(NotNow):
        says(resolution, members[0])


def test_a_deputy_answers_for_a_member_who_is_away(office, members):
    deputy, resolution = factories.user(Role.LEADING_GROUP), sent_round(office, members)
    factories.send_away(members[0], deputy)
    assert Slip.objects.waiting_for(deputy).get().member == members[0]
    says(resolution, members[0], by=deputy)
    assert resolution.slips.get(member=members[0]).by == deputy


def test_the_office_enters_a_slip_only_with_its_scan(office, members):
    resolution = sent_round(office, members)
    with pytest.raises(ValidationError) as error:
        says(resolution, members[0], by=office)
    assert "scan" in error.value.message_dict
    says(resolution, members[0], by=office, scan=scan())
    slip = resolution.slips.get(member=members[0])
    assert (slip.is_from_paper, slip.by, slip.scan_name) == (True, office, "示例传批单.pdf")


def test_only_members_of_the_leading_group_are_asked(office, members):
    for asked in ([], [*members, factories.user(Role.OFFICE)]):
        with pytest.raises(ValidationError) as error:
            sent_round(office, asked)
        assert "members" in error.value.message_dict


def test_it_is_taken_back_with_a_reason_before_anything_came_of_it(office, members):
    resolution = sent_round(office, members)
    with pytest.raises(ValidationError):
        services.take_back_item(resolution=resolution, reason=" ", by=office)
    services.take_back_item(resolution=resolution, reason="内容有误（示例）", by=office)
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.TAKEN_BACK
    with pytest.raises(NotNow):
        says(resolution, members[0])
    with pytest.raises(NotNow):
        services.take_back_item(resolution=resolution, reason="示例", by=office)


# -- what rests on it ----------------------------------------------------------------------------------


def rest(resolution, kind=ResolutionKind.NAMING, campaign=None):
    campaign = campaign or factories.programme().pk
    return services.rest_on(resolution, kind=kind, campaign=campaign)


def refused(*about, **more) -> str:
    with pytest.raises(ValidationError) as error:
        rest(*about, **more)
    return error.value.message_dict["resolution"][0]


def test_a_decision_names_a_decided_resolution_of_its_kind_and_campaign(office, members):
    made, open_one = resolved("naming"), sent_round(office, members)
    messages = {
        refused(None),
        refused(made, kind=ResolutionKind.WARNING),
        refused(made, campaign=factories.programme().pk + 1),
        refused(open_one),
    }
    assert len(messages) == 4
    assert set(Resolution.objects.filter(used_on=None)) == {made, open_one}
    assert rest(made).used_on == today()
    assert made.title in refused(made)


def test_one_resolution_carries_the_acceptances_of_many_sites():
    made = resolved("acceptance")
    for _ in range(2):
        assert rest(made, kind=ResolutionKind.ACCEPTANCE) == made


def test_a_standard_rests_on_a_resolution_of_whichever_campaign():
    made = resolved("rules")
    assert services.rest_on(made, kind=ResolutionKind.RULES).used_on == today()


@pytest.mark.parametrize(
    ("kind", "offered"), [("naming", False), ("acceptance", True)], ids=["once", "as often as it names"]
)
def test_what_is_used_up_is_offered_no_more(kind, offered):
    made = resolved(kind)
    assert Resolution.objects.to_rest_on(kind, made.campaign).get() == made
    rest(made, kind=ResolutionKind(kind))
    assert Resolution.objects.to_rest_on(kind, made.campaign).exists() is offered


# -- what the database refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("resolution_decided_has_date", {"decided_on": None}),
        ("resolution_refusal_has_reason", {"state": "refused"}),
        ("resolution_used_is_decided", {"state": "open", "decided_on": None, "used_on": "2008-01-10"}),
        ("resolution_put_by_somebody", {"source": ""}),
    ],
)
def test_database_refuses_a_resolution(name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        resolved("naming", **facts)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("meeting_held_is_recorded", {"state": "held"}),
        ("meeting_confirmed_by_somebody", {"issued_on": "2008-01-10"}),
    ],
)
def test_database_refuses_a_meeting(office, members, name, facts):
    meeting = planned(office, members)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(**facts)


def test_database_refuses_minutes_confirmed_by_who_recorded_them(office, members):
    meeting = held(office, members)
    with pytest.raises(IntegrityError, match="meeting_two_people"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(
            state="confirmed", confirmed_by=office, confirmed_on=today()
        )


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("slip_answered_by_somebody", {"answer": "agree"}),
        ("slip_objection_has_reason", {"answer": "object", "on": "2008-01-10"}),
        ("slip_from_paper_has_scan", {"is_from_paper": True}),
    ],
)
def test_database_refuses_a_slip(office, members, name, facts):
    resolution = sent_round(office, members)
    by = {"by": members[0]} if "on" in facts else {}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        resolution.slips.filter(member=members[0]).update(**facts, **by)
