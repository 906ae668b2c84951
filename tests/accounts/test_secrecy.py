"""保密审查: what a second person has read goes out, just so; nothing else does."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role, SecrecyGround, SecrecyState
from accounts.models import Deputy, Notification, SecrecyReview
from accounts.services import secrecy
from assessments.services import recusals
from core.acting import Refusal
from publicity.models import Article
from publicity.services import article_files, articles
from sites.enums import Stage
from tests import factories, reviewing
from tests.assessments import builders
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(on):
    on("2008-05-12")
    return factories.user(Role.OFFICE)


@pytest.fixture
def draft(office):
    """Of a liaison, with an attachment and two paragraphs."""
    site = factories.site(Stage.BUILDING)
    file = builders.upload("示例.pdf", pdf(b"sample"))
    return scene.drafted(site, by=factories.liaison_of(site), files=[file], text="第一段。\n第二段。")


def publish(draft: Article, by) -> None:
    articles.publish(article=draft, seen=articles.of_article(draft), by=by)


def is_out(draft: Article) -> bool:
    draft.refresh_from_db()
    return draft.published_on is not None


def refused(draft: Article, by, error: type[Exception] = secrecy.NotReviewed) -> str:
    with pytest.raises(error) as told:
        publish(draft, by)
    assert not is_out(draft)
    assert not Article.objects.published(on=draft.programme.phases.last().ends_on).exists()
    return str(told.value)


# -- publishing without a review that holds -------------------------------------


def test_without_a_review_nothing_goes_out(draft, office):
    assert draft.title in refused(draft, office)


def test_while_the_review_waits_nothing_goes_out(draft, office):
    reviewing.asked("article", draft)
    refused(draft, office)


def test_what_was_refused_does_not_go_out(draft, office):
    reviewing.given(reviewing.asked("article", draft), SecrecyState.REFUSED)
    refused(draft, office)


def test_what_was_cleared_goes_out_once(draft, office):
    review = reviewing.cleared("article", draft)
    publish(draft, office)
    assert is_out(draft)
    assert (review.state, review.ground) == (SecrecyState.CLEARED, SecrecyGround.NOTHING)
    assert review.reviewed_on.isoformat() == "2008-05-12"


CHANGES = {
    "text": lambda draft: Article.objects.filter(pk=draft.pk).update(text="第一段。\n第二段，改过。"),
    "site": lambda draft: draft.sites.add(factories.site(Stage.BUILDING)),
    "caption": lambda draft: article_files.caption(
        article=draft, captions={draft.files.get().pk: "示例说明"}, by=draft.author
    ),
    "file taken off": lambda draft: article_files.take_off(file=draft.files.get(), by=draft.author),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_after_the_review_needs_a_new_one(draft, office, change):
    reviewing.cleared("article", draft)
    CHANGES[change](draft)
    draft = Article.objects.get(pk=draft.pk)
    refused(draft, office)
    reviewing.cleared("article", draft)
    publish(draft, office)
    assert is_out(draft)


def test_a_newer_request_takes_the_place_of_the_review_before(draft, office):
    reviewing.cleared("article", draft)
    again = reviewing.asked("article", draft)
    refused(draft, office)
    reviewing.given(again, SecrecyState.REFUSED)
    refused(draft, office)


def test_held_back_parts_must_be_out_and_the_rest_may_go_as_it_was_read(draft, office):
    reviewing.given(
        reviewing.asked("article", draft), SecrecyState.PARTLY, held={"file": "附件有示例姓名和电话"}
    )
    refused(draft, office)
    article_files.take_off(file=draft.files.get(), by=draft.author)
    publish(draft, office)
    assert is_out(draft)
    held = SecrecyReview.objects.get().held_back
    assert [(each["text"], each["reason"]) for each in held] == [("示例.pdf", "附件有示例姓名和电话")]


# -- who reviews -------------------------------------------------------------


def test_who_wrote_asked_or_publishes_it_does_not_review_it(draft, office):
    review = reviewing.asked("article", draft, by=office)
    author = draft.author
    author.role, author.organisation = Role.OFFICE, office.organisation
    author.save()
    for by in (office, author, _deputy_of(author), _deputy_of(office)):
        with pytest.raises(secrecy.OwnReview):
            reviewing.given(review, by=by)
        assert not SecrecyReview.objects.waiting_for(by).exists()
    colleague = factories.user(Role.OFFICE)
    reviewing.given(review, by=colleague)
    refused(draft, colleague, secrecy.OwnReview)
    publish(draft, office)


def _deputy_of(person):
    deputy = factories.user(Role.OFFICE)
    days = {"first_on": "2008-01-01", "last_on": "2008-12-31", "reason": "示例"}
    Deputy.objects.create(person=person, deputy=deputy, made_by=person, **days)
    return deputy


def test_whoever_changed_a_word_of_it_does_not_review_it(draft, office):
    given = {"sites": list(draft.sites.all()), "items": [], "seen": articles.of_article(draft)}
    articles.revise(article=draft, words={"title": "另一题名", "text": "示例"}, by=office, **given)
    review = reviewing.asked("article", draft)
    with pytest.raises(secrecy.OwnReview):
        reviewing.given(review, by=office)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_nobody_else_asks_or_reviews(draft, role):
    by = factories.user(role)
    with pytest.raises(PermissionDenied):
        reviewing.asked("article", draft, by=by)
    review = reviewing.asked("article", draft)
    said = secrecy.Said(state=SecrecyState.CLEARED, ground=SecrecyGround.NOTHING, held={}, seen={})
    with pytest.raises(PermissionDenied):
        secrecy.give(review=review, said=said, by=by)


def test_the_leading_group_reviews_and_who_stood_aside_from_the_site_does_not(draft, office):
    aside, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    recusals.recuse(site=draft.sites.get(), user=aside, reason="示例亲属", by=office)
    review = reviewing.asked("article", draft, by=office)
    assert not SecrecyReview.objects.visible_to(aside).exists()
    assert not Notification.objects.filter(user=aside).exists()
    assert list(SecrecyReview.objects.waiting_for(leader)) == [review]
    with pytest.raises(PermissionDenied):
        reviewing.given(review, by=aside)
    reviewing.given(review, by=leader)
    assert str(leader) in str(Notification.objects.filter(user=office).latest("pk"))


def test_the_database_keeps_the_two_apart_and_wants_ground_and_date(draft, office):
    review = reviewing.asked("article", draft, by=office)
    row = SecrecyReview.objects.filter(pk=review.pk)
    other = factories.user(Role.OFFICE)
    with pytest.raises(IntegrityError, match="secrecy_two_people"), transaction.atomic():
        row.update(state="cleared", ground="nothing", reviewed_by=office, reviewed_on="2008-05-12")
    for wrong in (
        {"ground": ""},
        {"ground": "state"},
        {"reviewed_on": None},
        {"state": "refused"},
    ):
        right = {"state": "cleared", "ground": "nothing", "reviewed_by": other, "reviewed_on": "2008-05-12"}
        with pytest.raises(IntegrityError, match="secrecy_review_has"), transaction.atomic():
            row.update(**right | wrong)


# -- what is said ------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"state": SecrecyState.PARTLY}, "state"),
        ({"state": SecrecyState.CLEARED, "held": {"file": "示例理由"}}, "state"),
        ({"state": SecrecyState.CLEARED, "ground": SecrecyGround.STATE}, "ground"),
        ({"state": SecrecyState.REFUSED, "ground": SecrecyGround.NOTHING}, "ground"),
    ],
)
def test_a_review_that_contradicts_itself_is_refused_at_its_field(draft, said, field):
    review = reviewing.asked("article", draft)
    with pytest.raises(ValidationError) as told:
        reviewing.given(review, **said)
    assert list(told.value.error_dict) == [field]
    review.refresh_from_db()
    assert review.is_waiting


def test_what_changed_while_it_was_read_is_not_reviewed(draft, office):
    review = reviewing.asked("article", draft)
    said = secrecy.Said(
        state=SecrecyState.CLEARED, ground=SecrecyGround.NOTHING, held={}, seen={draft.pk: "0" * 64}
    )
    with pytest.raises(secrecy.ReviewEnded):
        secrecy.give(review=review, said=said, by=factories.user(Role.OFFICE))


def test_of_two_reviewers_one_is_told_and_the_first_word_stands(draft, office):
    review = reviewing.asked("article", draft)
    first, second = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    same = SecrecyReview.objects.get(pk=review.pk)
    reviewing.given(review, SecrecyState.REFUSED, by=first)
    with pytest.raises(secrecy.ReviewEnded):
        reviewing.given(same, by=second)
    review.refresh_from_db()
    assert (review.state, review.reviewed_by) == (SecrecyState.REFUSED, first)
    assert not review.subjects.get().cleared


def test_one_request_waits_at_a_time(draft, office):
    reviewing.asked("article", draft)
    with pytest.raises(Refusal):
        reviewing.asked("article", draft)
    assert SecrecyReview.objects.count() == 1


def test_it_stands_in_the_trail(draft):
    review = reviewing.cleared("article", draft)
    entries = LogEntry.objects.get_for_object(review)
    assert any(entry.changes.get("state") == ["waiting", "cleared"] for entry in entries)
