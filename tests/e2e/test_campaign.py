"""One new site, from an uploaded workbook to a named site, through the screens, as nine people.

A clerk of the district and its head, two of the municipal office, the leading group, the unit's liaison, two
inspectors and a citizen; a real worker behind a real broker makes the papers, which are opened and measured.
"""

import io
import itertools
import re
import subprocess
from pathlib import Path

import openpyxl
import pypdf
import pytest
from PIL import Image

from accounts.enums import OrganisationKind, Role
from assessments.models import Finding, Round
from documents.models import Document, Draft
from sites.enums import Stage
from sites.models import Filing, Site
from sites.site_fields import COLUMNS
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders
from tests.documents.reading import lines_of
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    pytest.mark.slow,
    # One process drives them all: two cores carry one browser and one worker.
]

WINDOW = "民政便民服务大厅（示例）"
KINDS = ("政务公开", "政务公开", "政务公开", "办事公开")


@pytest.fixture
def cast(browser, live_server, backstage):
    """Eight people at their browsers and a citizen; the broker and the worker run."""
    backstage.start_broker()
    backstage.start_worker()
    district = factories.district()
    units = [factories.unit(district) for _ in range(3)]
    units.append(factories.unit(district, OrganisationKind.UTILITY))
    people = {
        "clerk": factories.user(Role.DISTRICT, factories.district_office(district)),
        "head": factories.user(Role.DISTRICT, factories.district_office(district), is_head=True),
        "office": factories.user(Role.OFFICE),
        "checker": factories.user(Role.OFFICE),
        "leader": factories.user(Role.LEADING_GROUP),
        "liaison": factories.user(Role.LIAISON, units[0]),
        "inspector": factories.user(Role.INSPECTOR),
        "colleague": factories.user(Role.INSPECTOR),
    }
    seated = {name: Person(browser, live_server.url, user) for name, user in people.items()}
    seated["citizen"] = Person(browser, live_server.url, width=360)
    seated["people"], seated["units"] = people, units
    yield seated
    for person in seated.values():
        if isinstance(person, Person):
            person.page.context.close()


def test_site_goes_all_the_way(cast, on, tmp_path):
    on("2008-01-10")
    site = list_is_filed_from_a_workbook(cast, tmp_path)
    list_is_reviewed_and_determined(cast)
    on("2008-02-20")
    plan_is_filed_and_agreed(cast, site)
    self_sheet_is_answered(cast, site)
    on("2008-04-08")
    team_inspects_and_leader_signs(cast, site)
    unit_is_heard_and_the_notice_goes_out(cast, site, tmp_path)
    on("2008-04-18")
    findings_are_rectified(cast, site, tmp_path)
    on("2008-05-06")
    site_is_accepted(cast, site, tmp_path)
    on("2008-05-08")
    notice_runs(cast, site, tmp_path)
    on("2008-05-16")
    site_is_named(cast, site, tmp_path)


def list_is_filed_from_a_workbook(cast, tmp_path: Path) -> Site:
    clerk: Person = cast["clerk"]
    clerk.go("/desk/filings/mine/")
    workbook = clerk.download("/template/", tmp_path)
    fill_workbook(workbook, cast["units"])
    clerk.follow("/upload/")
    clerk.page.set_input_files("main [name=file]", workbook)
    clerk.press("")
    clerk.sees(WINDOW)
    assert not Site.objects.exists()
    clerk.press("/confirm/")
    assert Site.objects.count() == 4
    clerk.follow("/put-forward/")
    clerk.press("")
    district_determines(cast["head"], tmp_path)
    clerk.go("/desk/filings/mine/")
    clerk.follow("/file/")
    clerk.press("")
    site = Site.objects.get(window_name=WINDOW)
    assert site.stage == Stage.FILED
    text = assert_official(clerk.paper("乌政公报", tmp_path), red_head=False)
    assert WINDOW in text
    return site


def district_determines(head: Person, tmp_path: Path) -> None:
    head.go("/desk/filings/mine/")
    head.follow("/decide/")
    head.press("")
    text = assert_official(head.paper("海勃湾政公办", tmp_path))
    assert WINDOW in text
    assert "海勃湾区区级" in text


def fill_workbook(path: Path, units) -> None:
    """As a clerk would: under the head row, one line a site."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = next(row for row in sheet.iter_rows() if sum(bool(cell.value) for cell in row) > 4)
    columns = {column.field: cell.column for column, cell in zip(COLUMNS, heads, strict=False)}
    for offset, (unit, kind) in enumerate(zip(units, KINDS, strict=True), start=1):
        window = WINDOW if offset == 1 else f"{unit.short_name}办事大厅（示例）"
        values = {
            "organisation": unit.name,
            "window_name": window,
            "kind": kind,
            "reason": "群众办事集中",
            "working_body": "政务公开办公室（示例）",
            "liaison_name": "示例联络员",
            "liaison_phone": "0473-0000000",
        }
        for field, value in values.items():
            sheet.cell(heads[0].row + offset, columns[field], value)
    book.save(path)


def list_is_reviewed_and_determined(cast) -> None:
    filing = Filing.objects.get(sites__window_name=WINDOW)
    office, leader = cast["office"], cast["leader"]
    office.go(f"/desk/filings/{filing.pk}/")
    office.follow("/review/")
    office.fill(opinion="符合方案要求，拟同意。")
    for button in ("[name=tick_all]", ".form-actions .btn-primary"):
        with office.page.expect_navigation():
            office.page.click(f"main {button}")
        office.sees_no_error()
    reviewing.give_all()
    leader.go("/desk/")
    leader.follow("/desk/determinations/new/")
    leader.follow("/desk/resolutions/decided/")
    leader.fill(place="市政府会议室（示例）", chair=str(cast["people"]["leader"].pk))
    leader.press("")
    leader.press("")
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.DETERMINED}


def plan_is_filed_and_agreed(cast, site: Site) -> None:
    liaison, clerk = cast["liaison"], cast["clerk"]
    liaison.go("/desk/")
    liaison.follow(f"/desk/sites/{site.pk}/plan/")
    measure = {
        "text": "编制公开指南和目录",
        "person": "示例甲",
        "starts_on": "2008-02-21",
        "ends_on": "2008-03-10",
    }
    liaison.fill(
        working_body="政务公开办公室（示例）",
        goals="对照标准逐项达标。",
        **{f"measures-0-{name}": value for name, value in measure.items()},
    )
    with liaison.page.expect_navigation():
        liaison.page.locator("main .form-actions button[type=submit]").first.click()
    liaison.sees_no_error()
    clerk.go(f"/desk/sites/{site.pk}/plan/")
    with clerk.page.expect_navigation():
        clerk.page.click("main button[formaction*='/agree/']")
    clerk.sees_no_error()
    assert_stage(site, Stage.BUILDING)


def self_sheet_is_answered(cast, site: Site) -> None:
    office, liaison = cast["office"], cast["liaison"]
    open_round(office, kind="self", title="2008年自评", due_on="2008-03-31")
    liaison.go(f"/desk/sites/{site.pk}/self-assessment/")
    answer_sheet(liaison)
    submit(liaison)
    assert_stage(site, Stage.SELF_ASSESSED)


def team_inspects_and_leader_signs(cast, site: Site) -> None:
    office, inspector = cast["office"], cast["inspector"]
    open_round(office, kind="inspection", title="2008年督查", due_on="2008-04-30")
    send_team(office, cast["people"], site)
    for member in (inspector, cast["colleague"]):
        member.go("/desk/sheets/")
        member.follow("/inspect/")
        answer_sheet(member, partly="ZW-1.3")
        submit(member)
    inspector.go("/desk/sheets/")
    inspector.page.locator("td a[href*='/desk/sheets/']").first.click()
    inspector.follow("/sign/")
    inspector.page.locator("main textarea").first.fill("请补充会议纪要。")
    inspector.fill(password=PASSWORD)
    inspector.press("")
    assert_stage(site, Stage.RECTIFYING)


def unit_is_heard_and_the_notice_goes_out(cast, site: Site, tmp_path: Path) -> None:
    liaison, office = cast["liaison"], cast["office"]
    liaison.go("/desk/")
    liaison.follow(f"/desk/rectifications/{site.pk}/")
    liaison.press("/agree/")
    office.go(f"/desk/rectifications/{site.pk}/")
    office.press("/notice/")
    paper_is_checked_and_signed(cast)
    office.go(f"/desk/rectifications/{site.pk}/")
    text = assert_official(office.paper("督查整改工作的通知", tmp_path))
    assert WINDOW in text
    assert "请补充会议纪要" in text


def findings_are_rectified(cast, site: Site, tmp_path: Path) -> None:
    liaison, office = cast["liaison"], cast["office"]
    photo = tmp_path / "纪要.png"
    photo.write_bytes(picture())
    liaison.go("/desk/")
    liaison.follow(f"/desk/rectifications/{site.pk}/")
    finding = Finding.objects.get(assessment__site=site)
    liaison.follow(f"/desk/findings/{finding.pk}/answer/")
    liaison.fill(text="已补充会议纪要。")
    liaison.page.set_input_files("main [name=files]", photo)
    liaison.press("")
    clerk = cast["clerk"]
    clerk.go("/desk/")
    clerk.follow(f"/desk/rectifications/{site.pk}/")
    clerk.press(f"/findings/{finding.pk}/confirm/")
    office.go(f"/desk/rectifications/{site.pk}/")
    office.press(f"/findings/{finding.pk}/verify/")
    office.press("/close/")
    assert_stage(site, Stage.RECTIFIED)
    text = assert_official(office.paper("整改情况的报告", tmp_path))
    assert "已补充会议纪要" in text


def site_is_accepted(cast, site: Site, tmp_path: Path) -> None:
    office, leader, inspector = cast["office"], cast["leader"], cast["inspector"]
    open_round(office, kind="acceptance", title="2008年验收", due_on="2008-05-31")
    send_team(office, cast["people"], site)
    for member in (inspector, cast["colleague"]):
        member.go("/desk/sheets/")
        member.follow("/inspect/")
        answer_sheet(member)
        submit(member)
    final = site.assessments.get(round__kind="acceptance").sheets.get(role="final")
    inspector.go(f"/desk/sheets/{final.pk}/sign/")
    inspector.fill(password=PASSWORD)
    inspector.press("")
    builders.appraised(site, sample=120, score="92.5")
    office.go(f"/desk/acceptances/{site.pk}/")
    office.fill(opinion="建议通过验收。", verdict="pass")
    office.press("/recommend/")
    resolved("acceptance")
    leader.go("/desk/")
    leader.follow(f"/desk/acceptances/{site.pk}/")
    leader.fill(verdict="pass")
    leader.press("/decide/")
    assert_stage(site, Stage.ACCEPTED)
    leader.go(f"/desk/acceptances/{site.pk}/")
    text = assert_official(leader.paper("验收情况的报告", tmp_path))
    assert "98.5" in text  # 100×80%＋92.5×20%


def notice_runs(cast, site: Site, tmp_path: Path) -> None:
    office, citizen, leader = cast["office"], cast["citizen"], cast["leader"]
    office.go("/desk/notices/add/")
    office.page.check(f"main [name=sites][value='{site.pk}']")
    office.press("")
    reviewing.give_all()
    office.page.reload()
    office.press("/publish/")
    assert_stage(site, Stage.ON_NOTICE)
    notice = site.notice_entries.get().notice
    assert notice.ends_on.isoformat() == "2008-05-15"
    office.go(f"/desk/notices/{notice.pk}/")
    text = assert_official(office.paper("乌政公办", tmp_path), red_head=False)
    assert WINDOW in text
    citizen.go("/")
    citizen.follow(f"/notices/{notice.pk}/")
    citizen.sees(WINDOW)
    leader.go(f"/desk/notices/{notice.pk}/")
    assert leader.page.locator("form[action*='/name/']").count() == 0


def site_is_named(cast, site: Site, tmp_path: Path) -> None:
    leader, citizen = cast["leader"], cast["citizen"]
    notice = site.notice_entries.get().notice
    resolved("naming")
    leader.go(f"/desk/notices/{notice.pk}/")
    leader.page.check(f"main [name=sites][value='{site.pk}']")
    leader.press("/name/")
    assert_stage(site, Stage.NAMED)
    decision = site.naming.decision
    leader.go(f"/desk/documents/{decision.pk}/")
    paper = leader.paper("乌政公发", tmp_path)
    assert WINDOW in assert_official(paper)
    assert_grid(paper.read_bytes())
    citizen.go(f"/namings/{site.naming.pk}/")
    citizen.sees(WINDOW)
    citizen.go(f"/verify/{decision.verification_code}/")
    decision.refresh_from_db()
    citizen.sees(decision.sha256)


# -- what several people do ---------------------------------------------------


def paper_is_checked_and_signed(cast) -> None:
    """Read as it was printed on trial; only then it is issued."""
    draft = Draft.objects.get()
    wait_for(lambda: all(paper.is_made for paper in draft.papers), says="it was not made on trial")
    for person, act in ((cast["checker"], "/check/"), (cast["leader"], "/sign/")):
        assert not Document.objects.filter(drafted_by=draft.drafted_by).exists()
        person.go("/desk/")
        person.follow("/desk/documents/drafts/")
        if not person.page.url.endswith(draft.get_absolute_url()):
            person.follow(draft.get_absolute_url())
        person.press(act)


def open_round(office: Person, **fields: str) -> None:
    office.go("/desk/rounds/open/")
    office.fill(**fields)
    office.press("")


def send_team(office: Person, people, site: Site) -> None:
    """The inspector leads; the colleague is of another department."""
    office.go(Round.objects.latest("pk").get_absolute_url())
    office.follow("/teams/add/")
    office.fill(name="第一督查组", leader=str(people["inspector"].pk), members=str(people["colleague"].pk))
    office.press("")
    office.follow("/assign/")
    team = office.page.locator(f"main [name=team-{site.pk}] option").last.get_attribute("value")
    office.fill(**{f"team-{site.pk}": team or ""})
    office.press("")


def answer_sheet(person: Person, *, partly: str = "") -> None:
    """Every item of every section: met by one click, `partly` met with a reason and the save button."""
    addresses = person.page.locator(".sheet-nav a").evaluate_all("links => links.map(link => link.href)")
    for address in addresses:
        person.page.goto(address)
        for code in person.page.locator("article.item").evaluate_all(
            "items => items.map(item => item.id.slice(5))"
        ):
            item = person.page.locator(f"article.item[id='item-{code}']")
            with person.page.expect_response(lambda answer: "/items/" in answer.url) as saved:
                if code == partly:
                    item.locator("input[value=partly]").check()
                    item.locator("textarea").fill("缺少近期会议纪要。")
                    item.locator("button[type=submit]:not([name])").click()
                else:
                    item.locator("input[value=met]").check()
            assert saved.value.status == 200
    person.sees_no_error()


def submit(person: Person) -> None:
    person.follow("/submit/")
    for confirmed in person.page.locator("[name=confirmed]").all():
        confirmed.check()
    person.press("")


def assert_stage(site: Site, stage: Stage) -> None:
    site.refresh_from_db()
    assert site.stage == stage


def assert_official(path: Path, *, red_head: bool = True) -> str:
    """A4, every font embedded, Chinese faces, tagged; returns the text without blanks."""
    reader = pypdf.PdfReader(path)
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows), fonts
    assert reader.root_object["/Lang"] == "zh-CN"
    text = "".join(page.extract_text() for page in reader.pages)
    text = "".join(text.split())
    assert ("文件" in text) or not red_head
    assert "〔2008〕" in text
    return text


def assert_grid(pdf: bytes) -> None:
    """The body stands on GB/T 9704's grid: 28 characters in 156 mm, 22 lines in 225 mm."""
    body = [line for line in lines_of(pdf, 1) if len(line.text) >= 24]
    assert len(body) > 2
    full_width = [line for line in body if not re.search(r"[\x00-\x7f“”—]", line.text)]
    assert full_width
    for line in full_width:
        # A line that ends early is spread over the width (documents/justifying.py).
        cell = (line.right - line.left) / len(line.text)
        assert 156 / 28 - 0.05 < cell < 156 / 28 * 1.25
    pitches = [below.top - above.top for above, below in itertools.pairwise(body)]
    assert min(pitches) == pytest.approx(225 / 22, abs=0.05)


def picture() -> bytes:
    """A small grey square."""
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 128).save(buffer, "PNG")
    return buffer.getvalue()
