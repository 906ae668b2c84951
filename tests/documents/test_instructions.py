"""批示: who writes one, whom it reaches, who answers it, who reads what of it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation
from assessments.services import recusals
from core.acting import Refusal
from core.search import Query
from desk.deadlines import open_rows
from desk.models import Reminder
from desk.reminders.services import remind_all
from desk.search import search
from desk.site_page import SitePage, site_to_show
from desk.todo import todos
from documents.models import Document, Instruction, InstructionAnswer
from documents.papers import DocumentKind
from documents.services import instructions, withdraw
from sites.calendar import today
from sites.deadlines import OPEN_DATES
from sites.enums import Stage
from tests import factories
from tests.at_once import at_once, kinds, on_both
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return factories.site(Stage.RECTIFYING)


@pytest.fixture
def liaison(site):
    return factories.liaison_of(site)


@pytest.fixture
def member():
    return factories.user(Role.LEADING_GROUP)


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def report(site):
    """The report of a round: it goes to the leading group; of others only the unit reads it."""
    return issue_paper(DocumentKind.RECTIFICATION_SUMMARY, site, title="示例整改情况报告")


@pytest.fixture
def given(report, site, liaison, office, member):
    """To the unit and to the office, to be answered in five days."""
    return written(report, site.organisation, office.organisation, by=member)


def written(paper: Document, *to: Organisation, by, text="示例批示：请抓紧办理。", days: int | None = 5):
    due = None if days is None else today() + datetime.timedelta(days=days)
    return instructions.give(document=paper, text=text, to=to, due_on=due, by=by)


def of(instruction: Instruction, organisation: Organisation) -> InstructionAnswer:
    return instruction.answers.get(organisation=organisation)


def answered(instruction: Instruction, *, by, text="示例：已办。", paper=None) -> InstructionAnswer:
    instructions.answer(answer=of(instruction, by.organisation), text=text, paper=paper, by=by)
    return of(instruction, by.organisation)


def waits_for(person) -> bool:
    return any(
        todo.url == reverse("documents:instruction", args=[Instruction.objects.first().pk])
        for todo in todos(person)
    )


# -- giving ------------------------------------------------------------------------------------------


def test_it_stands_in_the_lists_of_those_who_must_act_and_they_are_told(
    given, report, liaison, office, member
):
    assert (given.given_by, given.given_on) == (member, today())
    for person in (liaison, office):
        assert waits_for(person)
        assert report.full_number in str(person.notifications.get())
    assert not waits_for(member)
    assert not waits_for(factories.liaison_of(factories.site()))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADING_GROUP])
def test_members_of_the_leading_group_alone_give_them(report, site, liaison, role):
    with pytest.raises(PermissionDenied):
        written(report, site.organisation, by=factories.user(role))
    assert not Instruction.objects.exists()


def test_what_is_wrong_is_named_at_its_field(report, site, liaison, member):
    for field, wrong in (("text", {"text": " "}), ("text", {"text": "示" * 2001}), ("due_on", {"days": -1})):
        with pytest.raises(ValidationError) as refused:
            written(report, site.organisation, by=member, **wrong)
        assert set(refused.value.message_dict) == {field}
    with pytest.raises(ValidationError) as refused:
        written(report, by=member)
    assert set(refused.value.message_dict) == {"to"}
    assert not Instruction.objects.exists()


def test_of_whom_nobody_could_answer_cannot_be_named(report, member, site):
    silent = factories.unit()
    inspector = factories.user(Role.INSPECTOR, factories.unit())
    for organisation in (silent, inspector.organisation, member.organisation):
        assert organisation not in instructions.can_be_told()
        with pytest.raises(ValidationError):
            written(report, organisation, by=member)


def test_a_closed_paper_and_a_withdrawn_one_carry_none(client, site, liaison, member, report):
    closed = issue_paper(DocumentKind.OBJECTION_REPLY, site)
    closed.readers.add(member)
    withdraw(document=report, reason="示例")
    for paper in (closed, Document.objects.get(pk=report.pk)):
        with pytest.raises(PermissionDenied):
            written(paper, site.organisation, by=member)
    client.force_login(member)
    assert client.get(reverse("documents:instruct", args=[report.pk])).status_code == 403


def test_who_stood_aside_from_a_site_writes_nothing_on_a_paper_about_it(
    report, site, liaison, member, office
):
    public = issue_paper(DocumentKind.NAMING_DECISION, site)
    Document.objects.filter(pk=public.pk).update(is_public=True)
    recusals.recuse(site=site, user=member, reason="示例")
    for paper in (report, Document.objects.get(pk=public.pk)):
        with pytest.raises(PermissionDenied):
            written(paper, site.organisation, by=member)


# -- reading -----------------------------------------------------------------------------------------


def test_being_named_opens_no_paper_but_its_number_and_title(client, member):
    report = issue_paper(DocumentKind.RECTIFICATION_SUMMARY, factories.site(), title="示例别处的报告")
    outsider = factories.liaison_of(factories.site())
    given = written(report, outsider.organisation, by=member)
    client.force_login(outsider)
    assert client.get(report.get_absolute_url()).status_code == 404
    page = client.get(given.get_absolute_url())
    assert page.context["paper"] is None
    shown = page.content.decode()
    assert report.title in shown
    assert report.full_number in shown
    assert given.text in shown
    assert report.get_absolute_url() not in shown
    assert given.text in client.get(reverse("documents:instructions")).content.decode()


def test_who_reads_the_paper_without_being_named_reads_no_instruction(
    client, report, site, liaison, office, member
):
    given = written(report, office.organisation, by=member)
    client.force_login(liaison)
    paper = client.get(report.get_absolute_url())
    assert paper.status_code == 200
    assert given.text not in paper.content.decode()
    assert client.get(given.get_absolute_url()).status_code == 404


def test_each_reads_its_own_answer_and_the_city_all(client, given, report, liaison, office, member):
    answered(given, by=liaison, text="示例甲已办")
    answered(given, by=office, text="示例乙已办")
    for person, seen in ((member, (True, True)), (office, (True, True)), (liaison, (True, False))):
        client.force_login(person)
        for address in (given.get_absolute_url(), report.get_absolute_url()):
            shown = client.get(address).content.decode()
            assert ("示例甲已办" in shown, "示例乙已办" in shown) == seen


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR, Role.DISTRICT, Role.LIAISON])
def test_others_find_none_of_it(client, given, role):
    person = factories.user(role)
    client.force_login(person)
    assert client.get(given.get_absolute_url()).status_code == 404
    assert not Instruction.objects.visible_to(person).exists()
    listed = client.get(reverse("documents:instructions"))
    assert listed.status_code == (200 if role in (Role.DISTRICT, Role.LIAISON) else 403)
    assert given.text not in listed.content.decode()


def test_who_stood_aside_reads_none_and_is_not_asked(client, given, site, liaison, office, member):
    colleague = factories.user(Role.OFFICE)
    recusals.recuse(site=site, user=colleague, reason="示例", by=office)
    client.force_login(colleague)
    assert client.get(given.get_absolute_url()).status_code == 404
    assert not waits_for(colleague)
    assert colleague not in instructions.answerers(of(given, office.organisation))
    with pytest.raises(PermissionDenied):
        answered(given, by=colleague)


def test_it_is_found_by_its_words_and_told_in_the_chronology(given, site, liaison, member):
    groups = search(member, Query.of("抓紧办理", shortest=2))
    assert [hit.url for group in groups for hit in group.hits] == [given.get_absolute_url()]
    answered(given, by=liaison, text="示例已办")
    page = SitePage(site_to_show(member, site.pk), member, chapter=None, whole=True)
    urls = [entry.url for month in page.months for entry in month.entries]
    assert urls.count(given.get_absolute_url()) == 2


# -- answering ---------------------------------------------------------------------------------------


def test_an_answer_is_on_record_with_its_paper_and_who_asked_is_told(given, site, liaison, office, member):
    proof = issue_paper(DocumentKind.RECTIFICATION_REPORT, site)
    answer = answered(given, by=liaison, text="示例：已按批示办理。", paper=proof)
    assert (answer.answered_by, answer.answered_on, answer.paper) == (liaison, today(), proof)
    assert site.organisation.name in str(member.notifications.get())
    assert not waits_for(liaison)
    assert waits_for(office)


def test_second_of_an_organisation_is_told_who_answered(given, site, liaison):
    answered(given, by=liaison)
    with pytest.raises(Refusal, match=liaison.name):
        answered(given, by=factories.liaison_of(site), text="示例另一答复")
    assert of(given, site.organisation).text == "示例：已办。"


@on_both
@pytest.mark.django_db(transaction=True)
def test_answered_and_taken_back_at_once(database):
    site = factories.site(Stage.RECTIFYING)
    liaison, member = factories.liaison_of(site), factories.user(Role.LEADING_GROUP)
    paper = issue_paper(DocumentKind.RECTIFICATION_SUMMARY, site)
    given = written(paper, site.organisation, by=member)
    outcomes = at_once(
        lambda: answered(given, by=liaison), lambda: instructions.take_back(instruction=given, by=member)
    )
    assert kinds(outcomes) == ["Refusal", "done"]
    given.refresh_from_db()
    assert (given.taken_back_on is None) == (of(given, site.organisation).answered_on is not None)


def test_nobody_answers_for_another_organisation(given, site, office):
    with pytest.raises(PermissionDenied):
        instructions.answer(answer=of(given, site.organisation), text="示例", paper=None, by=office)
    with pytest.raises(PermissionDenied):
        instructions.answer(
            answer=of(given, site.organisation),
            text="示例",
            paper=None,
            by=factories.user(Role.INSPECTOR, site.organisation),
        )


def test_the_office_answers_where_nobody_is_left_who_can(given, site, liaison, office):
    liaison.is_active = False
    liaison.save()
    instructions.answer(answer=of(given, site.organisation), text="示例来信所述", paper=None, by=office)
    assert of(given, site.organisation).answered_by == office


def test_the_office_does_not_answer_about_a_site_it_stood_aside_from(given, site, liaison, office):
    recusals.recuse(site=site, user=office, reason="示例")
    liaison.is_active = False
    liaison.save()
    with pytest.raises(PermissionDenied):
        instructions.answer(answer=of(given, site.organisation), text="示例", paper=None, by=office)


def test_an_answer_says_something_and_names_no_paper_one_cannot_read(given, liaison):
    other = issue_paper(DocumentKind.RECTIFICATION_REPORT, factories.site())
    for field, wrong in (("text", {"text": " "}), ("paper", {"paper": other})):
        with pytest.raises(ValidationError) as refused:
            answered(given, by=liaison, **wrong)
        assert set(refused.value.message_dict) == {field}
    assert InstructionAnswer.objects.awaited().count() == 2


def test_a_paper_about_a_site_one_stood_aside_from_is_not_named_to_one(client, given, site, office, member):
    elsewhere = factories.site(Stage.RECTIFYING)
    proof = issue_paper(DocumentKind.RECTIFICATION_REPORT, elsewhere, title="示例他处整改报告")
    answered(given, by=office, paper=proof)
    recusals.recuse(site=elsewhere, user=member, reason="示例")
    client.force_login(member)
    shown = client.get(given.get_absolute_url()).content.decode()
    assert proof.title not in shown
    assert proof.full_number not in shown


# -- changing and taking back ------------------------------------------------------------------------


def test_it_is_changed_until_somebody_has_answered(given, report, site, liaison, office, member):
    district = factories.user(Role.DISTRICT)
    instructions.revise(
        instruction=given,
        text="示例改后",
        to=[site.organisation, district.organisation],
        due_on=None,
        by=member,
    )
    given.refresh_from_db()
    assert (given.text, given.due_on) == ("示例改后", None)
    assert {one.organisation for one in given.answers.all()} == {site.organisation, district.organisation}
    assert not waits_for(office)
    assert office.notifications.count() == 2
    assert district.notifications.count() == 1
    assert liaison.notifications.count() == 2
    answered(given, by=liaison)
    with pytest.raises(Refusal, match=site.organisation.name):
        instructions.revise(instruction=given, text="示例", to=[site.organisation], due_on=None, by=member)
    with pytest.raises(Refusal, match=site.organisation.name):
        instructions.take_back(instruction=given, by=member)


def test_taken_back_it_waits_for_nobody_and_stays_on_record(client, given, liaison, office, member):
    instructions.take_back(instruction=given, by=member)
    given.refresh_from_db()
    assert given.taken_back_on == today()
    assert not waits_for(liaison)
    assert not waits_for(office)
    for again in (
        lambda: answered(given, by=liaison),
        lambda: instructions.take_back(instruction=given, by=member),
    ):
        with pytest.raises(Refusal):
            again()
    client.force_login(liaison)
    assert "已撤回" in client.get(given.get_absolute_url()).content.decode()


def test_another_member_changes_nothing_and_a_deputy_does(given, member):
    deputy = factories.user(Role.LEADING_GROUP)
    with pytest.raises(PermissionDenied):
        instructions.take_back(instruction=given, by=deputy)
    factories.send_away(member, deputy)
    instructions.take_back(instruction=given, by=deputy)
    given.refresh_from_db()
    assert given.taken_back_on


def test_the_form_of_a_change_keeps_what_a_deputy_wrote_meanwhile(client, given, site, office, member):
    client.force_login(member)
    address = reverse("documents:instruction_edit", args=[given.pk])
    lock = client.get(address).context["form"]
    shown = " ".join(f"{name}:{digest}" for name, digest in lock._digests().items())
    to = [site.organisation, office.organisation]
    instructions.revise(instruction=given, text="示例代改", to=to, due_on=given.due_on, by=member)
    typed = {"text": "示例自改", "to": [one.pk for one in to], "due_on": given.due_on, "shown": shown}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    given.refresh_from_db()
    assert given.text == "示例代改"


# -- late --------------------------------------------------------------------------------------------


def waiting_dates() -> list[str]:
    rows = OPEN_DATES.rows(open_rows(programme=factories.programme()))
    return [row.whose for row in rows if row.kind == "instruction"]


def test_late_ones_are_pointed_out(client, on, given, report, site, liaison, office, member):
    assert waiting_dates() == [site.organisation.name, office.organisation.name]
    answered(given, by=office)
    assert waiting_dates() == [site.organisation.name]
    on((given.due_on + datetime.timedelta(days=3)).isoformat())
    remind_all()
    assert Reminder.objects.filter(kind="instruction", people__gte=1).exists()
    client.force_login(office)
    page = client.get(given.get_absolute_url())
    assert page.context["shown"].is_late
    assert page.context["to_remind"] == [f"instruction:{of(given, site.organisation).pk}:{given.due_on}"]
    assert "逾期" in page.content.decode()
    answered(given, by=liaison)
    page = client.get(given.get_absolute_url()).content.decode()
    assert "逾期反馈" in page
    assert waiting_dates() == []


def test_without_a_day_nothing_falls_due(report, site, liaison, member):
    written(report, site.organisation, by=member, days=None)
    assert waiting_dates() == []
    assert waits_for(liaison)


# -- pages -------------------------------------------------------------------------------------------


def test_from_the_paper_to_the_answer_on_the_pages(client, report, site, liaison, member):
    client.force_login(member)
    assert (
        reverse("documents:instruct", args=[report.pk])
        in client.get(report.get_absolute_url()).content.decode()
    )
    typed = {"text": "示例：请说明原因。", "to": [site.organisation.pk], "due_on": today().isoformat()}
    refused = client.post(reverse("documents:instruct", args=[report.pk]), typed | {"to": []})
    assert refused.status_code == 422
    client.post(reverse("documents:instruct", args=[report.pk]), typed)
    given = Instruction.objects.get()
    assert given.text in client.get(report.get_absolute_url()).content.decode()
    client.force_login(liaison)
    assert given.get_absolute_url() in client.get(reverse("desk:home")).content.decode()
    address = reverse("documents:instruction_answer", args=[of(given, site.organisation).pk])
    assert address in client.get(given.get_absolute_url()).content.decode()
    assert client.post(address, {"text": ""}).status_code == 422
    client.post(address, {"text": "示例：原因是窗口搬迁。"})
    client.force_login(member)
    assert "示例：原因是窗口搬迁。" in client.get(report.get_absolute_url()).content.decode()
    assert client.post(reverse("documents:instruction_take_back", args=[given.pk])).status_code == 302
    given.refresh_from_db()
    assert given.taken_back_on is None


def test_pages_of_giving_are_for_members_and_of_answering_for_the_named(
    client, given, report, site, liaison, member
):
    answer = reverse("documents:instruction_answer", args=[of(given, site.organisation).pk])
    client.force_login(member)
    assert client.get(answer).status_code == 403
    client.force_login(liaison)
    for name, key in (("instruct", report.pk), ("instruction_edit", given.pk)):
        assert client.get(reverse(f"documents:{name}", args=[key])).status_code == 403
    assert client.post(reverse("documents:instruction_take_back", args=[given.pk])).status_code == 403
    client.force_login(factories.liaison_of(factories.site()))
    assert client.get(answer).status_code == 404
    assert client.get(reverse("documents:instruct", args=[report.pk])).status_code == 404


def test_the_list_asks_as_often_for_many_as_for_few(client, report, site, liaison, office, member):
    client.force_login(member)
    asked = []
    for _time in range(3):
        for each in range(_time + 1):
            given = written(report, site.organisation, office.organisation, by=member, text=f"示例{each}")
            answered(given, by=office, paper=issue_paper(DocumentKind.RECTIFICATION_REPORT, site))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("documents:instructions"))
        asked.append(len(found))
    assert asked[1] == asked[2]


# -- the database ------------------------------------------------------------------------------------


def test_the_database_holds_to_it_too(given, site):
    answer = of(given, site.organisation)
    for values in ({"text": "示例"}, {"answered_on": today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InstructionAnswer.objects.filter(pk=answer.pk).update(**values)
    day = given.given_on - datetime.timedelta(days=1)
    for values in ({"text": ""}, {"due_on": day}, {"taken_back_on": day}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Instruction.objects.filter(pk=given.pk).update(**values)
    answer.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        answer.save(force_insert=True)
