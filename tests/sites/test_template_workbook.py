"""The workbook a filer fills in: what it offers, and that it comes back unchanged."""

import io

import pytest
from django.utils import translation
from openpyxl import load_workbook

from accounts.enums import OrganisationKind
from sites import services
from sites.enums import FilingState, Outcome
from sites.list_import import judge
from sites.models import Site
from sites.site_fields import columns_of
from sites.template_workbook import template_of
from standards.enums import Kind
from tables.reading import read
from tests import factories
from tests.sites import making
from tests.sites.making import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_template_comes_back_unchanged(by):
    filing, by = making.complete_list()
    content = template_of(filing)
    result = judge(table=read(upload(content), columns_of(filing.level)), filing=filing, by=by)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED] * 4
    assert result.kept == 0


def test_template_in_chinese_can_be_read_on_an_english_screen(by):
    filing, by = making.complete_list()
    with translation.override("zh-hans"):
        content = template_of(filing)
    result = judge(table=read(upload(content), columns_of(filing.level)), filing=filing, by=by)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED] * 4


def test_template_offers_units_and_kinds_and_a_guide(filing):
    own, stranger = factories.unit(filing.organisation), factories.unit(factories.district("乌达"))
    book = load_workbook(io.BytesIO(template_of(filing)))
    units = [cell.value for cell in book["Units"]["A"]]
    assert own.name in units
    assert stranger.name not in units
    assert [one.type for one in book["List"].data_validations.dataValidation] == ["list", "list", "list"]
    guide = [cell.value for cell in book["How to fill it in"]["A"]]
    assert "A district puts forward 4 to 6 sites." in guide
    assert [book[name].sheet_state for name in ("Units", "Kind", "Unit type")] == ["hidden"] * 3


def test_template_keeps_text_that_looks_like_a_formula(filing, by, unit):
    site = Site(organisation=unit, window_name="=1+1", kind=Kind.SERVICE, reason="=HYPERLINK(1)")
    services.save_site(filing=filing, site=site, liaison_name="", liaison_phone="", by=by)
    content = template_of(filing)
    sheet = load_workbook(io.BytesIO(content))["List"]
    assert [(cell.value, cell.data_type) for cell in (sheet["C2"], sheet["F2"])] == [
        ("=1+1", "s"),
        ("=HYPERLINK(1)", "s"),
    ]
    result = judge(table=read(upload(content), columns_of(filing.level)), filing=filing, by=by)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED]


def test_selectable_units_are_of_the_plans_kinds(filing):
    government = factories.unit(filing.organisation, OrganisationKind.OTHER)
    utility = making.utility(filing.organisation)
    units = services.selectable_units(filing)
    assert utility in units
    assert government not in units
    assert filing.state == FilingState.DRAFT
