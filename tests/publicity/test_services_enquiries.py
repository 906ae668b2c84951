"""咨询、投诉、建议、找错、依申请公开: taken in, kept secret, answered in time by the one responsible."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.models import Tie
from assessments.services import recusals, ties
from desk.deadlines.reading import open_rows
from desk.todo import todos
from documents.models import Document
from publicity import tasks
from publicity.enquiry_steps import CLOCKS, clock_on
from publicity.enums import EnquiryKind, EnquiryTopic, LetterChannel, Satisfaction
from publicity.models import Enquiry, Erasure, Recheck
from publicity.services import answering, attachments, enquiries
from publicity.services.answerers import bodies
from publicity.services.enquiries import Asked
from sites.calendar import today
from sites.enums import Level, Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.at_once import at_once, kinds, on_both
from tests.files import pdf
from tests.publicity import enquiring, scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(on):
    on("2008-05-05")


def test_who_wrote_and_what_is_unreadable_in_the_database():
    asked = enquiring.ask(EnquiryKind.INFORMATION)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT writer_name, writer_contact, writer_identity, text FROM publicity_enquiry WHERE id = %s",
            [asked.pk],
        )
        stored = cursor.fetchone()
    for raw, plain in zip(
        stored, (enquiring.WRITER, enquiring.CONTACT, "示例证件", enquiring.TEXT), strict=True
    ):
        assert raw
        assert plain not in raw
    asked.refresh_from_db()
    assert (asked.writer_name, asked.text) == (enquiring.WRITER, enquiring.TEXT)


def test_who_wrote_and_the_answer_never_come_into_the_trail():
    asked = enquiring.answered(enquiring.ask())
    trail = "".join(f"{entry.changes}{entry.object_repr}" for entry in LogEntry.objects.all())
    for secret in (enquiring.WRITER, enquiring.CONTACT, enquiring.TEXT, enquiring.REPLY, asked.receipt_code):
        assert secret not in trail


def test_nobody_needs_to_give_a_name_but_for_a_request():
    asked = enquiring.ask(name="", contact="")
    assert (asked.writer_name, asked.writer_contact) == ("", "")
    with pytest.raises(ValidationError) as refused:
        enquiring.ask(EnquiryKind.INFORMATION, name="", contact=" ", wanted_as="")
    assert set(refused.value.message_dict) == {"name", "contact", "wanted_as"}


@pytest.mark.parametrize(("day", "identified"), [("2019-05-14", False), ("2019-05-15", True)])
def test_regulation_of_2019_wants_a_document(on, day, identified):
    on(day)
    if not identified:
        assert enquiring.ask(EnquiryKind.INFORMATION, identity="").is_request
        return
    with pytest.raises(ValidationError) as refused:
        enquiring.ask(EnquiryKind.INFORMATION, identity="")
    assert set(refused.value.message_dict) == {"identity"}


@pytest.mark.parametrize(
    ("day", "kind", "due"),
    [
        # 条例 of 2008: 15 working days; of 2019: 20. 1 and 2 May 2008 are off, 4 May is worked; so is
        # the weekend about 1 May 2019, and 7 June 2019 is off.
        ("2008-05-05", "information", "2008-05-26"),
        ("2008-04-28", "information", "2008-05-20"),
        ("2019-05-14", "information", "2019-06-04"),
        ("2019-05-15", "information", "2019-06-13"),
        # The rulebook's ten.
        ("2008-05-05", "question", "2008-05-19"),
        ("2008-05-05", "complaint", "2008-05-19"),
    ],
)
def test_when_an_answer_is_due(on, day, kind, due):
    on(day)
    asked = enquiring.ask(EnquiryKind(kind))
    assert asked.due_on == datetime.date.fromisoformat(due)
    assert asked.counted


def test_clock_is_that_of_the_day_of_the_request():
    assert clock_on(datetime.date(2008, 1, 2)) == CLOCKS[0]
    assert clock_on(datetime.date(2019, 5, 14)) == CLOCKS[0]
    assert clock_on(datetime.date(2019, 5, 15)) == CLOCKS[1]


def test_time_of_a_request_is_prolonged_once_by_its_own_regulation(on, office):
    on("2019-05-14")
    asked = enquiring.accepted(enquiring.ask(EnquiryKind.INFORMATION))
    on("2019-05-20")
    answering.extend(enquiry=asked, reason="示例：需要征求意见", by=office)
    # 15 working days from 4 June 2019, with 7 June off.
    assert (asked.due_on, asked.extended_on) == (datetime.date(2019, 6, 26), today())
    with pytest.raises(InvalidTransition):
        answering.extend(enquiry=asked, reason="示例", by=office)
    with pytest.raises(InvalidTransition):
        answering.extend(enquiry=enquiring.accepted(enquiring.ask()), reason="示例", by=office)


def test_site_must_be_public():
    with pytest.raises(ValidationError):
        enquiring.ask(site=factories.site(Stage.DRAFT))
    assert enquiring.ask(site=factories.site(Stage.NAMED)).site


def test_receiving_tells_the_office_and_nobody_else(office):
    site = factories.site(Stage.BUILDING)
    liaison, leader = factories.liaison_of(site), factories.user(Role.LEADING_GROUP)
    enquiring.ask(EnquiryKind.COMPLAINT, site)
    assert Notification.objects.filter(user=office).count() == 1
    assert not Notification.objects.filter(user__in=[liaison, leader]).exists()


# -- to whom ------------------------------------------------------------------------------------------------


def test_office_hands_on_to_the_district_and_that_to_the_unit_which_answers(office):
    district = factories.district()
    clerk = factories.user(Role.DISTRICT, factories.district_office(district))
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=district)
    liaison = factories.liaison_of(site)
    asked = enquiring.ask(site=site)
    assert not Enquiry.objects.visible_to(clerk).exists()

    enquiring.handed(asked, clerk.organisation, by=office)
    assert Enquiry.objects.visible_to(clerk).get() == asked
    assert asked.get_absolute_url() in {todo.url for todo in todos(clerk)}
    answering.hand_on(enquiry=asked, body=site.organisation, by=clerk)
    assert Enquiry.objects.visible_to(liaison).get() == asked
    assert Notification.objects.filter(user=liaison).count() == 1
    # The district sees that its unit has it, and does not answer in its place.
    assert Enquiry.objects.visible_to(clerk).exists()
    with pytest.raises(InvalidTransition):
        answering.draft(enquiry=asked, reply="示例", by=clerk)
    answering.draft(enquiry=asked, reply=enquiring.REPLY, by=liaison)
    enquiring.answered(asked)
    assert (asked.state, asked.held_by, asked.drafted_by) == ("replied", site.organisation, liaison)


def test_what_is_handed_back_lies_with_whoever_handed_it_on(office):
    district = factories.district()
    clerk = factories.user(Role.DISTRICT, factories.district_office(district))
    liaison = factories.user(Role.LIAISON, factories.unit(district))
    asked = enquiring.handed(enquiring.ask(), clerk.organisation, by=office)
    answering.hand_on(enquiry=asked, body=liaison.organisation, by=clerk)
    with pytest.raises(ValidationError):
        answering.hand_back(enquiry=asked, reason=" ", by=liaison)
    answering.hand_back(enquiry=asked, reason="示例：不属于本单位", by=liaison)
    assert asked.held_by == clerk.organisation
    assert not Enquiry.objects.visible_to(liaison).exists()
    answering.hand_back(enquiry=asked, reason="示例：请市办答复", by=clerk)
    assert asked.held_by is None
    assert [step.note for step in asked.steps.filter(deed="hand_back")] == [
        "示例：不属于本单位",
        "示例：请市办答复",
    ]


def test_office_takes_back_what_nobody_answers_where_it_lies(office):
    liaison = factories.user(Role.LIAISON)
    asked = enquiring.handed(enquiring.ask(), liaison.organisation, by=office)
    type(liaison).objects.filter(pk=liaison.pk).update(is_active=False)
    answering.hand_back(enquiry=asked, reason="示例：该单位无人办理", by=office)
    assert asked.held_by is None
    with pytest.raises(InvalidTransition):
        answering.hand_back(enquiry=asked, reason="示例", by=office)
    assert enquiring.drafted(asked, by=office).state == "drafted"


def test_complaint_is_not_handed_to_where_all_are_tied_to_the_unit(office):
    site, liaison = factories.site(Stage.BUILDING), factories.user(Role.LIAISON)
    asked = enquiring.ask(EnquiryKind.COMPLAINT, site)
    assert liaison.organisation in bodies(asked, by=office)
    Tie.objects.create(
        user=liaison,
        organisation=site.organisation,
        reason="示例",
        declared_on=today(),
        declared_by=liaison,
    )
    assert liaison.organisation not in bodies(asked, by=office)


def test_time_that_has_run_out_is_not_prolonged(on, office):
    asked = enquiring.accepted(enquiring.ask(EnquiryKind.INFORMATION))
    on("2008-06-20")
    with pytest.raises(InvalidTransition):
        answering.extend(enquiry=asked, reason="示例", by=office)


def test_district_hands_on_within_itself_alone(office):
    first, second = factories.district("海勃湾"), factories.district("乌达")
    clerk = factories.user(Role.DISTRICT, factories.district_office(first))
    own, other = factories.unit(first), factories.unit(second)
    for body in (own, other):
        factories.user(Role.LIAISON, body)
    asked = enquiring.handed(enquiring.ask(), clerk.organisation, by=office)
    assert own in bodies(asked, by=clerk)
    with pytest.raises(ValidationError):
        answering.hand_on(enquiry=asked, body=other, by=clerk)


def test_nothing_is_handed_to_where_nobody_answers(office):
    empty = factories.unit()
    with pytest.raises(ValidationError):
        enquiring.handed(enquiring.ask(), empty, by=office)


def test_complaint_never_comes_to_the_unit_complained_of(office):
    site = factories.site(Stage.BUILDING)
    liaison = factories.liaison_of(site)
    complaint = enquiring.ask(EnquiryKind.COMPLAINT, site)
    assert site.organisation not in bodies(complaint, by=office)
    with pytest.raises(ValidationError):
        enquiring.handed(complaint, site.organisation, by=office)
    # Nor to whoever is tied to it, or stands aside, whatever the role.
    tied, aside = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    ties.declare(user=tied, organisation=site.organisation, reason="示例", by=tied)
    recusals.recuse(user=aside, site=site, reason="示例", by=aside)
    for person in (liaison, tied, aside):
        assert not Enquiry.objects.visible_to(person).exists()
    # A question about it is no complaint: the unit answers it.
    question = enquiring.handed(enquiring.ask(site=site), site.organisation, by=office)
    assert Enquiry.objects.visible_to(liaison).get() == question


def test_complaint_about_a_named_site_starts_a_recheck_and_tells_nothing_of_its_writer(office):
    [naming] = scene.named()
    asked = enquiring.accepted(enquiring.ask(EnquiryKind.COMPLAINT, naming.site), by=office)
    assert asked.complaint.naming == naming
    assert Recheck.objects.get(naming=naming).complaint == asked.complaint
    assert enquiring.TEXT not in asked.complaint.text
    assert "投诉" in asked.complaint.text


# -- the answer ---------------------------------------------------------------------------------------------


def test_whoever_drafted_the_answer_does_not_approve_it(office):
    asked = enquiring.drafted(enquiring.ask(), by=office)
    seen = asked.steps.latest("pk").pk
    with pytest.raises(PermissionDenied):
        answering.approve(enquiry=asked, seen=seen, by=office)
    deputy = factories.user(Role.OFFICE)
    factories.send_away(office, deputy)
    with pytest.raises(PermissionDenied):
        answering.approve(enquiry=asked, seen=seen, by=deputy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=asked.pk).update(approved_by=office, state="replied", replied_on=today())


def test_draft_that_was_changed_meanwhile_is_not_approved(office):
    asked = enquiring.drafted(enquiring.ask(), by=office)
    seen = asked.steps.latest("pk").pk
    answering.take_back(enquiry=asked, reason="示例", by=office)
    answering.draft(enquiry=asked, reply="示例：改写的答复", by=office)
    with pytest.raises(InvalidTransition):
        answering.approve(enquiry=asked, seen=seen, by=factories.user(Role.OFFICE))


def test_answer_sent_back_is_drafted_anew_by_whom_it_lies_with(office):
    asked = enquiring.drafted(enquiring.ask(), by=office)
    other = factories.user(Role.OFFICE)
    answering.send_back(enquiry=asked, reason="示例：没有说明依据", by=other)
    assert asked.state == "answering"
    assert Notification.objects.filter(user=office, text__contains="sent back").exists()
    assert asked.get_absolute_url() in {todo.url for todo in todos(office)}


def test_request_ends_with_a_result_and_a_paper_that_names_nobody(office):
    asked = enquiring.ask(EnquiryKind.INFORMATION)
    enquiring.accepted(asked, by=office)
    with pytest.raises(ValidationError):
        answering.draft(enquiry=asked, reply="示例", by=office)
    enquiring.answered(enquiring.drafted(asked, by=office, result="partly"))
    paper = Document.objects.get(kind="information_reply")
    assert asked.document == paper
    assert paper.context["result"] == "部分公开"
    assert enquiring.WRITER not in str(paper.context)
    assert not Document.objects.published().filter(pk=paper.pk).exists()


def test_request_is_completed_by_who_asked_and_its_days_begin_anew(on, office):
    asked = enquiring.drafted(enquiring.ask(EnquiryKind.INFORMATION), result="complete")
    enquiring.answered(asked)
    assert (asked.state, asked.replied_on, asked.document) == ("to_complete", None, None)
    assert asked not in Enquiry.objects.running()
    on("2008-05-12")
    enquiries.complete(enquiry=asked, text="示例补充：2008年的收费目录")
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.reply) == ("answering", "", "")
    assert asked.due_on == datetime.date(2008, 6, 2)
    assert asked.text.startswith(enquiring.TEXT)
    assert "收费目录" in asked.text
    with pytest.raises(InvalidTransition):
        enquiries.complete(enquiry=asked, text="示例")


def test_request_that_is_not_completed_is_closed_once_its_time_is_over(on, office):
    asked = enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION), result="complete")
    assert asked.due_on == datetime.date(2008, 5, 26)
    with pytest.raises(InvalidTransition):
        answering.close(enquiry=asked, reason="示例", by=office)
    assert asked.get_absolute_url() not in {todo.url for todo in todos(office)}
    on("2008-05-27")
    assert asked.get_absolute_url() in {todo.url for todo in todos(office)}
    answering.close(enquiry=asked, reason="示例：逾期未补正", by=office)
    assert (asked.state, asked.result) == ("replied", "abandoned")


def test_answer_is_not_approved_over_files_that_came_since(office):
    asked = enquiring.drafted(enquiring.ask(), by=office)
    seen = asked.steps.latest("pk").pk
    enquiries.attach(enquiry=asked, files=[SimpleUploadedFile("示例.pdf", pdf(b"x"))])
    with pytest.raises(InvalidTransition):
        answering.approve(enquiry=asked, seen=seen, by=factories.user(Role.OFFICE))
    assert asked.steps.latest("pk").deed == "add_files"
    enquiring.answered(asked)


def test_who_is_tied_to_the_unit_takes_down_no_complaint_about_it(office):
    site = factories.site(Stage.BUILDING)
    ties.declare(user=office, organisation=site.organisation, reason="示例", by=office)
    asked = Asked(kind=EnquiryKind.COMPLAINT, topic=EnquiryTopic.FEES, text="示例", site=site)
    with pytest.raises(ValidationError):
        enquiries.record(
            programme=factories.programme(),
            asked=asked,
            channel=LetterChannel.TELEPHONE,
            received_on=today(),
            by=office,
        )
    assert not Enquiry.objects.exists()


def test_only_the_answer_is_rated_and_once():
    asked = enquiring.ask()
    with pytest.raises(InvalidTransition):
        enquiries.rate(enquiry=asked, satisfaction=Satisfaction.SATISFIED)
    enquiring.answered(asked)
    enquiries.rate(enquiry=asked, satisfaction=Satisfaction.SATISFIED)
    with pytest.raises(InvalidTransition):
        enquiries.rate(enquiry=asked, satisfaction=Satisfaction.NOT)
    asked.refresh_from_db()
    assert asked.satisfaction == "satisfied"


# -- taken down, files, dates, erasure ----------------------------------------------------------------------


def record(by, **more):
    asked = Asked(kind=EnquiryKind.QUESTION, topic=EnquiryTopic.FEES, text=enquiring.TEXT)
    values = {"channel": LetterChannel.TELEPHONE, "received_on": datetime.date(2008, 5, 2), **more}
    return enquiries.record(programme=factories.programme(), asked=asked, by=by, **values).enquiry


def test_what_came_by_telephone_counts_from_its_day(office):
    asked = record(office)
    assert (asked.channel, asked.recorded_by) == ("telephone", office)
    assert asked.due_on == datetime.date(2008, 5, 15)
    assert asked.steps.get().deed == "record"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"received_on": datetime.date(2008, 5, 6)}, "received_on"),
        ({"channel": LetterChannel.ONLINE}, "channel"),
    ],
)
def test_what_cannot_be_taken_down(office, wrong, field):
    with pytest.raises(ValidationError) as refused:
        record(office, **wrong)
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_nobody_else_takes_it_down(role):
    with pytest.raises(PermissionDenied):
        record(factories.user(role))


def test_of_twenty_attachments_five_are_kept_and_the_others_named():
    files = [SimpleUploadedFile(f"{n}.pdf", pdf(str(n).encode())) for n in range(20)]
    asked = Asked(kind=EnquiryKind.ERROR, topic=EnquiryTopic.WEBSITE, text="示例")
    received = enquiries.receive(programme=factories.programme(), asked=asked, files=files)
    assert received.enquiry.files.count() == attachments.MOST_FILES
    assert len(received.refused) == 15
    enquiring.answered(received.enquiry)
    with pytest.raises(InvalidTransition):
        enquiries.attach(enquiry=received.enquiry, files=files[:1])


def test_open_date_is_told_to_whom_it_lies_with(office):
    liaison = factories.user(Role.LIAISON)
    asked = enquiring.handed(enquiring.ask(), liaison.organisation, by=office)
    kinds_of = {
        person: [row[0] for row in open_rows(programme=asked.programme, reader=person) if row[0] == "enquiry"]
        for person in (office, liaison, factories.user(Role.LIAISON))
    }
    assert list(kinds_of.values()) == [["enquiry"], ["enquiry"], []]


def test_personal_data_goes_on_its_day_and_the_answer_stays(on):
    files = [SimpleUploadedFile("示例.pdf", pdf(b"x"))]
    asked = enquiring.ask(EnquiryKind.INFORMATION)
    enquiries.attach(enquiry=asked, files=files)
    enquiring.answered(asked)
    on("2010-05-04")
    tasks.erase_expired()
    asked.refresh_from_db()
    assert asked.writer_name == enquiring.WRITER
    on("2010-05-05")
    tasks.erase_expired()
    asked = Enquiry.objects.get()
    assert (asked.writer_name, asked.writer_contact, asked.writer_identity, asked.text) == (None,) * 4
    assert asked.reply == enquiring.REPLY
    proof = Erasure.objects.get(enquiry=asked)
    assert set(proof.what) == {
        "page",
        "writer_name",
        "writer_contact",
        "writer_identity",
        "text",
        "files",
    }
    assert not asked.files.get().file
    tasks.erase_expired()
    assert Erasure.objects.count() == 1


@on_both
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_up_at_once_one_does(database, on):
    on("2008-05-05")
    asked = enquiring.ask()
    first, second = (factories.user(Role.OFFICE) for _ in range(2))
    outcomes = at_once(
        lambda: answering.accept(enquiry=Enquiry.objects.get(pk=asked.pk), by=first),
        lambda: answering.accept(enquiry=Enquiry.objects.get(pk=asked.pk), by=second),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert asked.steps.count() == 1
