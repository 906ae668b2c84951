"""A round as tables: every site and item, each state by its word, each reader what that one may see."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from assessments.enums import RoundKind, ScoreLevel, SheetRole
from assessments.marks import section_marks, sheet_score, standard_items
from assessments.models import NotDue
from assessments.scoring import percent
from assessments.services import recusals, sheets
from sites.enums import Level, Stage
from standards.enums import Kind
from tests import factories
from tests.assessments import builders, workbooks
from tests.assessments.test_queries import fill_round
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


def address(of_round) -> str:
    return reverse("assessments:round_export", args=[of_round.pk])


def tables(client, of_round) -> list[list[dict[str, object]]]:
    """The rows of both sheets by their heads."""
    response = client.get(address(of_round))
    assert response.status_code == 200
    found = []
    for page in load_workbook(io.BytesIO(response.content)).worksheets:
        heads, *rows = page.iter_rows(values_only=True)
        assert len(set(heads)) == len(heads)
        found.append([dict(zip(heads, row, strict=True)) for row in rows])
    return found


def of(rows, site, item=None):
    return [row for row in rows if row["示范点编号"] == site.pk and (not item or row["代码"] == item.code)]


def team_of(assessment):
    return builders.members(assessment.assignment.team)


def members_of(final):
    return team_of(final.assessment)


@made_once("2008-04-18")
def final():
    """A signed inspection: two members, the first three items partly met."""
    return builders.inspected(builders.building(), weak=3)


@pytest.fixture
def office(client):
    client.force_login(builders.office())


# -- what is in it ---------------------------------------------------------------------


def test_every_item_with_all_sheets_columns(client, office, final):
    rows, summary = tables(client, final.assessment.round)
    site, items = final.assessment.site, standard_items(final)
    assert [row["代码"] for row in of(rows, site)] == [item.code for item in items]
    row = of(rows, site, items[0])[0]
    assert (row["示范点"], row["单位"]) == (site.window_name, site.organisation.name)
    assert (row["建设标准"], row["标准版本"]) == (final.assessment.standard.title, 1)
    assert (row["检查项"], row["分值"]) == (items[0].text, float(items[0].points))
    assert (row["自评：达标情况"], row["自评：得分"]) == ("达标", float(items[0].points))
    assert {row["督查员1"], row["督查员2"]} == {who.name for who in members_of(final)}
    for whose in ("督查员1", "督查员2", "最终"):
        assert row[f"{whose}：达标情况"] == "部分达标"
        assert row[f"{whose}：得分"] == float(items[0].points / 2)
        assert row[f"{whose}：理由"] == "示例原因"
        assert row[f"{whose}：行版本"] == 1
        assert row[f"{whose}：填写时间"] is not None
    assert row["整改状态"] == final.assessment.findings.get(item=items[0]).get_state_display()
    assert [each["示范点编号"] for each in summary] == [site.pk]


def test_district_site_names_its_district(client, office, on):
    site = builders.building(level=Level.DISTRICT)
    builders.self_assessed(site)
    final = builders.visited(site)
    row = tables(client, final.assessment.round)[0][0]
    assert row["所属区"] == site.filing.organisation.name
    assert row["级别"] == "区级"


def test_standard_version_stands_on_each_row(client, office, on):
    for kind in Kind:
        site = builders.building(kind=kind)
        builders.self_assessed(site)
        builders.assigned(site)
    rows, _summary = tables(client, builders.open_round(RoundKind.INSPECTION))
    assert len(rows) == 43 + 68
    assert {row["标准版本"] for row in rows} == {1}
    assert len({row["建设标准"] for row in rows}) == 2


def test_states_are_kept_apart(client, office, on):
    """Not looked at, nothing reached, inapplicable and not due are four things; none of them is 0 but one."""
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    inspector = team_of(assessment)[0]
    sheet = builders.own_sheet(assessment, inspector)
    items = standard_items(sheet)
    optional = next(item for item in items[3:] if item.may_be_inapplicable)
    with builders.on("2008-04-08"):
        builders.mark(sheet, items[0], inspector, ScoreLevel.UNMET)
        builders.mark(sheet, optional, inspector, ScoreLevel.INAPPLICABLE)
        builders.mark(sheet, items[2], inspector)
    NotDue.objects.create(
        round=assessment.round,
        item=items[2],
        reason="示例",
        decided_by=builders.office(),
        decided_on="2008-04-01",
    )
    rows, _summary = tables(client, assessment.round)
    said = {
        item.code: (row["督查员1：达标情况"], row["督查员1：得分"])
        for item in (items[0], items[1], items[2], optional)
        for row in of(rows, site, item)
    }
    assert said == {
        items[0].code: ("未达标", 0),
        items[1].code: ("未评", None),
        items[2].code: ("未到期", None),
        optional.code: ("不适用", None),
    }
    assert {row["最终：达标情况"] for row in rows} == {"尚未开始填写", "未到期"}


def test_sites_without_a_sheet_stand_in_it(client, office, on):
    begun, assigned, waiting = (builders.building() for _ in range(3))
    for site in (begun, assigned, waiting):
        builders.self_assessed(site)
    first = builders.assigned(begun)
    builders.own_sheet(first, team_of(first)[0])
    made = builders.assigned(assigned)
    on("2008-04-10")
    rows, summary = tables(client, made.round)
    for site in (begun, assigned, waiting):
        assert len(of(rows, site)) == 43
    assert {row["最终：达标情况"] for row in rows} == {"尚未开始填写"}
    assert {row["自评：达标情况"] for row in rows} == {"达标"}
    assert [row["评分表状态"] for row in summary] == ["尚未开始填写"] * 3
    assert all(row["合计"] is None and row["是否达到"] is None for row in summary)


def test_consent_and_deliberation(client, office, on):
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site)
    lead = final.assessment.assignment.team.leader
    first, second, refused = [item for item in standard_items(final) if item.may_be_inapplicable][:3]
    with builders.on("2008-04-08"):
        version = final.scores.get(item=first).version
        builders.mark(final, first, lead, ScoreLevel.INAPPLICABLE, version=version)
    final.scores.filter(item=first).update(consented_by=builders.office())
    final.scores.filter(item=refused).update(
        level=ScoreLevel.INAPPLICABLE, points=0, reason="示例", refusal="示例确有此项"
    )
    final.deliberations.create(item=second, gap=50, opened_on="2008-04-08")
    rows, _summary = tables(client, final.assessment.round)
    assert of(rows, site, first)[0]["同意不适用"] == builders.office().name
    assert "示例确有此项" in of(rows, site, refused)[0]["同意不适用"]
    assert [row["代码"] for row in rows if row["是否合议"] == "是"] == [second.code]
    assert {row["是否合议"] for row in rows} == {"是", "否"}


def test_summary_says_what_the_sheet_says(client, office, final):
    _rows, (row,) = tables(client, final.assessment.round)
    score = sheet_score(section_marks(final))
    assert row["评分表状态"] == "已签署"
    assert (row["合计"], row["满分"]) == (float(score.points), float(score.maximum))
    assert row["得分率（%）"] == float(percent(score.points, score.maximum))
    assert (row["是否达到"], row["等次"]) == ("是", "优秀")
    for n, section in enumerate(score.sections, start=1):
        assert row[f"第{n}部分得分"] == float(section.points)
        assert row[f"第{n}部分满分"] == float(section.maximum)
    assert row["自评：合计"] == 100
    assert row["督查员1：合计"] == row["督查员2：合计"] == row["合计"]
    assert (row["应评项数"], row["未填写"]) == (43, 0)


def test_half_done_sheet_neither_passes_nor_fails(client, office, on):
    site = builders.building()
    sheet = builders.self_sheet(site)
    builders.mark(sheet, standard_items(sheet)[0], builders.liaison(site))
    _rows, (row,) = tables(client, sheet.assessment.round)
    assert row["合计"] > 0
    assert row["未填写"] == 42
    assert row["是否达到"] is None
    assert row["等次"] is None


def test_self_assessment_under_another_version_is_not_compared(client, office, final):
    own = final.assessment.site.assessments.get(sheets__role=SheetRole.SELF)
    own.standard = own.round.standards.exclude(pk=own.standard_id).get()
    own.save()
    rows, summary = tables(client, final.assessment.round)
    assert {row["自评：达标情况"] for row in rows} == {"按另一版标准"}
    assert summary[0]["自评：合计"] is None


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)"])
def test_texts_that_look_like_formulas_stay_texts(client, office, on, text):
    site = builders.building(window=text)
    sheet, who = builders.self_sheet(site), builders.liaison(site)
    builders.mark(sheet, standard_items(sheet)[0], who, ScoreLevel.UNMET, reason=text)
    response = client.get(address(sheet.assessment.round))
    items, summary = load_workbook(io.BytesIO(response.content)).worksheets
    reason = next(cell.column for cell in items[1] if cell.value == "自评：理由")
    for cell in (items["B2"], items.cell(2, reason), summary["B2"]):
        assert (cell.value, cell.data_type) == (text, "s")
    response = client.get(address(sheet.assessment.round) + "?format=csv")
    row = next(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert row["示范点"] == row["自评：理由"] == f"'{text}"


def test_csv_holds_the_items(client, office, final):
    response = client.get(address(final.assessment.round) + "?format=csv")
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 43
    assert Decimal(rows[0]["最终：得分"]) == standard_items(final)[0].points / 2


def test_in_english(client, office, final, english):
    response = client.get(address(final.assessment.round))
    first, second = load_workbook(io.BytesIO(response.content)).worksheets
    assert first["A1"].value == "Site number"
    assert second.title == "Summary"


def test_opens_in_libreoffice(client, office, final, tmp_path):
    content = client.get(address(final.assessment.round)).content
    again = load_workbook(io.BytesIO(workbooks.by_libreoffice(content, tmp_path)))
    assert [page.max_row for page in again.worksheets] == [44, 2]
    before = load_workbook(io.BytesIO(content))
    for page, other in zip(before.worksheets, again.worksheets, strict=True):
        assert [cell.value for cell in page[1]] == [cell.value for cell in other[1]]
        assert [cell.value for cell in page[2]] == [cell.value for cell in other[2]]


def test_site_and_item_stay_in_sight_and_on_every_page(client, office, final):
    response = client.get(address(final.assessment.round))
    items, summary = load_workbook(io.BytesIO(response.content)).worksheets
    assert [cell.value for cell in items[1][:4]] == ["示范点编号", "示范点", "代码", "检查项"]
    assert (items.freeze_panes, items.print_title_cols, items.print_title_rows) == ("E2", "$A:$D", "$1:$1")
    assert (summary.freeze_panes, summary.print_title_cols) == ("C2", "$A:$B")
    assert items.auto_filter.ref == items.dimensions


def test_round_page_links_to_it(client, office, final):
    page = client.get(final.assessment.round.get_absolute_url()).content.decode()
    assert f"{address(final.assessment.round)}?format=xlsx" in page


# -- for whom ------------------------------------------------------------------------------


def test_refused_to_anonymous_and_to_who_sees_no_round(client, final):
    url = address(final.assessment.round)
    assert client.get(url).status_code == 302
    for role in (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR):
        client.force_login(factories.user(role))
        assert client.get(url).status_code == 404
    client.force_login(builders.office())
    assert client.post(url).status_code == 405


def test_inspector_finds_only_the_sites_of_the_own_team(client, final):
    other = builders.inspected(builders.building())
    client.force_login(members_of(final)[1])
    for rows in tables(client, final.assessment.round):
        assert {row["示范点编号"] for row in rows} == {final.assessment.site_id}
    assert other.assessment.round == final.assessment.round


def test_colleagues_marks_stay_blind_until_the_own_sheet_is_submitted(client, on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    quick, slow = team_of(assessment)
    done, begun = (builders.own_sheet(assessment, who) for who in (quick, slow))
    on("2008-04-08")
    builders.fill(done, quick, weak=5)
    sheets.submit_inspector_sheet(sheet=done, by=quick)
    client.force_login(slow)
    content = client.get(address(assessment.round) + "?format=csv").content.decode()
    assert "示例原因" not in content
    assert quick.name not in content
    assert "督查员2" not in content
    builders.fill(begun, slow)
    sheets.submit_inspector_sheet(sheet=begun, by=slow)
    content = client.get(address(assessment.round) + "?format=csv").content.decode()
    assert quick.name in content
    assert "督查员2" in content


def test_recused_inspector_finds_the_site_no_more(client, final):
    member = members_of(final)[1]
    recusals.recuse(user=member, site=final.assessment.site, reason="示例")
    client.force_login(member)
    rows, summary = tables(client, final.assessment.round)
    assert rows == summary == []


# -- how much it costs ------------------------------------------------------------------------


def test_queries_grow_with_the_chunks_alone(client, office, on):
    team = builders.team()
    url = address(team.round)

    def asked(count):
        fill_round(RoundKind.INSPECTION, Stage.SELF_ASSESSED, count, team)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = asked(3)
    assert asked(20) == few
    assert few <= 40
