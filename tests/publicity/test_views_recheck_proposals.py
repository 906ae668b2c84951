"""Proposed rechecks at the desk: the list, one site's page, and what the office says there."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from publicity.models import Recheck, RecheckDecline, RecheckDraw
from publicity.recheck_proposals import proposals_of
from publicity.services import proposals, tracking
from tests import factories
from tests.publicity import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST, DRAW = "/desk/rechecks/proposals/", "/desk/rechecks/proposals/draw/"


@pytest.fixture
def four(on):
    on("2008-06-02")
    return scene.named(*scene.accepted(4))


def page(naming, act=""):
    return f"{LIST}{naming.pk}/{act}"


def ground(naming):
    return proposals_of(naming, factories.user(Role.OFFICE))[0].ground


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.OFFICE, True, True),
        (Role.LEADING_GROUP, True, False),
        (Role.DISTRICT, True, False),
        (Role.AUDITOR, False, False),
        (Role.LIAISON, False, False),
        (Role.INSPECTOR, False, False),
    ],
)
def test_who_reads_and_who_answers(client, four, on, role, reads, writes):
    on("2009-05-04")
    upon = ground(four[0])
    scene.sign_in(client, role)
    assert client.get(LIST).status_code == (200 if reads else 403)
    if not writes:
        for address, typed in [
            (DRAW, {}),
            (page(four[0], "accept/"), {"ground": upon, "due_on": "2009-05-10"}),
            (page(four[0], "decline/"), {"ground": upon, "text": "示例"}),
        ]:
            assert client.post(address, typed).status_code in (403, 404), address
    assert not Recheck.objects.exists()
    assert not RecheckDecline.objects.exists()
    assert not RecheckDraw.objects.exists()


def test_list_says_what_is_proposed_why_and_until_when(client, four, on):
    on("2009-05-20")
    scene.sign_in(client, Role.OFFICE)
    seen = client.get(LIST)
    assert [line.proposal.spot for line in seen.context["lines"]] == [naming.pk for naming in four]
    content = seen.content.decode()
    for words in (
        four[0].site.window_name,
        four[0].plaque_number,
        "regular",
        "counted from",
        "to be answered",
    ):
        assert words in content
    assert page(four[0]) in content


def test_empty_list_says_when_the_next_one_comes_up(client, four):
    scene.sign_in(client, Role.OFFICE)
    content = client.get(LIST).content.decode()
    assert "The next regular one is due by" in content
    assert "2009" in content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=waits", 2),
        ("state=late", 3),
        ("state=declined", 1),
        ("origin=drawn", 3),
        ("origin=regular", 0),
        ("state=moon", 3),
        ("origin=planned", 3),
    ],
)
def test_list_is_narrowed_by_state_and_origin(client, four, on, query, found):
    office = scene.sign_in(client, Role.OFFICE)
    tracking.plan_recheck(naming=four[0], due_on=datetime.date(2008, 6, 10), by=office)
    draw = RecheckDraw.objects.create(
        programme=factories.programme(),
        seed="示例",
        pool=[],
        wanted=3,
        drawn_by=office,
        drawn_on="2008-06-02",
        period_from="2008-01-01",
        period_to="2008-06-30",
    )
    for naming in four[1:]:
        draw.drawn_sites.create(naming=naming)
    proposals.decline(naming=four[1], ground=ground(four[1]), text="示例", by=office)
    on("2008-07-02")
    assert len(client.get(f"{LIST}?{query}").context["lines"]) == found


def test_share_is_drawn_by_a_button_once_and_leads_to_its_proof(client, four):
    scene.sign_in(client, Role.OFFICE)
    assert "of 4 named sites 2" in client.get(LIST).content.decode()
    for _twice in range(2):
        assert client.post(DRAW, follow=True).status_code == 200
    draw = RecheckDraw.objects.get()
    seen = client.get(LIST)
    assert draw.get_absolute_url() in seen.content.decode()
    assert len(seen.context["lines"]) == 2
    proof = client.get(draw.get_absolute_url())
    assert proof.context["page"].is_same
    assert "The rulebook's share" in proof.content.decode()


def test_office_sets_the_recheck_on_the_sites_page(client, four, on):
    on("2009-05-04")
    scene.sign_in(client, Role.OFFICE)
    assert client.get(page(four[0])).status_code == 200
    answer = client.post(page(four[0], "accept/"), {"ground": ground(four[0]), "due_on": "2009-05-10"})
    assert answer.url == tracking.page_of(four[0])
    assert Recheck.objects.get().due_on == datetime.date(2009, 5, 10)
    assert "waits, due on" in client.get(page(four[0])).content.decode()


def test_office_says_why_not_and_a_late_site_stays_so(client, four, on):
    on("2009-05-04")
    scene.sign_in(client, Role.OFFICE)
    upon = ground(four[0])
    client.post(page(four[0], "decline/"), {"ground": upon, "text": "示例窗口迁址"})
    assert "示例窗口迁址" in client.get(page(four[0])).content.decode()
    again = client.post(page(four[0], "decline/"), {"ground": upon, "text": "示例又一理由"})
    assert again.status_code == 422
    assert "why it is not rechecked; that stands" in again.content.decode()
    for story in (tracking.page_of(four[0]), four[0].site.get_absolute_url()):
        content = client.get(story).content.decode()
        assert "Not rechecked (regular)" in content
        assert "示例窗口迁址" in content
    on("2009-05-20")
    content = client.get(page(four[0])).content.decode()
    assert "the site is late all the same" in content
    assert RecheckDecline.objects.get().text == "示例窗口迁址"


@pytest.mark.parametrize(
    ("act", "typed", "words"),
    [
        ("accept/", {"due_on": "2009-08-01"}, "By the rulebook the site is rechecked by"),
        ("accept/", {"due_on": "2009-05-01"}, "Choose today or a later day."),
        ("accept/", {"due_on": "x"}, "Enter a valid date."),
        ("decline/", {"text": " "}, "This field is required."),
    ],
)
def test_wrong_answer_comes_back_with_why(client, four, on, act, typed, words):
    on("2009-05-04")
    scene.sign_in(client, Role.OFFICE)
    answer = client.post(page(four[0], act), {"ground": ground(four[0]), **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Recheck.objects.exists()


@pytest.mark.parametrize("act", ["accept/", "decline/"])
def test_answer_upon_a_ground_that_is_gone_says_so_on_top(client, four, act):
    scene.sign_in(client, Role.OFFICE)
    for upon in ("", "regular-20080513", "<script>"):
        answer = client.post(page(four[0], act), {"ground": upon, "due_on": "2008-06-10", "text": "示例"})
        assert answer.status_code == 422
        assert "not proposed any more" in answer.content.decode()
    assert not Recheck.objects.exists()


def test_who_stood_aside_sees_nothing_of_the_site(client, four, on):
    on("2009-05-04")
    office = scene.sign_in(client, Role.OFFICE)
    recusals.recuse(user=office, site=four[0].site, reason="示例亲属")
    assert four[0].site.window_name not in client.get(LIST).content.decode()
    assert client.get(page(four[0])).status_code == 404
    assert client.post(page(four[0], "accept/"), {"ground": "x", "due_on": "2009-05-10"}).status_code == 404


def test_site_and_naming_say_when_the_regular_recheck_is_due_and_that_it_is_late(client, four, on):
    site = four[0].site
    pages = [site.get_absolute_url(), tracking.page_of(four[0])]
    scene.sign_in(client, Role.OFFICE)
    for address in pages:
        content = client.get(address).content.decode()
        assert page(four[0]) in content
        assert "state--negative" not in content
    on("2009-05-20")
    for address in pages:
        assert "late by 5 working days" in client.get(address).content.decode(), address


def test_late_site_is_to_do_and_among_the_deadlines(client, four, on):
    on("2009-05-20")
    scene.sign_in(client, Role.OFFICE)
    assert "Set the regular recheck, or say why not" in client.get(reverse("desk:home")).content.decode()
    assert page(four[0]) in client.get(reverse("desk:deadlines")).content.decode()


def test_list_asks_no_more_for_more_sites(client, four, on, django_assert_max_num_queries):
    on("2009-05-20")
    scene.sign_in(client, Role.OFFICE)
    client.get(LIST)
    with django_assert_max_num_queries(14):
        assert len(client.get(LIST).context["lines"]) == 4
