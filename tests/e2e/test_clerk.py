"""A district clerk's half hour: a workbook with the usual mistakes, mended, determined, filed, sent back."""

import subprocess
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from sites.enums import FilingState, Stage
from sites.models import Filing, Site
from tests import factories
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

COMPANY = "海勃湾区示例供热公司"
HALL = "便民服务大厅（示例）"


@pytest.fixture
def desks(browser, live_server):
    """The clerk, the head of the office, the municipal office; no broker runs: nothing here may need one."""
    home = factories.district_office(factories.district())
    people = (
        factories.user(Role.DISTRICT, home),
        factories.user(Role.DISTRICT, home, is_head=True),
        factories.user(Role.OFFICE),
    )
    seated = [Person(browser, live_server.url, user) for user in people]
    yield seated
    for person in seated:
        person.page.context.close()


@pytest.fixture
def units():
    district = factories.district()
    return [factories.unit(district), factories.unit(district), factories.unit(district)]


def test_clerk_succeeds_with_a_workbook_and_half_an_hour(desks, units, tmp_path):
    clerk, head, office = desks
    workbook = template_filled_with_mistakes(clerk, units, tmp_path)

    mended = right_rows_are_taken_and_wrong_ones_come_back(clerk, workbook, tmp_path)
    import_is_undone_and_taken_again(clerk, mended)
    check_up_leads_to_what_is_missing(clerk)
    list_is_determined(clerk, head)
    filing = list_is_filed_with_a_receipt(clerk)
    list_is_sent_back_with_a_remark_at_a_row(office, filing, units[0])
    row_is_mended(clerk, filing, units[0])
    list_is_determined(clerk, head)
    list_is_filed_again(clerk, office, filing)


def template_filled_with_mistakes(clerk: Person, units, folder: Path) -> Path:
    """Filled in, then saved by another program; a wrong kind, and a unit nobody has put on record."""
    clerk.go("/desk/filings/mine/")
    path = clerk.download("/template/", folder)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = [
        (units[0].name, "", HALL, "政务公开", "示例甲", "０４７３－０００００００"),
        (units[1].name, "", HALL, "政务公开", "示例乙", "0473-0000001"),
        (units[2].short_name, "", HALL, "公开", "示例丙", "0473-0000002"),
        (COMPANY, "", "营业厅(示例)", "办事公开", "", ""),
    ]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    names = ("单位", "单位类型", "示范点名称", "类型", "联络员", "联络员电话")
    for number, row in enumerate(rows, start=2):
        for name, value in zip(names, row, strict=True):
            sheet[f"{heads[name]}{number}"] = value
    book.save(path)
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(folder / "saved"), str(path)], check=True, timeout=180)
    return folder / "saved" / path.name


def upload(clerk: Person, path: Path) -> None:
    clerk.go("/desk/filings/mine/")
    clerk.follow("/upload/")
    clerk.page.set_input_files("main [name=file]", path)
    with clerk.page.expect_navigation():
        clerk.page.locator("main form button[type=submit]").first.click()


def right_rows_are_taken_and_wrong_ones_come_back(clerk: Person, path: Path, folder: Path) -> Path:
    upload(clerk, path)
    clerk.sees("“公开”")
    clerk.sees("第 5 行")
    with clerk.page.expect_navigation():
        clerk.page.locator("main form[action*='/confirm/'] button").first.click()
    assert Site.objects.count() == 2
    wrong = clerk.download("/errors/", folder)
    mend(wrong)
    upload(clerk, wrong)
    clerk.press("/confirm/")
    assert Site.objects.count() == 4
    assert Organisation.objects.get(name=COMPANY).kind == OrganisationKind.UTILITY
    return wrong


def mend(path: Path) -> None:
    """By what the last column says."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    told = {row[0].row: row[-1].value for row in sheet.iter_rows(min_row=2) if row[-1].value}
    assert set(told) == {4, 5}
    sheet[f"{heads['类型']}4"] = "政务公开"
    sheet[f"{heads['单位类型']}5"] = "公用事业单位"
    book.save(path)


def import_is_undone_and_taken_again(clerk: Person, path: Path) -> None:
    clerk.go("/desk/filings/mine/")
    clerk.press("/undo/")
    assert Site.objects.count() == 2
    upload(clerk, path)
    clerk.press("/confirm/")
    assert Site.objects.count() == 4


def check_up_leads_to_what_is_missing(clerk: Person) -> None:
    clerk.go("/desk/filings/mine/")
    clerk.follow("/check-up/")
    clerk.page.locator("main a[href*='#id_liaison_name']").first.click()
    field = clerk.page.locator("[name=liaison_name]")
    expect(field).to_have_value("")
    clerk.fill(liaison_name="示例丁", liaison_phone="0473-0000003")
    clerk.press()


def list_is_determined(clerk: Person, head: Person) -> None:
    clerk.go("/desk/filings/mine/")
    clerk.follow("/put-forward/")
    clerk.press()
    head.go("/desk/filings/mine/")
    head.follow("/decide/")
    head.press()


def list_is_filed_with_a_receipt(clerk: Person) -> Filing:
    clerk.go("/desk/filings/mine/")
    clerk.follow("/file/")
    clerk.press()
    filing = Filing.objects.get(sites__organisation__name=COMPANY)
    assert filing.state == FilingState.FILED
    clerk.follow("/receipt/")
    clerk.sees(COMPANY)
    return filing


def list_is_sent_back_with_a_remark_at_a_row(office: Person, filing: Filing, unit) -> None:
    site = filing.sites.get(organisation=unit)
    office.go(filing.get_absolute_url())
    office.follow("/send-back/")
    office.fill(**{f"row_{site.pk}": "请写明选择该窗口的理由。"})
    office.press()
    filing.refresh_from_db()
    assert filing.state == FilingState.RETURNED


def row_is_mended(clerk: Person, filing: Filing, unit) -> None:
    site = filing.sites.get(organisation=unit)
    clerk.go("/desk/")
    clerk.follow(filing.get_absolute_url())
    clerk.sees("请写明选择该窗口的理由。")
    clerk.follow(f"/sites/{site.pk}/")
    clerk.fill(reason="群众办事集中（示例）。")
    clerk.press()


def list_is_filed_again(clerk: Person, office: Person, filing: Filing) -> None:
    clerk.go(filing.get_absolute_url())
    clerk.follow("/file/")
    clerk.sees("群众办事集中（示例）。")
    clerk.press()
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.FILED}
    office.go(filing.get_absolute_url())
    office.sees("群众办事集中（示例）。")
