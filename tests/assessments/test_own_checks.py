"""本级自查: drafted by a district's office, filed by its head, read by the city's office, by nobody else."""

import datetime
import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import Fulfilment, OwnCheckAction, OwnCheckState
from assessments.models import OwnCheck, OwnCheckFile
from assessments.services import own_checks
from core.once import new_key
from desk.todo import todos
from sites.models import Phase
from sites.workflow import InvalidTransition, OnePerson
from standards.enums import Kind
from tests import factories
from tests.assessments.builders import PNG
from tests.assessments.own_checking import begun, filed, forward, says, take
from tests.files import PDF
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

STATES = OwnCheckState


def pdf(name="示例.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture(autouse=True)
def _march(on):
    on("2008-03-20")


@pytest.fixture
def clerk():
    return making.clerk()


@pytest.fixture
def head(clerk):
    return making.head(clerk.organisation.district)


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def check(clerk):
    return begun(clerk)


def typed(answer, **more):
    return {"fulfilment": "done", "text": "示例", "links": "", "once": new_key()} | more


def page_of(answer):
    return reverse("assessments:own_check_answer", args=[answer.check_of_id, answer.pk])


# -- what is asked, and once ------------------------------------------------------------------------------


def test_its_items_are_the_standards_own_and_all_of_them_are_asked(check):
    asked = [answer.item for answer in check.answers.select_related("item__section__standard")]
    assert {item.code for item in asked} == set(own_checks.ITEMS)
    assert {item.section.standard.kind for item in asked} == {Kind.GOVERNMENT_AFFAIRS}


def test_a_district_has_one_in_a_programme(check, clerk, client):
    with pytest.raises(InvalidTransition):
        own_checks.begin(programme=check.programme, by=making.clerk())
    client.force_login(clerk)
    answer = client.post(reverse("assessments:own_check_begin"), {"once": new_key()})
    assert answer.url == check.get_absolute_url()
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnCheck.objects.create(
            programme=check.programme, district=check.district, drafted_by=clerk, begun_on="2008-03-20"
        )
    assert OwnCheck.objects.get() == check
    other = begun(making.clerk(factories.district("乌达")))
    assert other.district != check.district


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DISTRICT])
def test_a_districts_office_alone_begins_one(role):
    with pytest.raises(PermissionDenied):
        own_checks.begin(programme=factories.programme(), by=factories.user(role))
    assert not OwnCheck.objects.exists()


# -- answers ----------------------------------------------------------------------------------------------


def test_what_is_not_done_says_why_and_what_is_done_shows_it_or_says_how(check, clerk):
    answer = check.answers.first()
    for fulfilment in Fulfilment:
        with pytest.raises(ValidationError) as refused:
            says(answer, clerk, fulfilment, text=" ")
        assert set(refused.value.message_dict) == {"text"}
    with pytest.raises(ValidationError):
        says(answer, clerk, Fulfilment.PARTLY, text="", files=[pdf()])
    says(answer, clerk, text="", links=["http://www.example.com/"])
    answer.refresh_from_db()
    assert (answer.fulfilment, answer.links, answer.by) == ("done", ["http://www.example.com/"], clerk)


def test_evidence_is_kept_as_it_came_and_goes_out_so(check, clerk, client):
    answer = check.answers.first()
    client.force_login(clerk)
    client.post(page_of(answer), typed(answer, text="", files=[pdf(), pdf("示例.png", PNG)]))
    paper, picture = answer.files.order_by("pk")
    assert paper.sha256 == hashlib.sha256(PDF).hexdigest()
    assert b"".join(client.get(reverse("assessments:own_check_evidence", args=[paper.pk]))) == PDF
    html = client.get(check.get_absolute_url()).content.decode()
    assert reverse("assessments:own_check_thumbnail", args=[picture.pk]) in html
    assert client.get(reverse("assessments:own_check_picture", args=[picture.pk])).status_code == 200
    assert client.get(reverse("assessments:own_check_evidence", args=[picture.pk])).status_code == 404


@pytest.mark.parametrize("name", ["示例.exe", "示例.html", "示例.pdf.bat"])
def test_evidence_of_a_forbidden_type_is_refused_at_its_field(check, clerk, client, name):
    answer = check.answers.first()
    client.force_login(clerk)
    page = client.post(page_of(answer), typed(answer, files=[pdf(name, b"MZ\x90\0")]))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"files"}
    assert not OwnCheckFile.objects.exists()
    answer.refresh_from_db()
    assert answer.fulfilment == ""


def test_a_file_is_taken_off_and_stays_on_record(check, clerk, office, client):
    answer = check.answers.first()
    says(answer, clerk, files=[pdf()])
    file = answer.files.get()
    client.force_login(clerk)
    client.post(reverse("assessments:own_check_file_off", args=[file.pk]), {"once": new_key()})
    assert client.get(reverse("assessments:own_check_evidence", args=[file.pk])).status_code == 404
    client.force_login(office)
    assert client.get(reverse("assessments:own_check_evidence", args=[file.pk])).status_code == 200


def test_two_clerks_at_one_item_keep_both_or_are_asked(check, clerk, client):
    """One leaves alone what the other has changed; where both changed it, the second is asked."""
    answer, other = check.answers.first(), making.clerk()
    client.force_login(clerk)
    shown = client.get(page_of(answer)).context["form"].lock
    digests = shown.split('name="shown" value="')[1].split('"')[0]
    says(answer, other, Fulfilment.PARTLY, text="示例另一人写的")
    page = client.post(
        page_of(answer), typed(answer, shown=digests, text="示例本人写的", fulfilment="partly")
    )
    assert page.status_code == 422
    assert "示例另一人写的" in page.content.decode()
    answer.refresh_from_db()
    assert answer.text == "示例另一人写的"


def test_a_form_sent_twice_is_carried_out_once(check, clerk, client):
    answer, key = check.answers.first(), new_key()
    client.force_login(clerk)
    for _n in range(2):
        client.post(page_of(answer), typed(answer, once=key, files=[pdf()]))
    assert OwnCheckFile.objects.count() == 1


def test_saving_leads_to_the_next_item_and_at_last_back(check, clerk, client):
    first, *others = check.answers.all()
    client.force_login(clerk)
    assert client.post(page_of(first), typed(first)).url == page_of(others[0])
    for answer in others:
        last = client.post(page_of(answer), typed(answer))
    assert last.url == check.get_absolute_url()


# -- its steps --------------------------------------------------------------------------------------------


def test_it_is_put_forward_only_with_every_item_answered(check, clerk):
    first, *_others = check.answers.all()
    says(first, clerk)
    with pytest.raises(ValidationError, match="Nothing is said yet of"):
        take(check, "put_forward", clerk)
    assert forward(check, clerk).state == STATES.FORWARD


def test_the_road_from_draft_to_read_with_who_is_told(check, clerk, head, office):
    filed(check, clerk, head)
    assert (check.state, check.filed_by, check.filed_on) == (
        STATES.FILED,
        head,
        datetime.date(2008, 3, 20),
    )
    assert head.notifications.get().url == office.notifications.get().url == check.get_absolute_url()
    take(check, "read", office)
    assert check.state == STATES.READ
    assert [step.action for step in check.steps.all()] == ["put_forward", "file", "read"]
    assert clerk.notifications.count() == 1


def test_who_drafted_any_of_it_does_not_file_it(check, clerk, head):
    """Not by the last touch of another either; nor does a deputy of who wrote it."""
    first, *others = check.answers.all()
    says(first, head)
    for answer in others:
        says(answer, clerk)
    take(check, "put_forward", clerk)
    with pytest.raises(OnePerson):
        take(check, "file", head)
    second = factories.user(Role.DISTRICT, clerk.organisation, is_head=True)
    factories.send_away(clerk, second)
    with pytest.raises(OnePerson):
        take(check, "file", second)
    check.refresh_from_db()
    assert (check.state, check.filed_by) == (STATES.FORWARD, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnCheck.objects.update(state="filed", filed_by=check.drafted_by, filed_on="2008-03-20")


def test_a_clerk_does_not_file_it_and_a_head_elsewhere_neither(check, clerk):
    forward(check, clerk)
    for person in (making.clerk(), making.head(factories.district("乌达")), factories.user(Role.OFFICE)):
        with pytest.raises(PermissionDenied):
            take(check, "file", person)
    assert OwnCheck.objects.get().state == STATES.FORWARD


def test_nothing_is_changed_once_it_is_before_the_head_or_filed(check, clerk, head, client):
    says(check.answers.first(), clerk, files=[pdf()])
    forward(check, clerk)
    for action in ("", "file"):
        if action:
            take(check, action, head)
        with pytest.raises(InvalidTransition):
            says(check.answers.first(), clerk, text="示例改过的")
        with pytest.raises(InvalidTransition):
            own_checks.take_off(file=OwnCheckFile.objects.get(), by=clerk)
    client.force_login(clerk)
    assert client.get(page_of(check.answers.first())).url == check.get_absolute_url()
    page = client.post(page_of(check.answers.first()), typed(None, text="示例改过的"))
    assert page.status_code == 422
    assert not check.answers.filter(text="示例改过的").exists()


def test_each_takes_back_their_own_step_until_the_next_person_acts(check, clerk, head, office):
    forward(check, clerk)
    with pytest.raises(InvalidTransition):
        take(check, "recall", making.clerk())
    take(check, "recall", clerk)
    assert check.state == STATES.DRAFT
    filed(check, clerk, head)
    with pytest.raises(InvalidTransition):
        take(check, "recall", clerk)
    take(check, "take_back", head)
    assert (check.state, check.filed_by, check.filed_on) == (STATES.FORWARD, None, None)
    take(check, "file", head)
    take(check, "read", office)
    with pytest.raises(InvalidTransition):
        take(check, "take_back", head)
    assert OwnCheck.objects.get().state == STATES.READ


def test_the_head_hands_it_back_and_the_office_asks_for_more_with_words(check, clerk, head, office, client):
    forward(check, clerk)
    with pytest.raises(ValidationError):
        take(check, "hand_back", head, " ")
    take(check, "hand_back", head, "示例：请补目录")
    filed(check, clerk, head)
    client.force_login(office)
    address = reverse("assessments:own_check_ask_more", args=[check.pk])
    assert client.post(address, {"reason": "", "once": new_key()}).status_code == 422
    client.post(address, {"reason": "示例：请补依申请公开台账", "once": new_key()})
    check.refresh_from_db()
    assert (check.state, check.filed_by) == (STATES.RETURNED, None)
    client.force_login(clerk)
    assert "示例：请补依申请公开台账" in client.get(check.get_absolute_url()).content.decode()
    assert filed(check, clerk, head).state == STATES.FILED


# -- who reads it -----------------------------------------------------------------------------------------


def test_the_city_and_the_own_district_read_it_and_nobody_else(check, clerk, client):
    says(check.answers.first(), clerk, files=[pdf()])
    file = OwnCheckFile.objects.get()
    pages = (
        check.get_absolute_url(),
        reverse("assessments:own_check_evidence", args=[file.pk]),
    )
    readers = (clerk, factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP))
    strangers = (
        making.clerk(factories.district("乌达")),
        *(factories.user(role) for role in (Role.INSPECTOR, Role.LIAISON, Role.AUDITOR)),
    )
    for people, status in ((readers, 200), (strangers, 404)):
        for person in people:
            client.force_login(person)
            assert [client.get(page).status_code for page in pages] == [status] * 2
    client.force_login(strangers[0])
    listed = client.get(reverse("assessments:own_checks"))
    assert [line.check for line in listed.context["object_list"]] == [None]
    assert client.post(page_of(check.answers.first()), typed(None)).status_code == 404


def test_the_city_writes_none_of_it(check, client):
    for role in Role.CITY_WIDE:
        person = factories.user(role)
        with pytest.raises(PermissionDenied):
            says(check.answers.first(), person)
        client.force_login(person)
        assert client.get(page_of(check.answers.first())).status_code == 404


def test_the_list_says_which_district_has_not_filed(check, clerk, head, office, client, on):
    filed(check, clerk, head)
    client.force_login(office)
    page = client.get(reverse("assessments:own_checks"))
    assert [
        (line.district == check.district, line.is_filed, line.is_late) for line in page.context["object_list"]
    ] == [
        (True, True, False),
        (False, False, False),
        (False, False, False),
    ]
    assert page.context["missing"] == 2
    on("2008-04-01")
    page = client.get(reverse("assessments:own_checks"))
    assert [line.is_late for line in page.context["object_list"]] == [False, True, True]
    Phase.objects.filter(programme=check.programme, ordinal=2).update(extended_to="2008-04-15")
    page = client.get(reverse("assessments:own_checks"))
    assert [line.is_late for line in page.context["object_list"]] == [False] * 3


# -- what waits -------------------------------------------------------------------------------------------


def waiting(user):
    return [(todo.what, todo.due) for todo in todos(user) if "self-check" in todo.what]


def test_it_waits_for_whoever_acts_next_until_the_building_phase_ends(clerk, head, office, on):
    due = datetime.date(2008, 3, 31)
    on("2008-01-31")
    assert waiting(clerk) == []
    on("2008-02-01")
    assert waiting(clerk) == [("Begin the self-check of the district's own government", due)]
    check = begun(clerk)
    assert waiting(clerk) == [("Go on with the self-check, and put it before the head", due)]
    forward(check, clerk)
    assert (waiting(clerk), waiting(office)) == ([], [])
    assert waiting(head) == [("Confirm and file the self-check", due)]
    take(check, "file", head)
    assert waiting(head) == []
    assert waiting(office) == [("Read the self-check of a district's government", None)]
    take(check, "ask_more", office, "示例")
    assert waiting(clerk) == [("Add to the self-check what the office asks for", due)]


def test_a_head_who_drafted_it_is_not_asked_to_file_it(check, head, client):
    forward(check, head)
    assert waiting(head) == []
    client.force_login(head)
    steps = [action for action, _step in client.get(check.get_absolute_url()).context["buttons"]]
    assert steps == [OwnCheckAction.RECALL]
