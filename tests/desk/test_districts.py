"""Which district a site lies in: one answer wherever it is asked, listed, counted, exported or published."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import Organisation
from assessments.enums import RoundKind
from desk.deadlines import open_rows
from desk.deadlines.kinds import kind_of
from desk.figures import funnel
from desk.todo import Work
from publicity.open_data import DATA_SETS
from sites.deadlines import OPEN_DATES
from sites.enums import FacilityKind, Level, Stage
from sites.models import Facility, GuidanceNote, Investment, Site
from tests import factories
from tests.assessments import builders
from tests.desk import due
from tests.desk.figures_cast import counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LISTS = {"desk": "desk:sites", "public": "publicity:sites"}
EXPORTS = ["guidance", "investments", "facilities", "timetables", "round"]


@pytest.fixture
def office(client):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    return office


@pytest.fixture
def sites():
    """A site of each kind there is, with the district it lies in."""
    district = factories.district("乌达")
    listed = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=district)
    local = factories.site(Stage.BUILDING, organisation=factories.unit(district))
    own = factories.site(Stage.BUILDING, organisation=district)
    citys = factories.site(Stage.BUILDING)
    return {listed: district, local: district, own: district, citys: None}


def short(found):
    return {site: district.short_name if district else "" for site, district in found.items()}


def full(found):
    return {site: district.name if district else "" for site, district in found.items()}


def test_queryset_says_it(sites):
    found = {site: site for site in Site.objects.with_district()}
    assert {site: one.district_short_name or "" for site, one in found.items()} == short(sites)
    assert {site: one.district_name or "" for site, one in found.items()} == full(sites)
    assert {site: one.district_key for site, one in found.items()} == {
        site: district and district.pk for site, district in sites.items()
    }


def test_open_data_says_it(sites):
    data = DATA_SETS["sites"]
    at = [field.name for field in data.fields].index("district")
    assert {site: data.row(site)[at] for site in data.records()} == short(sites)


def test_public_page_says_it(client, sites):
    found = {}
    for site in sites:
        html = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
        told = re.search(r"<dt>District</dt><dd>(.*?)</dd>", html)
        found[site] = told[1] if told else ""
    assert found == short(sites)


@pytest.mark.parametrize("page", LISTS)
def test_lists_are_narrowed_by_it(client, office, sites, page):
    for district in Organisation.objects.districts():
        response = client.get(reverse(LISTS[page]), {"district": district.pk})
        assert set(response.context["object_list"]) == {
            site for site, its in sites.items() if its == district
        }


def test_funnel_counts_by_it(sites):
    found = counted(funnel.FUNNEL)
    assert [bars.name for bars in found.drawing.groups] == ["City units", "乌达区"]


def test_to_do_list_says_it(office, sites):
    builders.open_round(RoundKind.SELF)
    found = {one.about: one.district for one in Work(office).missing if one.stage == Stage.BUILDING}
    assert found == {str(site): name or "city level" for site, name in full(sites).items()}


def test_deadlines_say_it(sites):
    for site in sites:
        due.measure(site, "2008-03-01")
    dates = OPEN_DATES.rows(open_rows(programme=factories.programme(), kinds=[kind_of("measure")]))
    told = {date.about: date.district or "" for date in dates}
    assert told == {site.window_name: name for site, name in short(sites).items()}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_say_it(client, office, sites, name):
    for site in sites:
        due.measure(site, "2008-03-01")
        GuidanceNote.objects.create(site=site, on=datetime.date(2008, 1, 9), text="示例", by=office)
        added = {"site": site, "added_by": office, "added_on": "2008-01-09"}
        Investment.objects.create(year=2008, amount=1, purpose="示例", **added)
        Facility.objects.create(kind=FacilityKind.HALL, name="示例", **added)
    url = reverse(f"sites:{name}") if name != "round" else ""
    if name == "round":
        url = reverse("assessments:round_export", args=[builders.open_round(RoundKind.SELF).pk])
    book = load_workbook(io.BytesIO(client.get(url, {"format": "xlsx"}).content))
    heads, *rows = book.worksheets[-1].iter_rows(values_only=True)
    whose = heads.index("Site" if "Site" in heads else "Site or district")
    told = {row[whose]: row[heads.index("District")] or "" for row in rows}
    assert told == {site.window_name: name for site, name in full(sites).items()}
