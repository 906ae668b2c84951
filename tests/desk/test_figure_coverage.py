"""Coverage: sites by place, type of unit and kind, and what a place lacks."""

import pytest

from accounts.enums import OrganisationKind, Role
from desk.figures.coverage import COVERAGE
from sites.enums import Level, Stage
from standards.enums import Kind
from tests import factories

from .figures_cast import counted

pytestmark = pytest.mark.django_db


def campaign() -> None:
    """海勃湾 has both kinds and two types; 乌达 one of each; 海南 nothing; the city one department."""
    factories.site(Stage.BUILDING)
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    utility = factories.unit(factories.district(), OrganisationKind.UTILITY)
    factories.site(Stage.BUILDING, level=Level.DISTRICT, organisation=utility, kind=Kind.SERVICE)
    factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    factories.site(Stage.WITHDRAWN, level=Level.DISTRICT, of=factories.district("海南"))


def rows(found) -> dict[tuple[str, str], list[object]]:
    return {(str(row[0]), str(row[1])): list(row[2:]) for row in found.rows}


def test_each_place_says_what_it_has_and_what_it_lacks():
    campaign()
    found = counted(COVERAGE)

    told = rows(found)
    assert told["市直单位", "部门"][:3] == [1, 0, 1]
    assert told["海勃湾区", "部门"] == [1, 0, 1, ""]
    assert told["海勃湾区", "公用事业单位"] == [0, 1, 1, ""]
    assert told["海勃湾区", "镇"] == [0, 0, 0, "没有镇"]
    below = {chart.name: chart.below for chart in found.drawing.places}
    assert "没有办事公开示范点" in below["乌达区"]
    assert "没有公用事业单位" in below["乌达区"]
    assert "没有政务公开示范点" in below["海南区"]
    assert "办事公开示范点" not in below["海勃湾区"]
    assert dict(found.numbers)["示范点总数"] == 4


def test_district_sees_its_own_coverage_alone():
    campaign()
    clerk = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    assert [chart.name for chart in counted(COVERAGE, clerk).drawing.places] == ["乌达区"]


def test_without_a_site_there_is_nothing_to_draw():
    found = counted(COVERAGE)
    assert (list(found.rows), found.drawing) == ([], None)


def test_kind_narrows_it():
    campaign()
    assert dict(counted(COVERAGE, kind=Kind.SERVICE).numbers)["示范点总数"] == 1
