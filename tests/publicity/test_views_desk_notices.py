"""Notices at the desk: publishing, withdrawing, naming."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Motion, SecrecyReview
from publicity.models import Naming, Notice
from publicity.services import notices
from sites.enums import Stage
from tests import factories, reviewing
from tests.agreeing import agreed, resolved
from tests.publicity import scene

pytestmark = pytest.mark.django_db

OUTSIDERS = [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR]
LIST, ADD = "/desk/notices/", "/desk/notices/add/"


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


def of(notice, name=""):
    return reverse(f"publicity_desk:notice{name}", args=[notice.pk])


def filled(client, **changes):
    """The form as it is shown, with a site ticked."""
    form = client.get(ADD).context["form"]
    data = {name: form[name].initial for name in form.fields if name != "sites"}
    return data | {"sites": [site.pk for site in form.fields["sites"].queryset]} | changes


def test_desk_pages_ask_strangers_to_sign_in(client, notice):
    for address in (LIST, ADD, of(notice)):
        assert client.get(address).status_code == 302
    for name in ("_withdraw", "_name"):
        assert client.post(of(notice, name)).status_code == 302


@pytest.mark.parametrize("role", OUTSIDERS)
def test_desk_pages_do_not_exist_for_others(client, notice, role):
    scene.sign_in(client, role)
    assert client.get(LIST).status_code == 404
    assert client.get(of(notice)).status_code == 404
    for name in ("_withdraw", "_name"):
        assert client.post(of(notice, name), {"reason": "示例"}).status_code == 404


def test_leading_group_reads_but_neither_publishes_nor_withdraws(client, notice):
    scene.sign_in(client, Role.LEADING_GROUP)
    assert client.get(LIST).status_code == 200
    assert client.get(of(notice)).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(of(notice, "_withdraw"), {"reason": "示例"}).status_code == 403
    assert Notice.objects.get().state == "published"


def test_actions_by_get_are_refused(client, notice):
    scene.sign_in(client, Role.OFFICE)
    for name in ("_withdraw", "_name"):
        assert client.get(of(notice, name)).status_code == 405


def test_add_shows_the_counted_end_and_publishes(client, on):
    on("2008-05-05")
    [site] = scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    page = client.get(ADD)
    assert page.context["period"].end.isoformat() == "2008-05-12"
    assert page.context["period"].explained() in page.content.decode()
    answer = client.post(ADD, filled(client))
    review = SecrecyReview.objects.get()
    assert answer.url == review.get_absolute_url()
    assert not Notice.objects.exists(), "another person reviews it first"
    put_out = reverse("people:secrecy_put_out", args=[review.pk])
    assert put_out not in client.get(answer.url).content.decode()
    client.post(put_out)
    assert not Notice.objects.exists()
    assert review.get_absolute_url() in client.get(ADD).content.decode()
    reviewing.given(review)
    assert put_out in client.get(answer.url).content.decode()
    answer = client.post(put_out)
    made = Notice.objects.get()
    assert answer.url == of(made)
    assert put_out not in client.get(review.get_absolute_url()).content.decode()
    assert client.post(put_out).url == review.get_absolute_url()
    assert made.ends_on.isoformat() == "2008-05-12"
    assert [entry.site for entry in made.entries.all()] == [site]


def test_add_with_another_length_shows_its_end_before_anything_is_published(client, on):
    on("2008-05-05")
    scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    data = filled(client, length=7)
    page = client.post(ADD, data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["length"]
    assert not Notice.objects.exists()
    shown = page.context["form"]["seen_end"].value()
    assert client.post(ADD, data | {"seen_end": shown}).status_code == 302
    reviewing.give_all()
    client.post(reverse("people:secrecy_put_out", args=[SecrecyReview.objects.get().pk]))
    assert Notice.objects.get().ends_on.isoformat() == shown == "2008-05-14"


def test_add_with_the_form_of_yesterday_shows_the_new_end_first(client, on):
    on("2008-05-05")
    scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    data = filled(client)
    on("2008-05-06")
    assert client.post(ADD, data).status_code == 422
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("sites", []), ("title", ""), ("length", "4"), ("postcode", "1")]
)
def test_add_with_a_wrong_field_names_it_and_keeps_the_rest(client, on, field, value):
    on("2008-05-05")
    scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    page = client.post(ADD, filled(client, hours="示例受理时间", **{field: value}))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "示例受理时间" in page.content.decode()
    assert not Notice.objects.exists()


def test_add_outside_the_phase_says_so_and_keeps_what_was_typed(client, on):
    on("2008-04-10")
    scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    page = client.post(ADD, filled(client, title="示例公示标题"))
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert "示例公示标题" in page.content.decode()


def test_add_without_accepted_sites_says_what_will_bring_them(client, on):
    on("2008-05-05")
    scene.sign_in(client, Role.OFFICE)
    assert 'class="empty"' in client.get(ADD).content.decode()


def test_notice_names_the_obstacle_of_each_site(client, notice, on):
    first = notice.entries.order_by("pk").first().site
    scene.object_to(notice, first)
    on("2008-05-13")
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.get(of(notice))
    assert [len(obstacles) for _entry, obstacles in page.context["rows"]] == [1, 0]
    content = page.content.decode()
    for secret in (scene.NAME, scene.PHONE, scene.LETTER):
        assert secret not in content


def test_notice_that_runs_offers_no_naming(client, notice):
    scene.sign_in(client, Role.LEADING_GROUP)
    assert of(notice, "_name") not in client.get(of(notice)).content.decode()


def test_withdraw_needs_a_reason(client, notice):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(notice, "_withdraw"), {"reason": " "})
    assert page.status_code == 422
    assert list(page.context["withdraw_form"].errors) == ["reason"]


def test_withdrawn_once_another_person_agrees(client, notice):
    scene.sign_in(client, Role.OFFICE)
    assert client.post(of(notice, "_withdraw"), {"reason": "示例撤回理由"}).status_code == 302
    motion = Motion.objects.get()
    page = client.get(of(notice))
    assert motion.get_absolute_url() in page.content.decode()
    assert page.context["withdraw_form"] is page.context["extend_form"] is None
    assert not Notice.objects.get().withdrawal_reason
    agreed()
    assert Notice.objects.get().withdrawal_reason == "示例撤回理由"


def test_running_notice_gives_no_id_twice(client, notice):
    """Its two forms both ask for a reason; a label must lead to its own."""
    scene.sign_in(client, Role.OFFICE)
    ids = re.findall(r' id="([^"]+)"', client.get(of(notice)).content.decode())
    assert "extend_reason" in ids
    assert len(ids) == len(set(ids))


def rested(typed):
    """What is typed, resting on a resolution of the leading group."""
    return typed | {"resolution": resolved("naming").pk}


def test_name_once_more_from_an_old_page_says_what_happened(client, notice, on):
    on("2008-05-13")
    scene.sign_in(client, Role.LEADING_GROUP)
    chosen = {"sites": [notice.entries.order_by("pk").first().site_id]}
    client.post(of(notice, "_name"), rested(chosen))
    again = client.post(of(notice, "_name"), rested(chosen))
    assert again.status_code == 422
    assert "已不能据此公示命名" in again.content.decode()
    assert Naming.objects.count() == 1


def test_name_works_for_the_chosen_sites(client, notice, on):
    on("2008-05-13")
    scene.sign_in(client, Role.LEADING_GROUP)
    chosen = notice.entries.order_by("pk").first().site
    assert client.post(of(notice, "_name"), rested({"sites": [chosen.pk]})).status_code == 302
    assert Naming.objects.get().site == chosen
    assert {entry.site.stage for entry in notice.entries.all()} == {Stage.NAMED, Stage.ON_NOTICE}


def test_name_is_refused_with_words_while_the_notice_runs(client, notice):
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.post(of(notice, "_name"), rested({"sites": [notice.entries.first().site_id]}))
    assert page.status_code == 422
    assert page.context["name_form"].non_field_errors()
    assert not Naming.objects.exists()


def test_name_without_a_site_is_refused(client, notice, on):
    on("2008-05-13")
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.post(of(notice, "_name"), rested({}))
    assert list(page.context["name_form"].errors) == ["sites"]


def test_name_by_the_office_is_forbidden(client, notice, on):
    on("2008-05-13")
    scene.sign_in(client, Role.OFFICE)
    assert client.post(of(notice, "_name"), {"sites": [notice.entries.first().site_id]}).status_code == 403
    assert not Naming.objects.exists()


def test_extend_shows_the_counted_end_before_it_is_taken(client, notice):
    scene.sign_in(client, Role.OFFICE)
    form = client.get(of(notice)).context["extend_form"]
    seen = form["seen_end"].initial
    assert seen == "2008-05-19"
    data = {"length": "2", "reason": "示例故障", "seen_end": seen}
    page = client.post(of(notice, "_extend"), data)
    assert page.status_code == 422
    assert list(page.context["extend_form"].errors) == ["length"]
    assert page.context["extend_form"].period.end.isoformat() == "2008-05-14"
    notice.refresh_from_db()
    assert notice.ends_on.isoformat() == "2008-05-12"
    assert client.post(of(notice, "_extend"), data | {"seen_end": "2008-05-14"}).url == of(notice)
    agreed()
    notice.refresh_from_db()
    assert notice.ends_on.isoformat() == "2008-05-14"
    assert "示例故障" in client.get(of(notice)).content.decode()


def test_extend_counted_from_an_end_that_a_colleague_has_moved_is_shown_again(client, notice):
    scene.sign_in(client, Role.OFFICE)
    notices.extend(
        notice=notice,
        counted_from=notice.ends_on,
        length=1,
        reason="示例",
        by=factories.user(Role.OFFICE),
    )
    data = {"length": "2", "reason": "示例故障", "seen_end": "2008-05-14"}
    assert client.post(of(notice, "_extend"), data).status_code == 422


@pytest.mark.parametrize("data", [{"length": "0"}, {"length": "-3"}, {"length": "x"}, {"reason": ""}])
def test_extend_with_a_wrong_field_extends_nothing(client, notice, data):
    scene.sign_in(client, Role.OFFICE)
    right = {"length": "2", "reason": "示例", "seen_end": "2008-05-14"}
    page = client.post(of(notice, "_extend"), right | data)
    assert page.status_code == 422
    assert set(data) <= set(page.context["extend_form"].errors)
    assert not notice.extensions.exists()


def test_extend_is_offered_while_the_notice_runs_and_to_the_office_only(client, notice, on):
    scene.sign_in(client, Role.LEADING_GROUP)
    assert client.get(of(notice)).context["extend_form"] is None
    assert client.post(of(notice, "_extend"), {"length": "2"}).status_code == 403
    scene.sign_in(client, Role.OFFICE)
    assert client.get(of(notice, "_extend")).status_code == 405
    on("2008-05-13")
    assert client.get(of(notice)).context["extend_form"] is None
    data = {"length": "2", "reason": "示例", "seen_end": "2008-05-14"}
    page = client.post(of(notice, "_extend"), data)
    assert page.status_code == 422
    assert page.context["extend_form"].non_field_errors()
