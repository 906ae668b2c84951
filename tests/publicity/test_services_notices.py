"""公示: how long a notice runs, what it freezes, how it ends."""

import dataclasses
import datetime
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, SecrecyReview
from accounts.services import motions, secrecy
from accounts.services.secrecy import NotReviewed, OwnReview
from assessments.services import recusals, ties
from core.acting import Refusal
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
from publicity import tasks
from publicity.enums import NoticeState
from publicity.models import Notice, NoticeExtension
from publicity.services import naming, notices
from sites.enums import Stage
from sites.models import Phase, Site
from sites.workflow import InvalidTransition, PhaseClosed
from standards.enums import DayUnit
from standards.models import Rulebook
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.at_once import at_once, kinds, on_both
from tests.documents import reading
from tests.publicity import scene
from tests.standards import drafting

pytestmark = pytest.mark.django_db


# DOMAIN's vectors: published, working days, last day.
@pytest.mark.parametrize(
    ("published", "length", "last"),
    [
        ("2008-04-28", 5, "2008-05-06"),
        ("2008-05-26", 5, "2008-06-02"),
        ("2008-05-26", 7, "2008-06-04"),
        ("2008-06-05", 5, "2008-06-13"),
        ("2025-04-14", 5, "2025-04-21"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-09-28", 5, "2026-10-10"),
    ],
)
def test_notice_ends_as_the_calendar_counts(on, published, length, last):
    Phase.objects.filter(ordinal=4).update(starts_on="2008-04-28", ends_on="2026-12-31")
    on(published)
    notice = scene.publish(length=length)
    notice.refresh_from_db()
    assert notice.ends_on == datetime.date.fromisoformat(last)
    assert notice.counted[-1]["date"] == last
    assert sum(day["working"] for day in notice.counted) == length
    assert published not in {day["date"] for day in notice.counted}


def in_calendar_days() -> None:
    """From now on the rulebook in force counts notices in calendar days."""
    made = drafting.draft_rulebook()
    Rulebook.objects.filter(pk=made.pk).update(notice_unit=DayUnit.CALENDAR_DAYS, notice_days=7)
    made.refresh_from_db()
    drafting.publish(made, adopt=True)


def test_notice_counts_the_days_its_rulebook_says(on, client):
    """Over May Day, in calendar days: page, desk, papers and extension all say which days are meant."""
    Phase.objects.filter(ordinal=4).update(starts_on="2008-04-28", ends_on="2008-12-31")
    on("2008-04-28")
    sites = scene.accepted()
    in_calendar_days()
    notice = scene.publish(*sites, length=None)
    extend(notice, 3)
    notice.refresh_from_db()
    assert (notice.length, notice.unit, notice.ends_on.isoformat()) == (7, "calendar_days", "2008-05-08")
    assert [day["date"] for day in notice.counted] == [f"2008-{day}" for day in CALENDAR_DAYS]
    assert all(day["working"] for day in notice.counted)
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "共 7 个自然日" in page
    assert "延长3个自然日" in page
    client.force_login(factories.user(Role.OFFICE))
    desk = client.get(reverse("publicity_desk:notice", args=[notice.pk])).content.decode()
    assert "<dt>自然日</dt><dd>7</dd>" in desk
    assert "延长自然日数" in desk
    for paper, words in (
        (notice.document, "共7个自然日"),
        (notice.extensions.get().document, "延长3个自然日"),
    ):
        render(paper.pk)
        paper.refresh_from_db()
        text = reading.text_of(paper.file.read())
        assert words in text
        assert "工作日依照" not in text


CALENDAR_DAYS = ("04-29", "04-30", "05-01", "05-02", "05-03", "05-04", "05-05")


def test_notice_goes_on_counting_as_it_began(on):
    on("2008-05-05")
    notice = scene.publish()
    in_calendar_days()
    made = extend(notice, 3)
    assert (notice.unit, made.new_end.isoformat()) == ("working_days", "2008-05-15")


def test_shortest_notice_is_told_in_its_days(on):
    on("2008-05-05")
    sites = scene.accepted()
    in_calendar_days()
    with pytest.raises(ValidationError, match="不得少于 5 个自然日"):
        scene.publish(*sites, length=4)


def test_notice_freezes_its_sites_and_issues_its_paper(on):
    on("2008-05-05")
    sites = scene.accepted(2)
    notice = scene.publish(*sites)
    assert {site.stage for site in Site.objects.filter(pk__in=[site.pk for site in sites])} == {
        Stage.ON_NOTICE
    }
    assert [entry.snapshot["name"] for entry in notice.entries.all()] == [site.window_name for site in sites]
    assert notice.document.kind == DocumentKind.PUBLIC_NOTICE
    assert notice.document.is_public
    assert notice.document.context["counted"] == notice.counted


def test_notice_shorter_than_five_working_days_is_refused(on):
    on("2008-05-05")
    with pytest.raises(ValidationError) as refused:
        scene.publish(length=4)
    assert list(refused.value.error_dict) == ["length"]
    assert not Notice.objects.exists()


def test_notice_outside_its_phase_leaves_nothing_behind(on):
    on("2008-04-10")
    with pytest.raises(PhaseClosed):
        scene.publish()
    assert not Notice.objects.exists()


def test_notice_over_a_site_not_accepted_publishes_none_of_them(on):
    on("2008-05-05")
    [ready] = scene.accepted()
    with pytest.raises(InvalidTransition):
        scene.publish(ready, factories.site(Stage.RECTIFIED))
    ready.refresh_from_db()
    assert ready.stage == Stage.ACCEPTED


@pytest.mark.parametrize(("day", "state"), [("2008-05-12", "published"), ("2008-05-13", "ended")])
def test_notice_is_closed_once_its_last_day_is_over(on, day, state):
    on("2008-05-05")
    notice, leader = scene.publish(), factories.user(Role.LEADING_GROUP)
    on(day)
    for _ in range(2):
        tasks.close_ended_notices()
    notice.refresh_from_db()
    assert notice.state == state
    assert Notification.objects.filter(user=leader).count() == (state == NoticeState.ENDED)


def test_withdrawing_takes_the_sites_back_and_keeps_the_page(on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    notice.refresh_from_db()
    assert notice.state == NoticeState.WITHDRAWN
    assert notice in Notice.objects.published()
    assert {entry.site.stage for entry in notice.entries.all()} == {Stage.ACCEPTED}


def test_withdrawing_needs_a_reason_and_the_city(on):
    on("2008-05-05")
    notice = scene.publish()
    with pytest.raises(ValidationError):
        notices.withdraw(notice=notice, reason=" ", by=factories.user(Role.OFFICE))
    with pytest.raises(PermissionDenied):
        notices.withdraw(notice=notice, reason="示例", by=factories.user(Role.DISTRICT))


def test_withdrawing_twice_is_refused(on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    notices.withdraw(notice=notice, reason="示例", by=office)
    with pytest.raises(InvalidTransition):
        notices.withdraw(notice=notice, reason="示例", by=office)


@pytest.mark.parametrize("day", ["2008-05-13", "2008-05-12"])
def test_withdrawing_once_it_is_over_or_a_site_was_named_is_refused(on, day):
    """Not closed yet; and not even were the last day to come back."""
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    on("2008-05-13")
    if day == "2008-05-12":
        naming.name_sites(
            notice=notice,
            sites=_sites(notice)[:1],
            resolution=resolved("naming"),
            by=factories.user(Role.LEADING_GROUP),
        )
    on(day)
    with pytest.raises(InvalidTransition):
        notices.withdraw(notice=notice, reason="示例", by=factories.user(Role.OFFICE))
    assert Notice.objects.get().state == NoticeState.PUBLISHED


def test_what_nobody_sees_is_taken_out_of_what_a_notice_says(on):
    on("2008-05-05")
    office = factories.user(Role.OFFICE)
    notice = scene.announced(scene.accepted(), office, title="示例\x0b公示", grounds="经实地\x08检查")
    made = extend(notice, reason="电话\x01故障")
    notices.withdraw(notice=notice, reason="示例\x02理由", by=office)
    notice.refresh_from_db()
    assert (notice.title, notice.grounds, notice.withdrawal_reason) == ("示例公示", "经实地检查", "示例理由")
    assert made.reason == "电话故障"
    assert notice.document.title == "示例公示"
    assert notice.document.context["grounds"] == "经实地检查"
    assert made.document.context["reason"] == "电话故障"


def extend(notice, length=2, reason="公示期间电话故障", by=None):
    """From the last day that the notice has for who holds it."""
    return notices.extend(
        notice=notice,
        counted_from=notice.ends_on,
        length=length,
        reason=reason,
        by=by or factories.user(Role.OFFICE),
    )


# DOMAIN's vectors again: a length in two parts ends where the whole does.
@pytest.mark.parametrize(
    ("published", "first", "more", "last"),
    [
        ("2008-05-26", 5, 2, "2008-06-04"),
        ("2008-04-28", 5, 1, "2008-05-07"),
        ("2026-09-28", 5, 1, "2026-10-12"),
    ],
)
def test_extension_is_counted_from_the_last_day(on, published, first, more, last):
    Phase.objects.filter(ordinal=4).update(starts_on="2008-04-28", ends_on="2026-12-31")
    on(published)
    notice = scene.publish(length=first)
    was = notice.ends_on
    made = extend(notice, more)
    notice.refresh_from_db()
    assert (made.old_end, made.new_end.isoformat(), notice.ends_on.isoformat()) == (was, last, last)
    assert sum(day["working"] for day in made.counted) == more
    assert made.counted[-1]["date"] == last


def test_extension_leaves_what_was_published_and_issues_its_paper(on):
    on("2008-05-05")
    notice, leader = scene.publish(*scene.accepted(2)), factories.user(Role.LEADING_GROUP)
    frozen = ("title", "grounds", "published_on", "length", "counted", "office", "telephone")
    before = Notice.objects.values(*frozen).get(), list(notice.entries.values("site", "snapshot"))
    on("2008-05-12")
    made = extend(notice, reason="因公示期间电话故障。")
    assert (Notice.objects.values(*frozen).get(), list(notice.entries.values("site", "snapshot"))) == before
    assert (made.document.kind, made.document.is_public) == (DocumentKind.NOTICE_EXTENSION, True)
    assert made.document.sites.count() == 2
    made.document.refresh_from_db()
    told = made.document.context
    assert (told["old_end"], told["ends_on"], told["reason"]) == (
        "2008-05-12",
        "2008-05-14",
        "公示期间电话故障",
    )
    assert told["notice_number"] == notice.document.full_number
    assert Notification.objects.filter(user=leader).count() == 1


def test_extended_notice_takes_objections_until_its_new_end_and_is_not_named_before(on):
    on("2008-05-05")
    notice = scene.publish()
    stale = Notice.objects.get(pk=notice.pk)
    extend(notice)
    on("2008-05-14")
    tasks.close_ended_notices()
    with pytest.raises(ValidationError):
        naming.name_sites(
            notice=stale,
            sites=_sites(notice),
            resolution=resolved("naming"),
            by=factories.user(Role.LEADING_GROUP),
        )
    assert scene.object_to(stale).is_open
    on("2008-05-15")
    with pytest.raises(InvalidTransition):
        scene.object_to(stale)


def _sites(notice):
    return [entry.site for entry in notice.entries.all()]


@pytest.mark.parametrize("length", [-1, 0, 61])
def test_extension_never_shortens(on, length):
    on("2008-05-05")
    notice = scene.publish()
    with pytest.raises(ValidationError) as refused:
        extend(notice, length)
    assert list(refused.value.error_dict) == ["length"]


def test_extension_that_shortens_is_refused_by_the_database_too(on):
    on("2008-05-05")
    made = extend(scene.publish())
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeExtension.objects.filter(pk=made.pk).update(new_end=made.old_end)


@pytest.mark.parametrize("reason", [" ", "。", "因"])
def test_extension_needs_a_reason(on, reason):
    on("2008-05-05")
    notice = scene.publish()
    with pytest.raises(ValidationError) as refused:
        extend(notice, reason=reason)
    assert list(refused.value.error_dict) == ["reason"]


def test_notice_that_is_over_or_withdrawn_cannot_be_extended(on):
    on("2008-05-05")
    over, taken_back = scene.publish(), scene.publish()
    notices.withdraw(notice=taken_back, reason="示例", by=factories.user(Role.OFFICE))
    stale = Notice.objects.get(pk=over.pk)
    on("2008-05-13")
    for notice in (over, taken_back, stale):
        with pytest.raises(InvalidTransition):
            extend(notice)
    assert not NoticeExtension.objects.exists()
    assert not Document.objects.filter(kind=DocumentKind.NOTICE_EXTENSION).exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_extending_is_the_citys_alone(on, role):
    on("2008-05-05")
    with pytest.raises(PermissionDenied):
        extend(scene.publish(), by=factories.user(role))


def test_extending_and_withdrawing_are_left_to_others_by_whoever_stood_aside(on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=_sites(notice)[0], reason="示例")
    with pytest.raises(PermissionDenied):
        extend(notice, by=office)
    with pytest.raises(PermissionDenied):
        notices.withdraw(notice=notice, reason="示例", by=office)


def test_extending_and_withdrawing_are_left_to_others_by_whoever_is_tied(on):
    """The tie is older than the site, so that nobody stood aside from it."""
    on("2008-05-05")
    office, unit = factories.user(Role.OFFICE), factories.unit()
    ties.declare(user=office, organisation=unit, reason="示例亲属", by=office)
    notice = scene.publish(factories.site(Stage.ACCEPTED, organisation=unit))
    with pytest.raises(PermissionDenied):
        extend(notice, by=office)
    with pytest.raises(PermissionDenied):
        notices.withdraw(notice=notice, reason="示例", by=office)


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_extensions_at_once_from_the_same_day_are_one(database, on):
    """Each saw the same last day: the second would add its days to an end it has not seen."""
    on("2008-05-05")
    notice, people = scene.publish(), [factories.user(Role.OFFICE) for _ in range(2)]
    outcomes = at_once(*(lambda by=by: extend(notice, 1, by=by) for by in people))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    made = NoticeExtension.objects.get()
    assert (made.old_end.day, made.new_end.day, Notice.objects.get().ends_on.day) == (12, 13, 13)
    assert Document.objects.filter(kind=DocumentKind.NOTICE_EXTENSION).count() == 1


def test_a_further_extension_is_counted_from_the_new_end(on):
    on("2008-05-05")
    notice = scene.publish()
    extend(notice, 1)
    with pytest.raises(InvalidTransition):
        extend(notice, 1)
    notice.refresh_from_db()
    extend(notice, 1)
    ends = [(made.old_end.day, made.new_end.day) for made in NoticeExtension.objects.order_by("pk")]
    assert ends == [(12, 13), (13, 14)]


@on_both
@pytest.mark.django_db(transaction=True)
def test_extension_while_the_leading_group_names_never_gives_both(database, on):
    """Named on a notice that runs on, or extended after it was over: neither may be."""
    on("2008-05-05")
    notice, office, leader = scene.publish(), factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    on("2008-05-12")
    outcomes = at_once(
        lambda: extend(notice, 2, by=office),
        lambda: naming.name_sites(
            notice=notice, sites=_sites(notice), resolution=resolved("naming"), by=leader
        ),
    )
    assert kinds(outcomes) == ["ValidationError", "done"]
    on("2008-05-13")
    with pytest.raises(ValidationError):
        naming.name_sites(notice=notice, sites=_sites(notice), resolution=resolved("naming"), by=leader)


def test_closing_publishes_the_result_with_numbers_and_sites(on):
    on("2008-05-05")
    off, stands = scene.accepted(2)
    notice = scene.publish(off, stands)
    scene.conclude(scene.object_to(notice, off), "upheld")
    scene.decline(scene.object_to(notice, stands), "示例")
    notice.refresh_from_db()
    assert notice.result is None
    on("2008-05-13")
    tasks.close_ended_notices()
    notice.refresh_from_db()
    assert notice.closed_on == datetime.date(2008, 5, 13)
    assert notice.result == {
        "on": "2008-05-13",
        "received": 2,
        "letters": {"declined": 1, "upheld": 1, "partly": 0, "not_upheld": 0},
        "stand": [{"name": stands.window_name, "organisation": stands.organisation.name}],
        "removed": [
            {
                "name": off.window_name,
                "organisation": off.organisation.name,
                "on": "2008-05-05",
                "why": "异议成立",
            }
        ],
    }


def test_result_waits_for_the_last_open_objection_and_is_published_with_its_answer(on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    first, second = (scene.object_to(notice, site) for site in _sites(notice))
    on("2008-05-13")
    tasks.close_ended_notices()
    scene.conclude(first, "not_upheld")
    notice.refresh_from_db()
    assert (notice.state, notice.result) == (NoticeState.ENDED, None)
    on("2008-05-20")
    scene.conclude(second, "upheld")
    notice.refresh_from_db()
    assert notice.result["on"] == "2008-05-20"
    assert [site["name"] for site in notice.result["removed"]] == [second.site.window_name]
    assert [site["name"] for site in notice.result["stand"]] == [first.site.window_name]


@on_both
@pytest.mark.django_db(transaction=True)
def test_result_counts_both_of_two_letters_concluded_at_once(database, on):
    on("2008-05-05")
    notice, office = scene.publish(*scene.accepted(2)), factories.user(Role.OFFICE)
    both = [scene.take_up(scene.object_to(notice, site), office) for site in _sites(notice)]
    on("2008-05-13")
    tasks.close_ended_notices()

    def conclude(letter):
        with transaction.atomic():
            scene.conclude(letter, "not_upheld")
            time.sleep(0.2)  # the other one is answered before this one is on record

    assert kinds(at_once(*(lambda letter=letter: conclude(letter) for letter in both))) == ["done", "done"]
    letters = Notice.objects.get().result["letters"]
    assert letters == {"declined": 0, "upheld": 0, "partly": 0, "not_upheld": 2}


def test_result_is_frozen_once_it_is_published(on):
    on("2008-05-05")
    notice = scene.publish()
    on("2008-05-13")
    tasks.close_ended_notices()
    before = Notice.objects.get().result
    on("2008-05-14")
    notice.entries.update(removed_on="2008-05-14")
    tasks.close_ended_notices()
    notices.publish_result(notice)
    assert Notice.objects.get().result == before


def test_withdrawn_notice_has_no_result(on):
    on("2008-05-05")
    notice = scene.publish()
    notices.withdraw(notice=notice, reason="示例", by=factories.user(Role.OFFICE))
    on("2008-05-13")
    tasks.close_ended_notices()
    notice.refresh_from_db()
    assert (notice.result, notice.closed_on) == (None, None)


# -- reviewed for secrets ------------------------------------------------------------------------


def announced(sites, by, **changes):
    said = {"title": "示例公示", "grounds": "经实地检查、社会评议", "contact": scene.CONTACT, "length": 5}
    return notices.announce(programme=factories.programme(), sites=sites, by=by, **said | changes)


def test_notice_goes_out_just_as_it_was_reviewed(on):
    on("2008-05-05")
    sites, office = scene.accepted(2), factories.user(Role.OFFICE)
    said = {"title": "示例公示", "grounds": "经实地检查、社会评议", "contact": scene.CONTACT}
    with pytest.raises(NotReviewed):
        announced(sites, office)
    review = notices.prepare(programme=factories.programme(), sites=sites, length=5, by=office, **said)
    with pytest.raises(NotReviewed):
        announced(sites, office)
    reviewing.given(review)
    for changes in (
        {"title": "另一标题"},
        {"grounds": "另一依据"},
        {"length": 6},
        {"contact": dataclasses.replace(scene.CONTACT, telephone="0473-0000001")},
    ):
        with pytest.raises(NotReviewed):
            announced(sites, office, **changes)
    with pytest.raises(NotReviewed):
        announced([*sites, *scene.accepted()], office)
    Site.objects.filter(pk=sites[0].pk).update(window_name="改过的窗口")
    with pytest.raises(NotReviewed):
        announced(list(Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("pk")), office)
    assert not Notice.objects.exists()
    assert not Site.objects.exclude(stage=Stage.ACCEPTED).exists()
    Site.objects.filter(pk=sites[0].pk).update(window_name=sites[0].window_name)
    assert announced(sites, office).entries.count() == 2


def test_notice_is_published_from_its_review_once_by_the_office(on):
    on("2008-05-05")
    sites, office = scene.accepted(2), factories.user(Role.OFFICE)
    said = {"title": "示例公示", "grounds": "经实地检查、社会评议", "contact": scene.CONTACT}
    review = notices.prepare(programme=factories.programme(), sites=sites[::-1], length=5, by=office, **said)
    reviewing.given(review)
    with pytest.raises(PermissionDenied):
        secrecy.put_out(review=review, by=factories.user(Role.LEADING_GROUP))
    secrecy.put_out(review=review, by=office)
    assert [entry.site for entry in Notice.objects.get().entries.order_by("pk")] == sites[::-1]
    with pytest.raises(Refusal):
        secrecy.put_out(review=review, by=office)
    assert Notice.objects.count() == 1


def test_what_could_not_be_announced_is_not_reviewed_either(on):
    on("2008-05-05")
    office = factories.user(Role.OFFICE)
    said = {"title": "示例公示", "grounds": "示例", "contact": scene.CONTACT, "length": 5, "by": office}
    with pytest.raises(InvalidTransition):
        notices.prepare(programme=factories.programme(), sites=[factories.site(Stage.RECTIFIED)], **said)
    with pytest.raises(ValidationError):
        notices.prepare(programme=factories.programme(), sites=[], **said)
    with pytest.raises(ValidationError):
        notices.prepare(programme=factories.programme(), sites=scene.accepted(), **said | {"length": 4})
    assert not SecrecyReview.objects.exists()


def test_why_a_notice_is_withdrawn_is_reviewed_by_a_third_person(on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    decider = factories.user(Role.LEADING_GROUP)
    motion = motions.move(kind="notice.withdraw", record=notice, values={"reason": "示例理由"}, by=office)
    with pytest.raises(NotReviewed):
        motions.agree(motion=motion, by=decider)
    review = SecrecyReview.objects.waiting().get()
    with pytest.raises(OwnReview):
        reviewing.given(review, by=office)
    reviewing.given(review)
    with pytest.raises(OwnReview):
        motions.agree(motion=motion, by=SecrecyReview.objects.get(pk=review.pk).reviewed_by)
    assert Notice.objects.get().state == NoticeState.PUBLISHED
    motions.agree(motion=motion, by=decider)
    assert Notice.objects.get().state == NoticeState.WITHDRAWN


def test_what_is_taken_back_or_declined_is_reviewed_by_nobody(on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    values = {"reason": "示例理由"}
    for end in (
        lambda motion: motions.take_back(motion=motion, reason="示例", by=office),
        lambda motion: motions.decline(motion=motion, reason="示例", by=factories.user(Role.LEADING_GROUP)),
    ):
        end(motions.move(kind="notice.withdraw", record=notice, values=values, by=office))
        assert not SecrecyReview.objects.waiting().exists()


def test_usual_title_tells_notices_apart(on):
    on("2008-05-05")
    programme = factories.programme()
    assert notices.usual_title(programme, {"service"}) == "关于拟命名第一批乌海市办事公开示范点的公示"
    scene.publish()
    told = notices.usual_title(programme, {"service", "government_affairs"})
    assert told == "关于拟命名第二批乌海市政务公开示范点和办事公开示范点的公示"


def test_title_of_another_notice_is_refused_with_its_number(on):
    on("2008-05-05")
    before = scene.publish(title="示例公示标题")
    with pytest.raises(ValidationError, match=before.document.full_number):
        scene.publish(title="示例公示标题")
    assert Notice.objects.count() == 1
