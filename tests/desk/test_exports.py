"""The desk's list of sites as a table: the filtered rows, all of them, every column."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from desk.views.sites import SiteList
from sites.enums import Level, Stage
from standards.enums import Kind
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("desk:sites")


def exported(client, **query) -> list[list[object]]:
    response = client.get(LIST, {"format": "xlsx", **query})
    assert response.status_code == 200
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).worksheets[0]]


def test_export_for_anonymous_leads_to_login(client):
    assert client.get(LIST, {"format": "xlsx"}).status_code == 302


def test_export_holds_every_row_of_all_pages(client, monkeypatch):
    monkeypatch.setattr(SiteList, "paginate_by", 2)
    sites = [factories.site(stage=Stage.DETERMINED) for _n in range(5)]
    client.force_login(factories.user(Role.OFFICE))
    assert len(client.get(LIST).context["sites"]) == 2
    head, *rows = exported(client, page=2)
    at = head.index("窗口单位")
    assert {row[at] for row in rows} == {site.window_name for site in sites}


def test_export_holds_the_filtered_rows_only(client):
    service = factories.site(stage=Stage.NAMED, kind=Kind.SERVICE)
    factories.site(stage=Stage.BUILDING)
    client.force_login(factories.user(Role.OFFICE))
    [_head, row] = exported(client, kind=Kind.SERVICE)
    assert service.window_name in row


def test_export_holds_what_one_may_see_only(client):
    own = factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT)
    factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(own.filing.organisation)))
    [_head, row] = exported(client)
    assert own.window_name in row


def test_export_holds_every_column(client):
    site = factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT)
    site.stage_since = datetime.date(2008, 1, 9)
    site.save()
    client.force_login(factories.user(Role.OFFICE))
    [head, row] = exported(client)
    told = dict(zip(head, row, strict=True))
    assert told["单位"] == site.organisation.name
    assert told["工作方案"] == str(site.programme)
    assert told["级别"] == site.get_level_display()
    assert told["上报方"] == str(site.filing.organisation)
    assert told["状态"] == site.get_stage_display()
    assert told["起始日期"] == datetime.datetime(2008, 1, 9)  # noqa: DTZ001  # a workbook has no zones
    assert told["联络员"] == "示例联络员"


def test_export_asks_the_same_of_every_row(client):
    client.force_login(factories.user(Role.OFFICE))
    counts = set()
    for _n in range(3):
        factories.site(stage=Stage.DETERMINED)
        with CaptureQueriesContext(connection) as captured:
            exported(client)
        counts.add(len(captured))
    assert len(counts) == 1
    assert counts.pop() <= 14  # two of them count what is taken out a day


def test_page_offers_the_export_with_its_filters(client):
    factories.site(stage=Stage.DETERMINED)
    client.force_login(factories.user(Role.OFFICE))
    html = client.get(LIST, {"stage": Stage.DETERMINED, "page": 1}).content.decode()
    assert "?stage=determined&amp;format=xlsx" in html
    assert "?stage=determined&amp;format=csv" in html
