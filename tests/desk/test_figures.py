"""The dashboards' pages: whose they are, what they count, what leaves the portal."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.figures import kept
from desk.figures.appraisal import APPRAISAL
from desk.figures.registry import FIGURES
from desk.figures.table import table
from publicity.models import Notice
from sites.enums import Level, Stage
from sites.models import Programme
from standards.enums import Kind
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

from .figures_cast import stand_aside

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("desk:figures")
DRAWN = '<svg class="drawn"'
CITY_ONLY = ("teams", "appraisal", "objections")
EVERYBODY = ("funnel", "timeline")


def page(key: str) -> str:
    return reverse("desk:figure", args=[key])


def totals(client, **query) -> dict[str, int]:
    return dict(client.get(page("funnel"), query).context["counted"].numbers)


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_anonymous_is_led_to_the_login(client):
    for url in (OVERVIEW, page("funnel")):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_others_are_refused(client, role):
    scene.sign_in(client, role)
    for url in (OVERVIEW, *(page(key) for key in FIGURES)):
        assert client.get(url).status_code == 403
        assert client.get(url, {"format": "csv"}).status_code == 403


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_city_sees_every_figure(client, role):
    scene.sign_in(client, role)
    text = client.get(OVERVIEW).content.decode()
    for key in FIGURES:
        assert f'href="{page(key)}"' in text
        assert client.get(page(key)).status_code == 200


def test_district_sees_neither_teams_nor_appraisals_nor_objections(client):
    scene.sign_in(client, Role.DISTRICT)
    text = client.get(OVERVIEW).content.decode()
    for key in CITY_ONLY:
        assert page(key) not in text
        assert client.get(page(key)).status_code == 404
        assert client.get(page(key), {"format": "xlsx"}).status_code == 404
    for key in EVERYBODY:
        assert client.get(page(key)).status_code == 200


def test_there_is_no_such_figure(client):
    scene.sign_in(client, Role.OFFICE)
    assert client.get(page("nonsense")).status_code == 404


def test_page_without_data_says_what_fills_it(client):
    scene.sign_in(client, Role.OFFICE)
    for key in (*CITY_ONLY, "funnel"):
        text = client.get(page(key)).content.decode()
        assert str(FIGURES[key].empty) in text
        assert DRAWN not in text
        assert "format=" not in text
    assert client.get(OVERVIEW).status_code == 200


def test_one_site_is_drawn(client):
    scene.sign_in(client, Role.OFFICE)
    factories.site(Stage.NAMED)
    assert (
        client.get(page("funnel")).content.decode().count('<svg class="drawn"') == 2
    )  # the whole, its group


def test_picture_has_words_and_no_style_attribute(client):
    scene.sign_in(client, Role.OFFICE)
    factories.site(Stage.BUILDING)
    for url in (OVERVIEW, page("funnel"), page("timeline")):
        text = client.get(url).content.decode()
        assert "style=" not in text
        for svg in re.findall(r"<svg class=\"drawn\".*?</svg>", text, re.DOTALL):
            names = re.search(r'role="img" aria-labelledby="([^"]+)"', svg)
            assert names
            for name in names[1].split():
                assert text.count(f'id="{name}"') == 1
            assert re.search(r"<title [^>]*>[^<]+</title>", svg)


def test_district_counts_its_own_sites(client):
    own = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    factories.site(Stage.BUILDING)
    scene.sign_in(client, Role.DISTRICT, factories.district_office(own.filing.organisation))
    assert totals(client)["示范点总数"] == 1
    # It cannot widen what it sees: it has no such filter.
    assert totals(client, district=factories.district("乌达").pk, level=Level.CITY)["示范点总数"] == 1
    lines = client.get(page("funnel"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "乌达" not in lines


def test_recused_site_is_in_no_number(client):
    aside, other = factories.site(Stage.NAMED), factories.site(Stage.NAMED)
    office = scene.sign_in(client, Role.OFFICE)
    assert totals(client)["示范点总数"] == 2
    stand_aside(office, aside)
    assert totals(client)["示范点总数"] == 1
    assert "合计,,1," in client.get(page("funnel"), {"format": "csv"}).content.decode("utf-8-sig")
    stand_aside(office, other)
    assert str(FIGURES["funnel"].empty) in client.get(page("funnel")).content.decode()


def test_recused_site_is_in_no_figure(client):
    """A whole road, and nothing of it for who has stood aside."""
    site = builders.building()
    builders.inspected(site, weak=0)
    with builders.on("2008-05-05"):
        builders.appraised(site)
        scene.answered(scene.appraisal(site, codes=3), 3)
        Notice.objects.create(**_notice())
        notice = Notice.objects.get()
        notice.entries.create(site=site, snapshot={})
        scene.object_to(notice, site)
    office = scene.sign_in(client, Role.OFFICE)
    for key in FIGURES:
        counted = client.get(page(key)).context["counted"]
        assert counted.rows, key
    stand_aside(office, site)
    for key in set(FIGURES) - {"timeline"}:
        assert not client.get(page(key)).context["counted"].rows, key
    steps = [row[-2] for row in client.get(page("timeline")).context["counted"].rows]
    assert steps == [0, 0, 0, 0]


def _notice() -> dict[str, object]:
    """A notice that stands, for a site that never was on one."""
    return {
        "programme": factories.programme(),
        "title": "示例公示",
        "grounds": "示例",
        "published_on": "2008-05-05",
        "ends_on": "2008-05-12",
        "length": 5,
        "unit": "working_days",
        "counted": [],
        "office": "示例",
        "address": "示例",
        "postcode": "016000",
        "telephone": "0473-0000000",
        "hours": "示例",
        "published_by": builders.office(),
    }


def test_filters_narrow_and_nonsense_is_ignored(client):
    scene.sign_in(client, Role.OFFICE)
    factories.site(Stage.BUILDING, kind=Kind.SERVICE)
    rural = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    everything = totals(client)
    assert everything["示范点总数"] == 2
    assert totals(client, kind=Kind.SERVICE)["示范点总数"] == 1
    assert totals(client, level=Level.DISTRICT)["示范点总数"] == 1
    assert totals(client, district=rural.filing.organisation_id)["示范点总数"] == 1
    nonsense = {"kind": "x" * 500, "level": "'; --", "district": "-1", "by": "%", "page": "x", "round": "0"}
    assert totals(client, **nonsense) == everything
    assert client.get(page("teams"), nonsense).status_code == 200


def test_figures_are_of_the_chosen_programme(client):
    scene.sign_in(client, Role.OFFICE)
    site = factories.site(Stage.NAMED)
    old = site.programme
    Programme.objects.update(is_current=False)
    new = Programme.objects.create(document_number="示例〔2009〕1号", issued_on="2009-01-01", is_current=True)
    for phase in old.phases.all():
        new.phases.create(ordinal=phase.ordinal, starts_on=phase.starts_on, ends_on=phase.ends_on)
    assert str(FIGURES["funnel"].empty) in client.get(page("funnel")).content.decode()
    assert totals(client, programme=old.pk)["示范点总数"] == 1


def test_every_figure_says_when_it_was_counted(client, on):
    on("2008-05-20")
    scene.sign_in(client, Role.OFFICE)
    factories.site(Stage.BUILDING)
    for url in (OVERVIEW, *(page(key) for key in FIGURES)):
        text = client.get(url).content.decode()
        assert re.search(r'截至 <span class="date">2008-05-20</span> \d\d:\d\d', text), url


def test_table_of_many_rows_has_pages_and_its_export_has_all(client):
    scene.sign_in(client, Role.OFFICE)
    for _ in range(60):
        factories.site(Stage.BUILDING, liaison=False)
    shown = client.get(page("appraisal"))
    assert len(shown.context["table"].lines) == 50
    assert len(client.get(page("appraisal"), {"page": 2}).context["table"].lines) == 10
    exported = client.get(page("appraisal"), {"format": "csv", "page": 2}).content.decode("utf-8-sig")
    assert len(exported.splitlines()) == 61
    answer = client.get(page("appraisal"), {"format": "xlsx"})
    assert quote(f"{APPRAISAL.title} 2008-01-10 ") in answer["Content-Disposition"]
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.parametrize("worth_keeping", [0, float("inf")], ids=["kept", "counted"])
def test_pages_cost_the_same_at_3_and_30_sites(client, monkeypatch, worth_keeping):
    monkeypatch.setattr(kept, "WORTH_KEEPING", worth_keeping)
    scene.sign_in(client, Role.OFFICE)
    urls = [OVERVIEW, *(page(key) for key in FIGURES)]
    costs = []
    for number in (3, 27):
        for _ in range(number):
            factories.site(Stage.BUILDING)
        for url in urls:  # the rail is made anew after a writing, and what is worth it is kept
            client.get(url)
        costs.append([queries(client, url) for url in urls])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12, costs


def test_missing_number_stands_among_the_numbers():
    made = table(["a", "b", "c"], [["x", 1, None], ["y", None, None]])
    assert [[cell.is_number for cell in line] for line in made.lines] == [[False, True, False]] * 2
    assert [head.is_number for head in made.heads] == [False, True, False]
    assert made.lines[1][1].text == "–"
