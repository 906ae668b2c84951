"""一页通: what stands on it, for whom, and that it stays one page."""

import re
from collections import defaultdict
from operator import attrgetter

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation
from assessments.models import Recusal
from desk.figures.leader_sheet import leader_sheet
from sites.enums import Level, Stage
from standards.enums import Kind
from tests import factories
from tests.accounts import exporting
from tests.assessments import builders
from tests.desk import due
from tests.desk.test_figure_scores import Campaign, signed
from tests.documents.reading import Line, page_count, text_of, words_of
from tests.scenes import made_once
from tests.sites import making

pytestmark = pytest.mark.django_db

LONG = "名称很长的示例政务服务中心综合办事大厅第一服务区对外公开窗口"


@made_once("2008-04-10")
def campaign():
    return Campaign()


def sheet(reader) -> bytes:
    return leader_sheet(factories.programme(), reader)


def rows_of(pdf: bytes) -> list[str]:
    """The page line by line, each from the left to the right across the columns of its table."""
    rows: defaultdict[int, list[Line]] = defaultdict(list)
    for word in words_of(pdf, 1):
        rows[round((word.top + word.bottom) / 2)].append(word)
    return ["".join(word.text for word in sorted(row, key=attrgetter("left"))) for row in rows.values()]


def test_says_how_far_what_is_late_and_what_is_to_decide(campaign):
    factories.site(Stage.REVIEWED, window="示例待审定")
    pdf = sheet(builders.leader())
    rows = rows_of(pdf)
    assert page_count(pdf) == 1
    assert rows[:3] == ["示例", "示范点建设情况一页通", "乌海市政务公开示范点建设工作方案"]
    # Phase three ends on 30 April.
    assert "2008年4月10日检查督促和完善提高阶段，还剩20天" in rows
    decided = rows.index("一、请领导小组研究决定")
    assert rows[decided + 2].startswith("审定1")
    # Seven designated units and three districts have filed no list since January.
    late = [row for row in rows if row.startswith("2008-01-31上报名单")]
    assert len(late) == 5
    assert all(row.endswith("逾期46个工作日") for row in late)
    # By hand in test_figure_scores: 33.47 of 60 points of section one; all of it 271.47 of 300.
    assert "示例inspection，3个55.78%（最低）97.33%100%100%90.49%" in rows
    assert any("ZW-1.1设有政务公开领导机构（3/3）" in row for row in rows)


def test_counts_stages_by_district(campaign):
    rows = rows_of(sheet(builders.office()))
    # Two city sites in rectification and one self-assessed; the district's one.
    assert "市直单位––––12–––––3" in rows
    assert "海勃湾区–––––1–––––1" in rows
    assert "合计––––13–––––4" in rows


def test_district_gets_its_own_sites_alone(campaign):
    district = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    rows = rows_of(sheet(district))
    assert "示范点建设情况一页通（海勃湾区）" in rows
    assert "一、请区政务公开领导小组办公室办理" in rows
    # Neither letters nor appraisals are its to read: no count of them, and no nought in their place.
    assert not any("异议" in row or "评议" in row for row in rows)
    assert any("评议" in row for row in rows_of(sheet(builders.leader())))
    assert "示例inspection，1个0%（最低）100%100%100%80%" in rows
    assert "合计–––––1–––––1" in rows


def test_recusal_takes_a_site_from_every_number(campaign):
    leader = builders.leader()
    for site in (campaign.rural, campaign.weak):
        Recusal.objects.create(
            user=leader, declared_by=leader, site=site, reason="示例亲属", declared_on="2008-04-01"
        )
    rows = rows_of(sheet(leader))
    assert "示例inspection，1个85%（最低）100%100%100%97%" in rows
    assert "合计––––11–––––2" in rows
    assert not any("示例乙" in row for row in rows)


def test_before_anything_is_there():
    text = text_of(sheet(builders.leader()))
    assert "暂无" in text
    assert "没有逾期事项" in text
    assert "还没有已签署的评分表" in text
    assert not text.startswith("示例")


def test_what_is_late_of_an_earlier_programme_is_on_its_own_sheet_alone(on):
    visit = due.visit()
    type(visit.assignment).objects.update(visit_on="2008-01-10")  # before any list was due
    on("2008-07-10")
    earlier, reader = factories.programme(), builders.leader()
    making.succeed()
    assert "2008-01-10" in text_of(leader_sheet(earlier, reader))
    assert "2008-01-10" not in text_of(sheet(reader))


@pytest.mark.parametrize("many", [12, 200])
def test_stays_one_page(many, on):
    """With long names, in every stage, more late and more to decide than there is room for."""
    on("2008-05-10")
    stages = [
        Stage.REVIEWED,
        Stage.BUILDING,
        Stage.SELF_ASSESSED,
        Stage.RECTIFYING,
        Stage.ACCEPTED,
        Stage.WARNED,
    ]
    districts = list(Organisation.objects.districts().order_by("code"))
    for n in range(many):
        of = districts[n % 4] if n % 4 < len(districts) else None
        level = Level.DISTRICT if of else Level.CITY
        kind = list(Kind)[n // 4 % 2]
        site = factories.site(
            stages[n % 6], level=level, of=of, kind=kind, window=f"{LONG}{n}", liaison=False
        )
        if site.stage == Stage.RECTIFYING:
            signed(site, weak=4)
    pdf = sheet(builders.leader())
    assert page_count(pdf) == 1
    text = text_of(pdf)
    assert "主要差距" in text
    if many == 200:
        assert len(re.findall("另有[0-9]+项", text)) == 2
        assert any(re.fullmatch("合计[0-9–]+200", row) for row in rows_of(pdf))


def test_answers_as_a_pdf_in_chinese_and_leaves_a_note(client, english, campaign):
    client.force_login(builders.leader())
    pdf = exporting.fetched(client, reverse("desk:leader_sheet"))
    assert pdf.startswith(b"%PDF-")
    assert "建设进度" in text_of(pdf)
    assert "Total" not in text_of(pdf)
    (entry,) = LogEntry.objects.filter(additional_data__has_key="export")
    assert entry.additional_data["format"] == "pdf"
    assert entry.object_repr == str(factories.programme())
