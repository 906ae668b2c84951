"""Rechecks at the desk: the list, planning, drawing, and the page that proves a draw."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from publicity.models import Recheck, RecheckDraw
from publicity.services import tracking
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST, ADD, DRAW, DRAWS = (
    "/desk/rechecks/",
    "/desk/rechecks/add/",
    "/desk/rechecks/draw/",
    "/desk/rechecks/draws/",
)


@pytest.fixture
def four(on):
    on("2008-06-02")
    return scene.named(*scene.accepted(4))


def planned(naming, by, due="2008-06-10"):
    return tracking.plan_recheck(naming=naming, due_on=datetime.date.fromisoformat(due), by=by)


def drawn(client, wanted="2"):
    answer = client.post(DRAW, {"wanted": wanted, "due_on": "2008-07-01"})
    assert answer.status_code == 302
    return RecheckDraw.objects.latest("pk")


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.OFFICE, {LIST, ADD, DRAW, DRAWS}),
        (Role.LEADING_GROUP, {LIST, DRAWS}),
        (Role.DISTRICT, {LIST}),
        (Role.AUDITOR, {DRAWS}),
        (Role.LIAISON, set()),
        (Role.INSPECTOR, set()),
    ],
)
def test_who_reads_which_page(client, four, role, pages):
    scene.sign_in(client, role)
    for page in (LIST, ADD, DRAW, DRAWS):
        assert client.get(page).status_code == (200 if page in pages else 403), page
        if page in (ADD, DRAW) and page not in pages:
            assert client.post(page, {"wanted": "1", "due_on": "2008-07-01"}).status_code == 403
    assert not Recheck.objects.exists()


def test_strangers_sign_in(client):
    for page in (LIST, ADD, DRAW, DRAWS):
        assert client.get(page).status_code == 302


def test_recheck_is_planned_for_the_site_the_page_was_opened_for(client, four):
    scene.sign_in(client, Role.OFFICE)
    form = client.get(ADD, {"naming": four[1].pk}).context["form"]
    assert str(form["naming"].value()) == str(four[1].pk)
    answer = client.post(ADD, {"naming": four[1].pk, "due_on": "2008-07-01"})
    assert answer.status_code == 302
    assert Recheck.objects.get().naming == four[1]


@pytest.mark.parametrize(
    ("data", "field"),
    [({"due_on": "2008-07-01"}, "naming"), ({"due_on": "2008-06-01"}, "due_on"), ({}, "due_on")],
)
def test_wrong_plan_says_so_at_the_field(client, four, data, field):
    scene.sign_in(client, Role.OFFICE)
    data = data if field == "naming" else {"naming": four[0].pk, **data}
    page = client.post(ADD, data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]


def test_plan_offers_no_site_a_recheck_waits_for(client, four):
    planned(four[0], scene.sign_in(client, Role.OFFICE))
    assert four[0] not in client.get(ADD).context["form"].fields["naming"].queryset


def test_list_marks_what_is_late_and_is_narrowed(client, four, on):
    office = scene.sign_in(client, Role.OFFICE)
    late, later, done = (
        planned(each, office, due)
        for each, due in zip(four, ["2008-06-03", "2008-07-01", "2008-06-03"], strict=False)
    )
    scene.rechecked(done.naming)
    on("2008-06-04")
    page = client.get(LIST)
    assert list(page.context["object_list"]) == [late, later, done]
    assert page.content.decode().count("deadline--late") == 1
    for state, wanted in (("waiting", [late, later]), ("overdue", [late]), ("done", [done])):
        assert list(client.get(LIST, {"state": state}).context["object_list"]) == wanted


def test_list_goes_out_as_a_workbook(client, four):
    office = scene.sign_in(client, Role.OFFICE)
    planned(four[0], office)
    scene.rechecked(four[0], text="示例复查记录")
    answer = client.get(LIST, {"format": "xlsx"})
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert any({"示例复查记录", four[0].plaque_number} <= set(row) for row in rows)


def test_draw_is_on_record_and_its_page_proves_it(client, four):
    scene.sign_in(client, Role.OFFICE)
    draw = drawn(client)
    for role in (Role.OFFICE, Role.LEADING_GROUP, Role.AUDITOR):
        scene.sign_in(client, role)
        page = client.get(draw.get_absolute_url())
        content = page.content.decode()
        assert draw.seed in content
        assert all(naming.plaque_number in content for naming in four)
        assert [site.code for site in page.context["page"].order][:2] == tracking.drawn(draw)
        assert page.context["page"].is_same
        assert draw.get_absolute_url() in client.get(DRAWS).content.decode()


def test_draw_that_was_tampered_with_says_so(client, four):
    scene.sign_in(client, Role.OFFICE)
    draw = drawn(client)
    taken = set(draw.rechecks.values_list("naming", flat=True))
    other = next(naming for naming in four if naming.pk not in taken)
    Recheck.objects.filter(pk=draw.rechecks.first().pk).update(naming=other)
    page = client.get(draw.get_absolute_url())
    assert not page.context["page"].is_same
    assert "message--error" in page.content.decode()


def test_draw_leaves_out_what_its_reader_stood_aside_from(client, four):
    scene.sign_in(client, Role.OFFICE)
    draw = drawn(client, "4")
    reader = scene.sign_in(client, Role.LEADING_GROUP)
    recusals.recuse(user=reader, site=four[0].site, reason="示例亲属")
    page = client.get(draw.get_absolute_url())
    assert four[0].site.window_name not in page.content.decode()
    assert four[0].plaque_number not in page.content.decode()
    assert (page.context["page"].left_out, page.context["page"].is_same) == (1, True)


@pytest.mark.parametrize("wanted", ["0", "5", "", "-1"])
def test_draw_of_a_wrong_number_says_so_at_the_field(client, four, wanted):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(DRAW, {"wanted": wanted, "due_on": "2008-07-01"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["wanted"]
    assert not RecheckDraw.objects.exists()


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.INSPECTOR])
def test_draw_is_not_found_by_others(client, four, role):
    scene.sign_in(client, Role.OFFICE)
    draw = drawn(client)
    scene.sign_in(client, role)
    assert client.get(reverse("publicity_desk:recheck_draw", args=[draw.pk])).status_code == 404
