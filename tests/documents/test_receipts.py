"""Papers delivered to organisations: who signs for them, who may read them, what is refused."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from assessments.services import recusals
from core.acting import Refusal
from desk.deadlines import open_rows
from desk.models import Reminder
from desk.reminders.services import remind_all
from desk.todo import todos
from documents import services
from documents.addressees import ADDRESSEES, Addressees, in_words
from documents.models import Document, Receipt
from documents.papers import DocumentKind
from sites.calendar import pinned, today
from sites.deadlines import OPEN_DATES
from sites.enums import Level, Stage
from sites.models import Site
from tests import factories
from tests.at_once import at_once, kinds, on_both
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.site(Stage.RECTIFYING)


@pytest.fixture
def liaison(site) -> User:
    return factories.liaison_of(site)


@pytest.fixture
def paper(site, liaison) -> Document:
    return issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)


def of(paper: Document, organisation: Organisation) -> Receipt:
    return paper.receipts.get(organisation=organisation)


def city(kind: str) -> Organisation:
    return Organisation.objects.get(kind=kind)


# -- to whom -----------------------------------------------------------------------------------------


def test_every_kind_of_paper_says_to_whom_it_goes():
    assert set(ADDRESSEES) == set(DocumentKind)


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_is_printed_and_who_gets_it_are_the_same(kind):
    sites = [factories.site(), factories.site(level=Level.DISTRICT)]
    paper = issue_paper(kind, *sites)
    whom = ADDRESSEES[kind](paper.programme, sites)
    assert paper.context["addressee"] == (whom.words or in_words(whom.to))
    assert paper.context["copies_to"] == in_words(whom.copies)
    got = {(one.organisation, one.is_copy) for one in paper.receipts.all()}
    assert got == {(one, False) for one in whom.to} | {(one, True) for one in whom.copies}


def test_notice_goes_to_the_unit_with_a_copy_to_the_leading_group(paper, site):
    group = city(OrganisationKind.LEADING_GROUP)
    assert paper.context["addressee"] == site.organisation.name
    assert paper.context["copies_to"] == group.name == "乌海市政务公开领导小组"
    assert not of(paper, site.organisation).is_copy
    assert of(paper, group).is_copy


def test_determined_list_goes_to_who_filed_it(site):
    of_district = factories.site(level=Level.DISTRICT)
    paper = issue_paper(DocumentKind.DETERMINED_LIST, site, of_district)
    office = factories.district_office(factories.district())
    assert {one.organisation for one in paper.receipts.all()} == {site.organisation, office}
    assert paper.context["addressee"] == paper.programme.addressees


def test_bodies_of_a_kind_stand_together():
    first, second = factories.unit(), factories.unit()
    district = factories.district()
    assert in_words([first, second, district]) == f"{first.name}、{second.name}，{district.name}"


def test_who_is_told_to_act_gets_no_copy_beside_it(paper):
    unit = factories.unit()
    other = issue_paper(DocumentKind.SCORE_SHEET)
    services.receipts.deliver(other, Addressees([unit], copies=[unit]))
    assert [one.is_copy for one in other.receipts.all()] == [False]


def test_database_takes_one_receipt_an_organisation(paper, site):
    first = of(paper, site.organisation)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


# -- signing -----------------------------------------------------------------------------------------


def test_one_of_the_organisation_signs(paper, site, liaison):
    services.sign(receipt=of(paper, site.organisation), by=liaison)
    signed = of(paper, site.organisation)
    assert (signed.received_by, signed.received_on, signed.recorded_by) == (liaison, today(), None)


def test_second_is_told_who_signed(paper, site, liaison):
    services.sign(receipt=of(paper, site.organisation), by=liaison)
    colleague = factories.liaison_of(site)
    with pytest.raises(Refusal, match=liaison.name):
        services.sign(receipt=of(paper, site.organisation), by=colleague)
    assert of(paper, site.organisation).received_by == liaison


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_sign_at_once(database):
    site = factories.site(Stage.RECTIFYING)
    people = [factories.liaison_of(site) for _ in range(2)]
    receipt = of(issue_paper(DocumentKind.RECTIFICATION_NOTICE, site), site.organisation)
    outcomes = at_once(*(lambda by=by: services.sign(receipt=receipt, by=by) for by in people))
    assert kinds(outcomes) == ["Refusal", "done"]
    winner = people[outcomes.index("done")]
    receipt.refresh_from_db()
    assert receipt.received_by == winner
    assert winner.name in str(next(each for each in outcomes if isinstance(each, Refusal)))


@pytest.mark.parametrize("role", Role)
def test_nobody_signs_for_another_organisation(paper, site, role):
    with pytest.raises(PermissionDenied):
        services.sign(receipt=of(paper, site.organisation), by=factories.user(role))
    assert of(paper, site.organisation).received_on is None


def test_auditor_signs_for_nothing(paper, site):
    with pytest.raises(PermissionDenied):
        services.sign(
            receipt=of(paper, site.organisation), by=factories.user(Role.AUDITOR, site.organisation)
        )


def test_withdrawn_paper_is_signed_for_by_nobody(client, paper, site, liaison):
    services.withdraw(document=paper, reason="示例")
    with pytest.raises(Refusal, match="撤回"):
        services.sign(receipt=of(paper, site.organisation), by=liaison)
    client.force_login(liaison)
    html = client.get(reverse("documents:received")).content.decode()
    assert paper.full_number in html
    assert "不再需要签收" in html
    assert to_sign(liaison) == []


def test_who_stood_aside_signs_for_no_closed_door(site):
    paper = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    aside, other = (factories.user(Role.LEADING_GROUP) for _ in range(2))
    recusals.recuse(user=aside, site=site, reason="示例", by=aside)
    mine = of(paper, aside.organisation)
    assert list(services.signers(paper).filter(organisation=aside.organisation)) == [other]
    with pytest.raises(PermissionDenied):
        services.sign(receipt=mine, by=aside)
    services.sign(receipt=mine, by=other)


# -- reading -----------------------------------------------------------------------------------------


def test_addressee_reads_a_paper_about_sites_it_does_not_see(paper, site):
    unit = factories.unit()
    reader = factories.user(Role.LIAISON, unit)
    assert not Document.objects.visible_to(reader).filter(pk=paper.pk).exists()
    services.receipts.deliver(paper, Addressees([unit]))
    assert Document.objects.visible_to(reader).filter(pk=paper.pk).exists()
    assert not Document.objects.visible_to(factories.user(Role.LIAISON)).filter(pk=paper.pk).exists()


def test_auditor_of_an_addressee_reads_nothing(paper, site):
    auditor = factories.user(Role.AUDITOR, site.organisation)
    assert not Document.objects.visible_to(auditor).exists()


def test_who_sees_whose_receipts(site, liaison):
    filed = issue_paper(DocumentKind.FILING_FORM, site)
    Document.objects.filter(pk=filed.pk).update(created_by=liaison)
    office = city(OrganisationKind.OFFICE)
    assert [one.organisation for one in Receipt.objects.visible_to(liaison)] == [office]
    assert Receipt.objects.visible_to(factories.user(Role.LEADING_GROUP)).count() == 1
    assert not Receipt.objects.visible_to(factories.user(Role.LIAISON)).exists()


# -- the desk ----------------------------------------------------------------------------------------


def to_sign(user: User) -> list[str]:
    return [todo.about for todo in todos(user) if todo.url == reverse("documents:received")]


def test_one_to_do_an_organisation_until_somebody_signed(paper, site, liaison):
    issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    colleague = factories.liaison_of(site)
    assert to_sign(liaison) == to_sign(colleague) == ["2 份"]
    assert services.sign_all(receipts=Receipt.objects.addressed_to(liaison), by=liaison) == 2
    assert to_sign(liaison) == to_sign(colleague) == []


def test_unsigned_papers_stand_first(client, site, liaison):
    with pinned(datetime.date(2008, 4, 1)):
        old = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site, title="示例旧件")
    new = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site, title="示例新件")
    services.sign(receipt=of(new, site.organisation), by=liaison)
    client.force_login(liaison)
    page = client.get(reverse("documents:received"))
    assert [one.document for one in page.context["object_list"]] == [old, new]
    assert page.context["awaited"] == 1


def test_paper_is_signed_for_on_its_page(client, paper, site, liaison):
    client.force_login(liaison)
    sign = reverse("documents:sign", args=[of(paper, site.organisation).pk])
    assert sign in client.get(paper.get_absolute_url()).content.decode()
    assert client.get(sign).status_code == 405
    assert client.post(sign).url == paper.get_absolute_url()
    html = client.get(paper.get_absolute_url()).content.decode()
    assert sign not in html
    assert liaison.name in html
    assert of(paper, site.organisation).received_by == liaison


def test_receipt_of_others_is_not_found(client, paper, site):
    client.force_login(factories.user(Role.LIAISON))
    pk = of(paper, site.organisation).pk
    assert client.post(reverse("documents:sign", args=[pk])).status_code == 404
    assert client.get(reverse("documents:on_paper", args=[pk])).status_code == 404


def test_reader_of_the_city_signs_for_nobody_else(client, paper, site):
    client.force_login(factories.user(Role.OFFICE))
    answer = client.post(reverse("documents:sign", args=[of(paper, site.organisation).pk]))
    assert answer.status_code == 403


def test_auditor_has_no_papers_received(client):
    client.force_login(factories.user(Role.AUDITOR))
    assert client.get(reverse("documents:received")).status_code == 403


def test_all_are_signed_for_by_one_button(client, paper, site, liaison):
    client.force_login(liaison)
    client.post(reverse("documents:sign_all"))
    assert of(paper, site.organisation).received_by == liaison
    assert of(paper, city(OrganisationKind.LEADING_GROUP)).received_on is None


def test_received_list_asks_the_same_however_many_there_are(client, site, liaison):
    client.force_login(liaison)
    asked = []
    for _time in range(3):
        issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("documents:received"))
        asked.append(len(found))
    assert asked[1] == asked[2]


def test_page_of_a_paper_asks_the_same_however_many_got_it(client, site):
    client.force_login(factories.user(Role.OFFICE))
    asked = []
    for _time in range(3):
        paper = issue_paper(DocumentKind.NAMING_DECISION, *(factories.site() for _ in range(2 + _time)))
        with CaptureQueriesContext(connection) as found:
            client.get(paper.get_absolute_url())
        asked.append(len(found))
    assert asked[1] == asked[2]


# -- reminding ---------------------------------------------------------------------------------------


def waiting_dates() -> list[str]:
    rows = OPEN_DATES.rows(open_rows(programme=factories.programme()))
    return [row.whose for row in rows if row.kind == "receipt"]


def test_organisation_is_reminded_in_working_days_since_delivery(on, site, liaison):
    on("2008-04-25")
    paper = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    receipt = of(paper, site.organisation)
    assert receipt.due_on.isoformat() == "2008-04-30"
    assert "2008" in receipt.due_counted
    assert waiting_dates() == [site.organisation.name, "乌海市政务公开领导小组"]
    remind_all()
    assert not Reminder.objects.filter(kind="receipt").exists()
    on("2008-04-29")
    remind_all()
    told = liaison.notifications.get()
    assert paper.title in str(told)
    assert told.url == paper.get_absolute_url()
    services.sign(receipt=receipt, by=liaison)
    services.withdraw(document=paper, reason="示例")
    assert waiting_dates() == []


def test_office_reminds_by_hand_from_the_paper(client, paper, site, liaison):
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(paper.get_absolute_url())
    assert len(page.context["to_remind"]) == 2
    client.post(
        reverse("desk:remind"), {"thing": page.context["to_remind"], "back": paper.get_absolute_url()}
    )
    assert liaison.notifications.filter(url=paper.get_absolute_url()).count() == 1


# -- on paper ----------------------------------------------------------------------------------------


def record(receipt: Receipt, by: User, day: str = "", receiver: str = "示例收文员") -> None:
    services.record_on_paper(
        receipt=receipt,
        receiver=receiver,
        received_on=datetime.date.fromisoformat(day) if day else today(),
        by=by,
    )


def test_office_records_who_signed_on_paper(client, site):
    paper = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    receipt, office = of(paper, site.organisation), factories.user(Role.OFFICE)
    client.force_login(office)
    url = reverse("documents:on_paper", args=[receipt.pk])
    assert url in client.get(paper.get_absolute_url()).content.decode()
    answer = client.post(url, {"receiver": "示例收文员", "received_on": today().isoformat()})
    assert answer.url == paper.get_absolute_url()
    receipt.refresh_from_db()
    assert (receipt.receiver, receipt.received_on) == ("示例收文员", today())
    assert (receipt.received_by, receipt.recorded_by) == (None, office)
    record(receipt, office, receiver="示例更正")
    receipt.refresh_from_db()
    assert receipt.by == "示例更正"


@pytest.mark.parametrize("days", [-1, 1])
def test_day_on_paper_lies_between_delivery_and_today(client, site, days):
    receipt = of(issue_paper(DocumentKind.RECTIFICATION_NOTICE, site), site.organisation)
    client.force_login(factories.user(Role.OFFICE))
    day = today().replace(day=today().day + days)
    answer = client.post(
        reverse("documents:on_paper", args=[receipt.pk]), {"receiver": "示例", "received_on": day.isoformat()}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["received_on"]
    receipt.refresh_from_db()
    assert receipt.received_on is None


def test_who_can_sign_at_the_desk_is_not_recorded_on_paper(paper, site, liaison):
    with pytest.raises(Refusal, match=liaison.name):
        record(of(paper, site.organisation), factories.user(Role.OFFICE))
    services.sign(receipt=of(paper, site.organisation), by=liaison)
    User.objects.filter(pk=liaison.pk).update(is_active=False)
    with pytest.raises(Refusal, match=liaison.name):
        record(of(paper, site.organisation), factories.user(Role.OFFICE))


@pytest.mark.parametrize("role", set(Role) - {Role.OFFICE})
def test_only_the_office_records_on_paper(paper, site, role):
    with pytest.raises(PermissionDenied):
        record(of(paper, site.organisation), factories.user(role))


def test_withdrawn_paper_is_not_recorded_either(site):
    paper = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    services.withdraw(document=paper, reason="示例")
    with pytest.raises(Refusal, match="撤回"):
        record(of(paper, site.organisation), factories.user(Role.OFFICE))


def test_database_keeps_signed_and_recorded_apart(paper, site, liaison):
    receipt = of(paper, site.organisation)
    for wrong in (
        {"received_by": liaison},
        {"received_on": today()},
        {"received_on": today(), "received_by": liaison, "receiver": "示例"},
        {"received_on": today(), "receiver": "示例"},
        {"received_on": "2008-01-01", "received_by": liaison},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.filter(pk=receipt.pk).update(**wrong)


# -- printed copies ----------------------------------------------------------------------------------


def test_copies_are_counted_and_none_too_many_handed_out(client, paper):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    printed, given = (reverse(f"documents:copies_{what}", args=[paper.pk]) for what in ("printed", "given"))
    client.post(printed, {"copies_printed": "30"})
    client.post(given, {"receiver": "市档案馆", "number": "10"})
    client.post(given, {"receiver": "市委办公室", "number": "15"})
    too_many = client.post(given, {"receiver": "市政协", "number": "6"})
    assert too_many.status_code == 422
    assert "5" in too_many.context["form"].errors["number"][0]
    paper.refresh_from_db()
    assert (paper.copies_printed, paper.copies_given, paper.copies_left) == (30, 25, 5)
    client.post(given, {"receiver": "市档案馆", "number": "2"})
    fewer = client.post(printed, {"copies_printed": "16"})
    assert list(fewer.context["form"].errors) == ["copies_printed"]
    client.post(printed, {"copies_printed": "17"})
    paper.refresh_from_db()
    assert (paper.copies_printed, paper.copies_left) == (17, 0)
    assert dict(paper.shares.values_list("receiver", "number")) == {"市档案馆": 2, "市委办公室": 15}
    assert "市档案馆" in client.get(paper.get_absolute_url()).content.decode()


def test_database_refuses_to_hand_out_more_than_there_are(paper):
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(copies_given=1)


@pytest.mark.django_db(transaction=True)
def test_last_copies_are_handed_out_once():
    paper, office = issue_paper(), factories.user(Role.OFFICE)
    services.print_copies(document=paper, printed=3, by=office)
    outcomes = at_once(
        *(
            lambda to=to: services.give_copies(document=paper, receiver=to, number=2, by=office)
            for to in ("市档案馆", "市政协")
        )
    )
    assert kinds(outcomes) == ["ValidationError", "done"]
    paper.refresh_from_db()
    assert (paper.copies_given, paper.shares.count()) == (2, 1)


@pytest.mark.parametrize("role", set(Role) - {Role.OFFICE})
def test_only_the_office_counts_copies(client, paper, site, role):
    person = factories.user(role, site.organisation if role == Role.LIAISON else None)
    with pytest.raises(PermissionDenied):
        services.print_copies(document=paper, printed=3, by=person)
    client.force_login(person)
    expected = 403 if role in (Role.LEADING_GROUP, Role.LIAISON) else 404
    assert client.get(reverse("documents:copies_given", args=[paper.pk])).status_code == expected


def test_a_nonsense_number_of_copies_is_named_at_its_field(client, paper):
    client.force_login(factories.user(Role.OFFICE))
    for number in ("-1", "", "1e9", "99999999999999999999"):
        answer = client.post(reverse("documents:copies_printed", args=[paper.pk]), {"copies_printed": number})
        assert list(answer.context["form"].errors) == ["copies_printed"]
    with pytest.raises(ValidationError):
        services.give_copies(document=paper, receiver="示例", number=1, by=factories.user(Role.OFFICE))
