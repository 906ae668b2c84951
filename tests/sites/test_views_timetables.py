"""Timetables: one, its measures ticked off, and the list of all."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from sites import services
from sites.enums import Level, PlanState, Stage
from sites.models import Measure, WorkPlan
from tests import factories
from tests.files import pdf
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = reverse("sites:timetables")


def page(site):
    return reverse("sites:timetable", args=[site.pk])


def act(name, measure):
    return reverse(f"sites:measure_{name}", args=[measure.pk])


# -- one timetable --------------------------------------------------------------------


def test_timetable_ladder(client, site):
    assert client.get(page(site)).status_code == 302
    for stranger in (making.clerk(factories.district("乌达")), factories.user(Role.LIAISON)):
        client.force_login(stranger)
        assert client.get(page(site)).status_code == 404
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(page(site)).status_code == 200
    assert client.post(page(site)).status_code == 405


def test_timetable_without_a_plan_in_force_says_what_fills_it(client, site, liaison):
    making.file_plan(site, liaison)
    client.force_login(liaison)
    html = client.get(page(site)).content.decode()
    assert "No plan in force yet" in html
    assert reverse("sites:plan", args=[site.pk]) in html


def test_timetable_shows_state_and_what_one_may_do(client, site, liaison, district, measure):
    client.force_login(liaison)
    html = client.get(page(site)).content.decode()
    assert "under way" in html
    assert "19 days left" in html
    assert act("tick", measure) in html
    client.force_login(district)
    assert act("tick", measure) not in client.get(page(site)).content.decode()


def test_timetable_before_phase_two_says_when_it_begins(client, site, liaison, measure, on):
    on("2008-01-20")
    client.force_login(liaison)
    html = client.get(page(site)).content.decode()
    assert "Measures are ticked off from" in html
    assert "not begun" in html
    assert act("tick", measure) not in html
    response = client.post(act("tick", measure), {"note": "示例"})
    assert response.status_code == 422
    assert "1 February 2008" in response.content.decode()


def test_timetable_of_a_district(client, district, liaison, site):
    url = reverse("sites:district_timetable", args=[site.filing_id])
    client.force_login(district)
    assert client.get(url).status_code == 200
    client.force_login(liaison)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_timetable_queries_do_not_grow_with_its_measures(client, on, django_assert_num_queries, count):
    site = making.determined_site()
    liaison, district = factories.liaison_of(site), making.clerk(site.filing.organisation)
    spans = [("2008-02-01", "2008-03-31")] * count
    plan = making.file_plan(site, liaison, measures=making.measures(*spans))
    services.agree_plan(plan=plan, by=district)
    on("2008-02-10")
    for one in plan.measures.all()[: count - 1]:
        services.tick_off(measure=one, note="示例", by=liaison)
    client.force_login(liaison)
    with django_assert_num_queries(11):
        client.get(page(site))


# -- ticking off --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tick", "take_back", "file"])
def test_measure_out_of_sight_is_not_found(client, measure, name):
    assert client.get(act(name, measure)).status_code == 302
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.get(act(name, measure)).status_code == 404


def test_measure_of_a_plan_that_waits_is_not_found(client, site, liaison):
    plan = making.file_plan(site, liaison)
    client.force_login(liaison)
    assert client.get(act("tick", plan.measures.get())).status_code == 404


def test_measure_is_ticked_off_by_the_unit_alone(client, measure, district):
    for reader in (district, factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)):
        client.force_login(reader)
        assert client.post(act("tick", measure), {"note": "示例"}).status_code == 403
    measure.refresh_from_db()
    assert measure.done_on is None


def test_measure_is_ticked_off_with_note_and_file(client, site, measure, liaison, district):
    client.force_login(liaison)
    assert client.get(act("tick", measure)).status_code == 200
    file = SimpleUploadedFile("制度（示例）.pdf", pdf())
    response = client.post(act("tick", measure), {"note": "<b>已建立</b>（示例）", "file": file})
    assert response.url == page(site)
    html = client.get(page(site)).content.decode()
    assert "&lt;b&gt;已建立" in html
    assert "制度（示例）.pdf" in html
    client.force_login(district)
    answer = client.get(act("file", measure))
    assert b"".join(answer.streaming_content) == pdf()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    "fields",
    [{"note": ""}, {"note": "长" * 5000}, {"note": "示例", "file": SimpleUploadedFile("a.exe", b"MZ")}],
)
def test_measure_wrong_tick_keeps_what_was_typed(client, measure, liaison, fields):
    client.force_login(liaison)
    response = client.post(act("tick", measure), fields)
    assert response.status_code == 422
    assert fields["note"] in response.content.decode()
    measure.refresh_from_db()
    assert measure.done_on is None


def test_measure_ticked_twice_says_so(client, measure, liaison):
    client.force_login(liaison)
    client.post(act("tick", measure), {"note": "第一次"})
    response = client.post(act("tick", measure), {"note": "第二次"})
    assert response.status_code == 422
    assert "ticked off already" in response.content.decode()


def test_measure_is_taken_back_by_the_office_over_it(client, site, measure, liaison, district):
    services.tick_off(measure=measure, note="示例", by=liaison)
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(act("take_back", measure), {"reason": "示例"}).status_code == 403
    client.force_login(district)
    assert client.post(act("take_back", measure), {"reason": ""}).status_code == 422
    assert client.post(act("take_back", measure), {"reason": "尚缺目录（示例）"}).url == page(site)
    html = client.get(page(site)).content.decode()
    assert "尚缺目录（示例）" in html
    assert "Taken back" in html
    assert client.post(act("take_back", measure), {"reason": "示例"}).status_code == 422


def test_measure_without_a_file_has_none_to_download(client, measure, liaison):
    client.force_login(liaison)
    assert client.get(act("file", measure)).status_code == 404


# -- the list of all ----------------------------------------------------------------------


def agreed(level=Level.CITY, *, of=None, spans=(("2008-02-01", "2008-02-05"),), done=0):
    """A site under construction whose plan is agreed, without its past."""
    site = factories.site(Stage.BUILDING, level=level, of=of)
    by = factories.liaison_of(site)
    plan = WorkPlan.objects.create(
        site=site, version=1, goals="示例", state=PlanState.AGREED, filed_by=by, filed_on="2008-01-10"
    )
    for n, (starts, ends) in enumerate(spans, start=1):
        mark = {"done_on": starts, "done_by": by} if n <= done else {}
        Measure.objects.create(
            plan=plan, ordinal=n, text="示例", person="示例", starts_on=starts, ends_on=ends, **mark
        )
    return site


def names(response):
    return {line["name"] for line in response.context["lines"]}


def test_timetables_are_those_one_sees(client):
    city, own = agreed(), agreed(Level.DISTRICT)
    other = agreed(Level.DISTRICT, of=factories.district("乌达"))
    assert client.get(LIST).status_code == 302
    client.force_login(factories.user(Role.OFFICE))
    assert names(client.get(LIST)) == {str(city), str(own), str(other)}
    client.force_login(making.clerk())
    assert names(client.get(LIST)) == {str(own)}
    client.force_login(factories.user(Role.LIAISON, city.organisation))
    assert names(client.get(LIST)) == {str(city)}
    assert client.post(LIST).status_code == 405


def test_timetables_are_narrowed(client, on):
    on("2008-02-10")
    late, own = agreed(), agreed(Level.DISTRICT, spans=[("2008-02-01", "2008-03-01")])
    done = agreed(Level.DISTRICT, of=factories.district("乌达"), done=1)
    client.force_login(factories.user(Role.OFFICE))
    haibowan = factories.district().pk
    for asked, found in [
        ("progress=late", {late}),
        ("progress=open", {late, own}),
        ("progress=done", {done}),
        ("level=district", {own, done}),
        ("level=own", set()),
        (f"district={haibowan}", {own}),
        ("level=nonsense&district=x", {late, own, done}),
    ]:
        assert names(client.get(f"{LIST}?{asked}")) == {str(one) for one in found}, asked


def test_timetables_of_another_programme(client):
    agreed()
    client.force_login(factories.user(Role.OFFICE))
    assert names(client.get(f"{LIST}?programme=99999"))


def test_timetables_show_progress_and_who_owes_a_plan(client, site, liaison, measure, district):
    client.force_login(factories.user(Role.OFFICE))
    response = client.get(LIST)
    html = response.content.decode()
    assert "0 / 1" in html
    assert len(response.context["district_plans"]) == 3
    assert "3 sites without an agreed plan" in html
    assert reverse("sites:district_plan", args=[site.filing_id]) in html


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_timetables_export_what_is_listed(client, on, kind):
    on("2008-02-10")
    late = agreed(spans=[("2008-02-01", "2008-02-05"), ("2008-02-01", "2008-03-01")], done=1)
    Measure.objects.filter(ordinal=1).update(done_on=None, done_by=None)
    agreed(spans=[("2008-02-01", "2008-03-01")])
    client.force_login(factories.user(Role.OFFICE))
    response = client.get(f"{LIST}?progress=late&format={kind}")
    if kind == "csv":
        head, row, *more = response.content.decode("utf-8-sig").splitlines()
        assert row.startswith(f"{late},{late.organisation},")
        assert row.endswith("2,0,1,2008-02-05")
        assert (head.count(","), more) == (7, [])
        return
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [str(late)]
    assert rows[0][4:7] == (2, 0, 1)
    assert rows[0][7] == datetime.datetime(2008, 2, 5)  # noqa: DTZ001  # workbooks know no time zones


def test_timetables_same_queries_at_3_and_30_rows(client, django_assert_max_num_queries):
    def queries(count):
        for _n in range(count):
            agreed(Level.DISTRICT)
        counts = []
        for user in (factories.user(Role.OFFICE), making.clerk(), factories.user(Role.LEADING_GROUP)):
            client.force_login(user)
            with django_assert_max_num_queries(12) as captured:
                assert client.get(LIST).status_code == 200
            counts.append(len(captured))
        return counts

    assert queries(3) == queries(27)
