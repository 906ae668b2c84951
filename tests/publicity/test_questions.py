"""Frequent questions: drafted by the office, reviewed by another person, published without anybody's data."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.services.secrecy import NotReviewed
from publicity.enums import EnquiryTopic
from publicity.models import Question
from publicity.services import questions
from sites.workflow import InvalidTransition
from tests import factories, reviewing
from tests.publicity import enquiring, scene

pytestmark = pytest.mark.django_db
ADD = reverse("publicity_desk:question_add")


@pytest.fixture(autouse=True)
def day(on):
    on("2008-05-05")


def draft(by, answer="示例解答。", *, question: Question | None = None, **more) -> Question:
    words = {"asked": "示例问题？", "answer": answer, "topic": EnquiryTopic.FEES}
    return questions.keep(question=question, by=by, **words, **more)


def page(name: str, made: Question) -> str:
    return reverse(f"publicity_desk:{name}", args=[made.pk])


def test_nothing_goes_out_before_another_person_reviewed_it_as_it_stands(office):
    made = draft(office)
    with pytest.raises(NotReviewed):
        questions.publish(question=made, by=office)
    reviewing.given(reviewing.asked("question", made, by=office))
    draft(office, "改过的解答。", question=made)
    with pytest.raises(NotReviewed):
        questions.publish(question=made, by=office)
    reviewing.given(reviewing.asked("question", made, by=office))
    questions.publish(question=made, by=office)
    assert Question.objects.published().get() == made
    with pytest.raises(InvalidTransition):
        draft(office, question=made)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("请打 13900005678 联系", ["13900005678"]),
        ("请打0473-0000000", ["0473-0000000"]),
        ("证号150302198001010012", ["150302198001010012"]),
        ("写信到 shili@example.cn", ["shili@example.cn"]),
        (f"{enquiring.WRITER}问到", [enquiring.WRITER]),
        ("2008年5月6日起，收费10元，见乌政公办〔2008〕1号", []),
    ],
)
def test_what_may_tell_who_somebody_is_is_pointed_out_and_looked_at_first(office, answer, found):
    asked = enquiring.answered(enquiring.ask(may_be_published=True))
    made = draft(office, answer, enquiry=asked)
    assert questions.personal_in(made) == found
    reviewing.given(reviewing.asked("question", made, by=office))
    if found:
        with pytest.raises(ValidationError) as refused:
            questions.publish(question=made, by=office)
        assert found[0] in str(refused.value)
    questions.publish(question=made, looked_at=bool(found), by=office)


def test_enquiry_becomes_one_only_if_it_is_answered_and_its_writer_agreed(office):
    for asked in (enquiring.ask(may_be_published=True), enquiring.answered(enquiring.ask())):
        with pytest.raises(InvalidTransition):
            draft(office, enquiry=asked)
    agreed = enquiring.answered(enquiring.ask(may_be_published=True))
    first = draft(office, enquiry=agreed)
    with pytest.raises(InvalidTransition):
        draft(office, enquiry=agreed)
    questions.withdraw(question=first, by=office)
    assert draft(office, enquiry=agreed) != first


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_nobody_else_writes_or_publishes(role, office):
    made, other = draft(office), factories.user(role)
    for verb in (
        lambda: draft(other),
        lambda: questions.publish(question=made, by=other),
        lambda: questions.withdraw(question=made, by=other),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_whole_road_on_the_page(client, office):
    asked = enquiring.answered(enquiring.ask(may_be_published=True))
    client.force_login(office)
    begun = client.get(ADD, {"enquiry": asked.pk}).content.decode()
    assert enquiring.REPLY in begun
    assert enquiring.WRITER not in begun
    sent = {"asked": "窗口几点上班？", "topic": "hours", "answer": "工作日8时30分，电话0473-0000000。"}
    assert client.post(f"{ADD}?enquiry={asked.pk}", sent).status_code == 302
    made = Question.objects.get()
    assert (made.enquiry, list(made.writers.all())) == (asked, [office])
    shown = client.get(page("question", made)).content.decode()
    assert "0473-0000000" in shown
    reviewing.given(reviewing.asked("question", made, by=office))
    refused = client.post(page("question_publish", made))
    assert refused.status_code == 422
    assert client.post(page("question_publish", made), {"looked_at": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.published_on
    assert client.post(page("question_withdraw", made)).status_code == 302
    assert not Question.objects.published().exists()


def test_two_who_change_one_draft_lose_nothing(client, office):
    made = draft(office)
    client.force_login(office)
    first = client.get(page("question_edit", made)).content.decode()
    shown = first.split('name="shown" value="')[1].split('"')[0]
    draft(office, "另一人改的解答。", question=made)
    sent = {"asked": "我改的问题？", "topic": "fees", "answer": "示例解答。", "shown": shown}
    assert client.post(page("question_edit", made), sent).status_code == 302
    made.refresh_from_db()
    assert (made.question, made.answer) == ("我改的问题？", "另一人改的解答。")


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_others_do_not_see_them_at_the_desk(client, role, office):
    made = draft(office)
    scene.sign_in(client, role)
    assert client.get(reverse("publicity_desk:questions")).status_code == 404
    assert client.get(page("question", made)).status_code == 404
    assert client.get(ADD).status_code == 403
