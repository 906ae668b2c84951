"""Commendations on the pages: drafted, put forward and decided at the desk, read by everybody, found."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import SecrecyReview
from assessments.services import recusals
from desk.todo import todos
from publicity.models import Commendation
from publicity.open_data import DATA_SETS
from publicity.services import commendations
from sites.calendar import pinned
from sites.enums import Stage
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.publicity import scene

pytestmark = pytest.mark.django_db

TITLE, GROUNDS = "关于表彰示例先进的决定", "示例成效显著"


@pytest.fixture
def office(client, on):
    on("2008-05-20")
    return scene.sign_in(client, Role.OFFICE)


@pytest.fixture
def site(office):
    return factories.site(Stage.NAMED)


@pytest.fixture
def made(site, office):
    return scene.commendation(site, by=office)


def page_of(name, *keys):
    return reverse(f"publicity_desk:commendation{name}", args=keys)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    html = answer.content.decode()
    return html[html.index("<main") :]


def test_from_the_draft_to_the_public_page(client, site, office):
    answer = client.post(page_of("_add"), {"title": TITLE, "grounds": GROUNDS})
    made = Commendation.objects.get()
    assert answer.url == made.get_absolute_url()
    unit = factories.unit()
    for about, typed in (
        ("site", {"site": site.pk, "reason": "示例集体事迹"}),
        ("organisation", {"organisation": unit.pk, "reason": "示例组织有力"}),
        ("person", {**scene.PERSON, "organisation": unit.pk}),
    ):
        assert client.post(page_of("_line_add", made.pk, about), typed).url == made.get_absolute_url()
    assert made.lines.count() == 3
    assert client.post(page_of("_put_forward", made.pk)).url == made.get_absolute_url()
    reviewing.give_all()

    leader = scene.sign_in(client, Role.LEADING_GROUP)
    assert made.get_absolute_url() in {todo.url for todo in todos(leader)}
    resolution = resolved("commendation")
    client.post(page_of("_decide", made.pk), {"resolution": resolution.pk})
    made.refresh_from_db()
    assert made.is_public

    client.logout()
    for address in (reverse("publicity:commendations"), made.get_public_url()):
        html = read(client, address)
        assert made.decision.title in html
        assert made.decision.full_number in html
    for shown in (
        site.window_name,
        unit.name,
        "示例李某",
        "示例科长",
        "示例集体事迹",
        "示例个人事迹",
        GROUNDS,
    ):
        assert shown in html, shown
    assert "示例本人书面同意" not in html
    assert made.get_public_url() in read(client, reverse("publicity:search") + "?q=示例先进")
    assert reverse("publicity:commendations") in read(client, reverse("publicity:namings"))
    assert made.get_public_url() in client.get(reverse("publicity:sitemap")).content.decode()


def test_what_is_not_decided_is_nobody_else_s(client, made):
    scene.put_forward(made)
    client.logout()
    assert client.get(made.get_public_url()).status_code == 404
    assert TITLE not in read(client, reverse("publicity:commendations"))
    assert made.get_public_url() not in read(client, reverse("publicity:search") + "?q=示例先进")


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_other_roles_do_not_read_it_at_the_desk(client, made, role):
    scene.sign_in(client, role)
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(reverse("publicity_desk:commendations")).status_code == 404


@pytest.mark.parametrize(
    ("about", "typed", "field"),
    [
        ("site", {"site": "", "reason": "示例"}, "site"),
        ("site", {"site": "9" * 30, "reason": "示例"}, "site"),
        ("person", {**scene.PERSON, "consented_on": ""}, "consented_on"),
        ("person", {**scene.PERSON, "consented_on": "2008-05-21"}, "consented_on"),
        ("person", {**scene.PERSON, "reason": "  "}, "reason"),
        ("organisation", {"organisation": "x", "reason": "示例"}, "organisation"),
    ],
)
def test_bad_input_is_told_at_its_field(client, made, about, typed, field):
    organisation = typed.get("organisation", factories.unit().pk)
    answer = client.post(page_of("_line_add", made.pk, about), {**typed, "organisation": organisation})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert made.lines.count() == 1


def test_a_warned_site_is_not_offered_and_the_same_site_is_refused_plainly(client, made, site):
    warned = factories.site(Stage.WARNED)
    form = read(client, page_of("_line_add", made.pk, "site"))
    assert str(site) in form
    assert str(warned) not in form
    answer = client.post(page_of("_line_add", made.pk, "site"), {"site": site.pk, "reason": "示例"})
    assert answer.status_code == 422
    assert str(site.organisation) in str(answer.context["form"].errors["site"])
    assert client.get(page_of("_line_add", made.pk, "nothing")).status_code == 404


def test_a_line_is_changed_and_taken_off_on_the_page(client, made, site):
    line = made.lines.get()
    assert "示例集体事迹" in read(client, page_of("_line", line.pk))
    client.post(page_of("_line", line.pk), {"site": site.pk, "reason": "示例改写"})
    line.refresh_from_db()
    assert line.reason == "示例改写"
    client.post(page_of("_line_off", line.pk))
    assert not made.lines.exists()
    assert page_of("_put_forward", made.pk) not in read(client, made.get_absolute_url())


def test_an_empty_list_is_told_so_when_it_is_put_forward(client, made):
    made.lines.all().delete()
    answer = client.post(page_of("_put_forward", made.pk), follow=True)
    assert "名单为空" in answer.content.decode()
    made.refresh_from_db()
    assert made.is_draft


def test_the_leading_group_sends_it_back_and_the_office_reads_why(client, made, office):
    scene.put_forward(made, office)
    scene.sign_in(client, Role.LEADING_GROUP)
    client.post(page_of("_take_back", made.pk), {"reason": "示例事迹不具体"})
    made.refresh_from_db()
    assert made.is_draft
    client.force_login(office)
    assert "示例事迹不具体" in read(client, made.get_absolute_url())


def test_a_decision_without_a_resolution_is_asked_for_one(client, made, office):
    scene.put_forward(made, office)
    scene.sign_in(client, Role.LEADING_GROUP)
    for typed in ({}, {"resolution": resolved("naming").pk}, {"resolution": "9" * 30}):
        answer = client.post(page_of("_decide", made.pk), typed)
        assert answer.status_code == 422
        assert "resolution" in answer.context["forms"]["decide"].errors
    made.refresh_from_db()
    assert made.is_put_forward


def test_while_it_is_reviewed_nobody_can_decide(client, made, office):
    commendations.put_forward(commendation=made, by=office)
    leader = scene.sign_in(client, Role.LEADING_GROUP)
    assert page_of("_decide", made.pk) not in read(client, made.get_absolute_url())
    assert made.get_absolute_url() not in {todo.url for todo in todos(leader)}
    reviewing.given(SecrecyReview.objects.waiting().get(), by=leader)
    assert page_of("_decide", made.pk) not in read(client, made.get_absolute_url())


def test_who_stood_aside_finds_neither_page_nor_line_nor_to_do(client, made, site, office):
    scene.put_forward(made, office)
    leader = scene.sign_in(client, Role.LEADING_GROUP)
    recusals.recuse(user=leader, site=site, reason="示例")
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.post(page_of("_decide", made.pk), {}).status_code == 404
    assert made.title not in read(client, reverse("publicity_desk:commendations"))
    assert made.get_absolute_url() not in {todo.url for todo in todos(leader)}
    aside = scene.sign_in(client, Role.OFFICE)
    recusals.recuse(user=aside, site=site, reason="示例")
    assert client.get(page_of("_line", made.lines.get().pk)).status_code == 404


def test_a_revoked_site_s_honour_is_said_to_have_ended(client, office):
    (named,) = scene.named()
    made = scene.decided(scene.commendation(named.site, by=office))
    assert "荣誉称号已终止" not in read(client, made.get_public_url())
    scene.warned(named)
    with pinned(datetime.date(2008, 7, 1)):
        revocation = scene.revoked(named, why_early="示例")
    client.logout()
    html = read(client, made.get_public_url())
    assert "荣誉称号已终止" in html
    assert revocation.decision.full_number in html
    assert "2008年7月1日" in html


def test_open_data_has_the_bodies_and_no_person(made, site, office):
    scene.commend_person(made, office, factories.unit())
    kind = DATA_SETS["commendations"]
    assert not kind.records()
    scene.decided(made)
    rows = [kind.row(line) for line in kind.records()]
    assert [len(row) for row in rows] == [len(kind.fields)]
    assert rows[0][1:4] == [site.window_name, site.organisation.name, f"site-{site.pk}"]
    assert made.decision.full_number in rows[0]


def test_the_meeting_leads_to_its_commendation_as_far_as_one_may_know(client, made, site, office):
    typed = scene.EVENT | {"kind": "commendation", "commendation": made.pk, "begins_at": "09:00"}
    typed |= {"invited": [site.organisation_id], "sites": [site.pk]}
    client.post(reverse("publicity_desk:event_add"), typed)
    event = made.events.get()
    assert made.get_absolute_url() in read(client, event.get_absolute_url())
    assert event.get_absolute_url() in read(client, made.get_absolute_url())
    liaison = factories.liaison_of(site)
    client.force_login(liaison)
    assert TITLE not in read(client, event.get_absolute_url())
    scene.decided(made)
    assert made.get_public_url() in read(client, event.get_absolute_url())


def test_another_kind_of_meeting_is_about_no_commendation(client, made, site):
    typed = scene.EVENT | {"kind": "exchange", "commendation": made.pk, "begins_at": "09:00"}
    answer = client.post(reverse("publicity_desk:event_add"), typed | {"invited": [site.organisation_id]})
    assert answer.status_code == 422
    assert "kind" in answer.context["form"].errors
    assert not made.events.exists()
