"""Where a notice was made known: recorded by the office, reviewed for secrets, corrected, taken back."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role, SecrecyState
from accounts.models import SecrecyReview
from accounts.services.secrecy import NotReviewed, OwnReview
from assessments.services import recusals
from publicity.enums import OutletKind
from publicity.models import Notice, NoticeOutlet, NoticePromise, OutletPicture
from publicity.models.outlets import not_made_known
from publicity.services import notices, outlets
from sites.workflow import InvalidTransition
from tests import factories, reviewing
from tests.assessments import photos
from tests.assessments.builders import upload
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db
DAY = datetime.date(2008, 5, 6)
WORDS = {"kind": "newspaper", "on": DAY, "medium": "示例日报", "note": "", "shows": ""}


@pytest.fixture
def notice(on):
    """Runs from 5 to 12 May 2008 and promises a notice board; today is 7 May."""
    on("2008-05-05")
    made = scene.publish(*scene.accepted(2))
    on("2008-05-07")
    return made


def record(notice, by=None, picture=None, **changes):
    return outlets.record(
        notice=notice, words=WORDS | changes, picture=picture, by=by or factories.user(Role.OFFICE)
    )


def missing(notice):
    return outlets.missing(notice.promises.all(), notice.outlets.all())


def refused(notice, field, **changes):
    with pytest.raises(ValidationError) as raised:
        record(notice, **changes)
    assert set(raised.value.message_dict) == {field}
    assert not NoticeOutlet.objects.exists()


def test_record_asks_for_the_review_and_is_not_public_before(notice):
    office = factories.user(Role.OFFICE)
    made = record(notice, by=office)
    assert (made.entered_by, made.entered_on, made.published_on) == (office, datetime.date(2008, 5, 7), None)
    review = SecrecyReview.objects.get(kind="outlet")
    assert (review.asked_by, list(review.writers.all())) == (office, [office])
    with pytest.raises(NotReviewed):
        outlets.publish(outlet=made, by=office)
    assert not NoticeOutlet.objects.published().exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_records_corrects_publishes_and_takes_back(notice, role):
    made, other = record(notice), factories.user(role)
    for act in (
        lambda: record(notice, by=other),
        lambda: outlets.correct(outlet=made, words=WORDS, by=other),
        lambda: outlets.publish(outlet=made, by=other),
        lambda: outlets.withdraw(outlet=made, reason="示例", by=other),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert NoticeOutlet.objects.standing().count() == 1


def test_who_stood_aside_from_a_site_of_the_notice_leaves_it_to_others(notice):
    aside = factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=notice.entries.first().site, reason="示例")
    with pytest.raises(PermissionDenied):
        record(notice, by=aside)
    assert record(notice) not in outlets.open_to(aside)


@pytest.mark.parametrize("day", ["2008-05-04", "2007-05-06", "2008-05-08", "2008-05-13"])
def test_day_before_the_notice_or_still_to_come_is_refused(notice, day):
    refused(notice, "on", on=datetime.date.fromisoformat(day))


def test_day_after_the_notice_is_refused_and_its_first_and_last_are_not(notice, on):
    on("2008-05-20")
    refused(notice, "on", on=datetime.date(2008, 5, 13))
    for day in (notice.published_on, notice.ends_on):
        record(notice, on=day)
    assert NoticeOutlet.objects.count() == 2


def test_record_without_medium_or_of_no_known_form_is_refused(notice):
    refused(notice, "medium", medium="  ")
    refused(notice, "kind", kind="website")


def test_picture_without_words_or_that_is_none_is_refused_and_leaves_no_file(notice):
    refused(notice, "shows", picture=photos.upload())
    with pytest.raises(ValidationError):
        record(notice, picture=upload("示例.pdf", pdf(b"\xe2\xe3\xcf\xd3")), shows="示例")
    assert not OutletPicture.objects.exists()


def test_words_about_a_picture_that_is_not_there_are_dropped(notice):
    assert record(notice, shows="示例画面").shows == ""


def test_nothing_is_recorded_of_a_withdrawn_notice_and_the_public_reads_nothing_of_it(notice):
    scene.outlet_in_public(notice)
    notices.withdraw(notice=notice, reason="示例", by=factories.user(Role.OFFICE))
    assert not NoticeOutlet.objects.published().exists()
    with pytest.raises(InvalidTransition):
        record(Notice.objects.get(pk=notice.pk))


def test_published_by_another_than_who_reviewed_it_and_once(notice):
    made = record(notice)
    review = reviewing.given(SecrecyReview.objects.get(kind="outlet"))
    with pytest.raises(OwnReview):
        outlets.publish(outlet=made, by=review.reviewed_by)
    outlets.publish(outlet=made, by=factories.user(Role.OFFICE))
    assert list(NoticeOutlet.objects.published()) == [made]
    with pytest.raises(InvalidTransition):
        outlets.publish(outlet=made, by=factories.user(Role.OFFICE))


def test_picture_is_part_of_what_is_reviewed(notice):
    made = scene.outlet(notice)
    reviewing.clear("outlet", made)
    OutletPicture.objects.update(sha256="0" * 64)
    with pytest.raises(NotReviewed):
        outlets.publish(outlet=made, by=factories.user(Role.OFFICE))


def test_correction_leaves_the_public_page_until_it_is_reviewed_anew_and_the_trail_keeps_both(notice):
    made, other = scene.outlet_in_public(notice), factories.user(Role.OFFICE)
    words = WORDS | {"medium": "示例晚报", "shows": "示例画面"}
    outlets.correct(outlet=made, words=words, by=other)
    made.refresh_from_db()
    assert (made.medium, made.published_on) == ("示例晚报", None)
    assert not NoticeOutlet.objects.published().exists()
    review = SecrecyReview.objects.get(kind="outlet", state=SecrecyState.WAITING)
    assert {made.entered_by, other} == set(review.writers.all())
    changes = [entry.changes_dict for entry in LogEntry.objects.get_for_object(made)]
    assert ["示例公示栏", "示例晚报"] in [change.get("medium") for change in changes]


def test_correction_before_the_review_takes_that_review_back(notice):
    made = record(notice)
    outlets.correct(outlet=made, words=WORDS | {"medium": "示例晚报"}, by=factories.user(Role.OFFICE))
    states = SecrecyReview.objects.filter(kind="outlet").order_by("pk").values_list("state", flat=True)
    assert list(states) == [SecrecyState.TAKEN_BACK, SecrecyState.WAITING]


def test_new_picture_takes_the_place_of_the_old_one_which_stays_on_record(notice):
    made = scene.outlet(notice)
    words = WORDS | {"shows": "另一画面"}
    outlets.correct(outlet=made, words=words, picture=photos.upload(seed=2), by=factories.user(Role.OFFICE))
    assert [bool(each.removed_on) for each in made.pictures.order_by("pk")] == [True, False]
    assert NoticeOutlet.objects.get().picture == made.pictures.standing().get()


def test_taken_back_with_a_reason_it_counts_no_more_and_cannot_be_changed(notice):
    made, office = scene.outlet_in_public(notice), factories.user(Role.OFFICE)
    with pytest.raises(ValidationError):
        outlets.withdraw(outlet=made, reason="  ", by=office)
    outlets.withdraw(outlet=made, reason="登记有误", by=office)
    assert not NoticeOutlet.objects.published().exists()
    assert missing(notice) == [OutletKind.BOARD]
    for act in (
        lambda: outlets.correct(outlet=made, words=WORDS, by=office),
        lambda: outlets.publish(outlet=made, by=office),
        lambda: outlets.withdraw(outlet=made, reason="再次", by=office),
    ):
        with pytest.raises(InvalidTransition):
            act()
    assert NoticeOutlet.objects.get().withdrawal_reason == "登记有误"


def test_a_notice_promises_its_forms_in_one_order_and_its_paper_says_so(on):
    on("2008-05-05")
    notice = scene.publish(forms=["board", "newspaper", "board", "other"])
    assert [promise.kind for promise in notice.promises.all()] == ["newspaper", "board"]
    assert notice.document.context["made_known"] == "本公示在本网站、报纸和公示栏同时公布。"


@pytest.mark.parametrize(
    ("forms", "sentence"),
    [
        ((), "本公示在本网站公布。"),
        (("board",), "本公示在本网站和公示栏同时公布。"),
        (("newspaper", "broadcast", "meeting"), "本公示在本网站、报纸、广播电视和有关会议同时公布。"),
    ],
)
def test_sentence_of_the_forms(forms, sentence):
    assert notices.made_known(forms) == sentence


def test_what_is_promised_and_not_recorded_is_missing_until_it_is(on):
    on("2008-05-05")
    notice = scene.publish(forms=["newspaper", "board"])
    assert missing(notice) == [OutletKind.NEWSPAPER, OutletKind.BOARD]
    record(notice, on=notice.published_on)
    assert missing(notice) == [OutletKind.BOARD]
    assert list(Notice.objects.filter(not_made_known())) == [notice]
    record(notice, kind="board", on=notice.published_on)
    assert not Notice.objects.filter(not_made_known()).exists()


def test_notice_that_promises_nothing_waits_for_one_form_of_any_kind(on):
    on("2008-05-05")
    notice = scene.publish(forms=[])
    assert list(Notice.objects.filter(not_made_known())) == [notice]
    record(notice, kind="other", on=notice.published_on)
    assert not Notice.objects.filter(not_made_known()).exists()


def test_the_database_refuses_what_the_service_does(notice):
    made = scene.outlet_in_public(notice)
    for wrong in (
        {"medium": ""},
        {"published_on": datetime.date(2008, 5, 1)},
        {"withdrawn_on": DAY},
        {"withdrawal_reason": "示例"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeOutlet.objects.filter(pk=made.pk).update(**wrong)
    for kind in ("board", "other"):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticePromise.objects.create(notice=notice, kind=kind)
