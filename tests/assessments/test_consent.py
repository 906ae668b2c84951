"""不适用: what the team holds for inapplicable waits for the office, which agrees or says why not."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import Check, ScoreLevel
from assessments.marks import standard_items
from assessments.pages.sheet import open_sheet
from assessments.services import recusals, scores
from desk.todo import todos
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def lead(final):
    return final.assessment.assignment.team.leader


@pytest.fixture
def item(final):
    return next(item for item in standard_items(final) if item.may_be_inapplicable)


@pytest.fixture
def asked(final, lead, item):
    """The mark of which the office is asked."""
    builders.mark(final, item, lead, ScoreLevel.INAPPLICABLE, version=1)
    return final.scores.get(item=item)


def url(name, score):
    """With the version that the page shows, as `score` has it."""
    page = reverse(f"assessments:{name}", args=[score.sheet_id, score.item_id])
    return f"{page}?version={score.version}"


def told(person, score):
    return Notification.objects.filter(user=person, url=score.sheet.url_of_item(score.item))


def to_do(person):
    return {(todo.what, todo.url) for todo in todos(person)}


def test_office_is_told_once_however_often_the_item_is_saved(final, lead, item, asked):
    scores.save_score(
        sheet=final,
        item=item,
        level=ScoreLevel.INAPPLICABLE,
        points=None,
        reason="示例：写得更全",
        version=asked.version,
        by=lead,
    )

    (line,) = told(builders.office(), asked)
    assert item.code in str(line)
    line.read_at = "2008-04-08T10:00Z"
    line.save()
    builders.mark(final, item, lead, ScoreLevel.INAPPLICABLE, version=asked.version + 1)
    assert told(builders.office(), asked).unread().count() == 1


def test_it_waits_on_the_offices_list_until_it_has_answered(final, asked):
    wanted = ("Say whether items do not apply", reverse("assessments:sheet_checkup", args=[final.pk]))

    assert wanted in to_do(builders.office())
    assert wanted not in to_do(builders.leader())
    scores.refuse_inapplicable(score=asked, reason="示例：该窗口收费", by=builders.office())
    assert wanted not in to_do(builders.office())


def test_refusal_is_told_and_keeps_the_sheet_open(final, lead, asked):
    scores.refuse_inapplicable(score=asked, reason=" 示例：该窗口收费 ", by=builders.office())

    assert told(lead, asked).exists()
    (remark,) = [
        each for each in open_sheet(final, lead).checkup.remarks if each.check == Check.NOT_CONSENTED
    ]
    assert remark.detail == "The office does not agree: 示例：该窗口收费"
    with pytest.raises(ValidationError):
        builders.sign(final)


def test_new_mark_ends_the_refusal(final, lead, item, asked):
    scores.refuse_inapplicable(score=asked, reason="示例", by=builders.office())

    builders.mark(final, item, lead, ScoreLevel.UNMET, version=asked.version)

    assert final.scores.get(item=item).refusal == ""
    builders.sign(final)


def test_office_may_think_again(asked):
    scores.refuse_inapplicable(score=asked, reason="示例", by=builders.office())
    scores.consent_inapplicable(score=asked, by=builders.office())

    asked.refresh_from_db()
    assert (asked.consented_by, asked.refusal) == (builders.office(), "")


def test_refusal_needs_a_reason_and_the_office(lead, asked):
    with pytest.raises(ValidationError):
        scores.refuse_inapplicable(score=asked, reason="  ", by=builders.office())
    for person in (lead, builders.leader(), factories.user(Role.DISTRICT)):
        with pytest.raises(PermissionDenied):
            scores.refuse_inapplicable(score=asked, reason="示例", by=person)


def test_refusal_of_a_mark_changed_meanwhile(final, lead, item, asked):
    builders.mark(final, item, lead, ScoreLevel.UNMET, version=asked.version)

    with pytest.raises(InvalidTransition):
        scores.refuse_inapplicable(score=asked, reason="示例", by=builders.office())


# -- on the pages --------------------------------------------------------------


def test_office_answers_beside_the_item(client, final, lead, item, asked):
    client.force_login(builders.office())
    page = client.get(final.url_of_item(item).split("#")[0]).content.decode()
    assert url("consent", asked) in page
    assert url("refuse", asked) in page

    assert "示例" in client.get(url("refuse", asked)).content.decode()
    assert client.post(url("refuse", asked), {"text": " "}).status_code == 422
    answer = client.post(url("refuse", asked), {"text": "示例：该窗口<b>收费"})

    assert answer.url == final.url_of_item(item)
    client.force_login(lead)
    page = client.get(final.url_of_item(item).split("#")[0]).content.decode()
    assert "The office does not agree: 示例：该窗口&lt;b&gt;收费" in page
    assert url("refuse", asked) not in page


@pytest.mark.parametrize("name", ["consent", "refuse"])
def test_answer_is_to_the_mark_that_was_on_the_page(client, final, lead, item, asked, name):
    """Another reason, written after the office opened the page, is not what it has answered."""
    seen = url(name, asked)
    builders.mark(final, item, lead, ScoreLevel.INAPPLICABLE, version=asked.version, reason="示例另一个理由")
    client.force_login(builders.office())

    for page in (seen, seen.split("?")[0], seen.split("?")[0] + "?version=x"):
        client.post(page, {"text": "示例：该窗口收费"})

    asked.refresh_from_db()
    assert (asked.consented_by, asked.refusal) == (None, "")


def test_who_may_refuse(client, final, lead, asked):
    assert client.get(url("refuse", asked)).url.startswith(reverse("account_login"))
    for person, status in (
        (lead, 403),
        (builders.leader(), 403),
        (builders.liaison(final.assessment.site), 404),
        (factories.user(Role.INSPECTOR), 404),
    ):
        client.force_login(person)
        assert client.post(url("refuse", asked), {"text": "示例"}).status_code == status
    office = builders.office()
    client.force_login(office)
    assert client.get(url("refuse", asked)).status_code == 200
    recusals.recuse(user=office, site=final.assessment.site, reason="示例", by=office)
    assert client.get(url("refuse", asked)).status_code == 404
    asked.refresh_from_db()
    assert asked.refusal == ""


# -- all of a round in one list ------------------------------------------------------


def consents(asked):
    return reverse("assessments:consents", args=[asked.sheet.assessment.round_id])


def test_round_s_marks_are_agreed_to_in_one_list(client, asked):
    client.force_login(office := builders.office())
    page = client.get(consents(asked)).content.decode()
    for words in (str(asked.sheet.assessment.site), asked.item.code, asked.reason):
        assert words in page
    assert client.post(consents(asked), {}).status_code == 422
    answer = client.post(consents(asked), {"marks": [f"{asked.pk}-{asked.version}"]})
    assert answer.url == consents(asked)
    asked.refresh_from_db()
    assert asked.consented_by == office
    assert "No mark of this round waits" in client.get(consents(asked)).content.decode()


def test_mark_that_was_changed_is_not_agreed_to_unseen(client, asked, lead):
    client.force_login(builders.office())
    builders.mark(asked.sheet, asked.item, lead, ScoreLevel.INAPPLICABLE, version=asked.version)
    assert client.post(consents(asked), {"marks": [f"{asked.pk}-{asked.version}"]}).status_code == 422
    asked.refresh_from_db()
    assert asked.consented_by is None


def test_list_is_the_office_s_and_without_sites_one_stood_aside_from(client, asked, lead):
    for person, status in ((lead, 403), (builders.leader(), 403)):
        client.force_login(person)
        assert client.get(consents(asked)).status_code == status
    office = builders.office()
    recusals.recuse(user=office, site=asked.sheet.assessment.site, reason="示例", by=office)
    client.force_login(office)
    assert asked.item.code not in client.get(consents(asked)).content.decode()
