"""保密审查 at the desk: one page that shows what would be public, and one form."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role, SecrecyState
from accounts.models import SecrecyReview
from desk.todo import todos
from sites.enums import Stage
from tests import factories, reviewing
from tests.assessments import photos
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/secrecy/"


@pytest.fixture
def draft(on):
    on("2008-05-12")
    site = factories.site(Stage.BUILDING)
    made = scene.drafted(site, text="示例第一段\n示例第二段", files=[photos.upload("现场.jpg")])
    made.files.update(caption="示例图说")
    return made


@pytest.fixture
def review(draft):
    return reviewing.asked("article", draft)


def of(review, name=""):
    return reverse(f"people:secrecy_{name or 'review'}", args=[review.pk])


def typed(page, **more):
    """What the form holds as it was drawn, with these fields filled in."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"state": "cleared"} | more


def test_strangers_are_asked_to_sign_in(client, review):
    for address in (LIST, of(review)):
        assert client.get(address).status_code == 302
    for name in ("give", "put_out"):
        assert client.post(of(review, name)).status_code == 302


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_it_does_not_exist_for_others(client, review, draft, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == client.get(of(review)).status_code == 404
    for name in ("give", "put_out"):
        assert client.post(of(review, name)).status_code == 404
    ask = reverse("people:secrecy_ask", args=["article"])
    assert client.post(ask, {"record": draft.pk}).status_code == 403


def test_reviewer_sees_all_that_would_be_public_and_enters_the_review(client, review, draft):
    office = scene.sign_in(client, Role.OFFICE)
    assert review.get_absolute_url() in {todo.url for todo in todos(office)}
    page = client.get(of(review))
    html = page.content.decode()
    picture = reverse("publicity:article_picture", args=[draft.files.get().pk])
    for words in (draft.title, "示例第一段", "示例第二段", "示例图说", picture):
        assert words in html
    assert client.post(of(review, "give"), typed(page)).url == of(review)
    review.refresh_from_db()
    assert (review.state, review.reviewed_by) == (SecrecyState.CLEARED, office)
    assert review.get_absolute_url() not in {todo.url for todo in todos(office)}
    assert "form" not in client.get(of(review)).context or client.get(of(review)).context["form"] is None


def test_part_is_held_back_with_its_reason_and_a_wrong_form_keeps_what_was_typed(client, review):
    scene.sign_in(client, Role.OFFICE)
    page = client.get(of(review))
    field = next(
        field for _s, rows in page.context["form"].rows() for part, field in rows if "第二段" in part.text
    )
    held = {field.html_name: "示例隐私理由"}
    wrong = client.post(of(review, "give"), typed(page, **held))
    assert wrong.status_code == 422
    assert "示例隐私理由" in wrong.content.decode()
    right = typed(page, state="partly", ground="private", words="示例", **held)
    assert client.post(of(review, "give"), right).status_code == 302
    assert [each["text"] for each in SecrecyReview.objects.get().held_back] == ["示例第二段"]
    assert "示例隐私理由" in client.get(of(review)).content.decode()


@pytest.mark.parametrize("more", [{"seen": ""}, {"seen": "x:y 1"}, {"state": "waiting"}, {"ground": "x"}])
def test_form_that_was_tampered_with_reviews_nothing(client, review, more):
    scene.sign_in(client, Role.OFFICE)
    page = client.get(of(review))
    assert client.post(of(review, "give"), typed(page, **more)).status_code == 422
    review.refresh_from_db()
    assert review.is_waiting


def test_who_asked_sees_it_without_a_form_and_who_publishes_waits(client, review):
    client.force_login(review.asked_by)
    page = client.get(of(review))
    assert page.context["form"] is None
    assert page.context["own_part"] in page.content.decode()
    assert of(review) not in {todo.url for todo in todos(review.asked_by)}
    assert client.post(of(review, "give"), {"state": "cleared", "ground": "nothing"}).status_code == 422
    assert client.post(of(review, "put_out")).status_code == 403, "an article goes out by its own page"


def test_list_asks_the_same_number_of_questions_however_long(client, draft, django_assert_num_queries):
    scene.sign_in(client, Role.OFFICE)
    reviewing.cleared("article", draft)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    asked = len(one)
    for _each in range(3):
        reviewing.cleared("article", draft)
    client.get(LIST)
    with django_assert_num_queries(asked):
        client.get(LIST)


def test_unknown_kinds_and_records_do_not_exist(client, draft):
    scene.sign_in(client, Role.OFFICE)
    for kind, key in (("nothing", draft.pk), ("article", 999_999), ("article", "x"), ("article", "9" * 30)):
        asked = client.post(reverse("people:secrecy_ask", args=[kind]), {"record": key})
        assert asked.status_code == 404
    assert not SecrecyReview.objects.exists()
