"""Out of the portal, through LibreOffice, and in again: nothing changes.

A workbook that LibreOffice saved is a workbook a person saved.
"""

import io
import subprocess

import pytest
from openpyxl import load_workbook

from accounts.enums import Role
from sites import services
from sites.enums import Outcome
from sites.list_import import judge, take
from sites.models import Liaison, Site
from sites.site_fields import columns_of, texts_of
from sites.template_workbook import mended_template, template_of
from standards.enums import Kind
from tables import writing
from tables.reading import read
from tests import factories
from tests.sites import making

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("english"),
    pytest.mark.xdist_group("libreoffice"),
]
AWKWARD = [
    ("=1+1", "=HYPERLINK(1)", "+0473-0000000"),
    ("示例𠮷䶮喆（一）", '一，（二）\n\n三；"四"', "0473-0000001"),
    ("00123", "1/2", "04730000002"),
    ("示例；,\t窗口", "-", "13800000000"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Converts a file by LibreOffice, with a profile of its own."""
    home = tmp_path_factory.mktemp("libreoffice")

    def convert(content: bytes, ending: str, to: str) -> bytes:
        source = home / f"list.{ending}"
        source.write_bytes(content)
        out = home / "out"
        profile = (home / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
        subprocess.run(
            [*command, "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=180
        )
        made = out / f"list.{to.partition(':')[0]}"
        content = made.read_bytes()
        made.unlink()
        return content

    return convert


@pytest.fixture
def filing(by):
    """A list whose texts have tripped programs before."""
    filing = making.own_list(by)
    for n, (window, reason, phone) in enumerate(AWKWARD):
        site = Site(
            organisation=factories.unit(filing.organisation),
            window_name=window,
            kind=Kind.values[n % 2],
            reason=reason.replace("\n", "\r\n"),  # as a form sends it
            address="" if n % 2 else "示例路0１号",
        )
        services.save_site(filing=filing, site=site, liaison_name="示例甲", liaison_phone=phone, by=by)
    [second] = (each for each in Liaison.objects.filter(site__filing=filing) if each.phone == "0473-0000001")
    Liaison.objects.filter(pk=second.pk).update(since="2008-01-02")
    return filing


def export_of(filing, write):
    columns = columns_of(filing.level)
    texts = [texts_of(site) for site in services.rows_of(filing)]
    return write(columns, [[row[column.field] for column in columns] for row in texts])


def xlsx_of(filing):
    return export_of(filing, lambda columns, rows: writing.xlsx(columns, rows, "示例"))


def judged(filing, by, content, name):
    return judge(table=read(making.upload(content, name), columns_of(filing.level)), filing=filing, by=by)


def assert_unchanged(filing, by, content, name="list.xlsx"):
    taken = judged(filing, by, content, name)
    assert [(row.outcome, row.changes, row.complaints) for row in taken.rows] == [
        (Outcome.UNCHANGED, [], [])
    ] * len(AWKWARD)
    assert taken.kept == 0


@pytest.mark.parametrize(("write", "name"), [("xlsx", "list.xlsx"), ("csv", "list.csv")])
def test_export_comes_back_unchanged(filing, by, write, name):
    content = xlsx_of(filing) if write == "xlsx" else export_of(filing, writing.csv)
    assert_unchanged(filing, by, content, name)


def test_export_saved_by_libreoffice_comes_back_unchanged(filing, by, office):
    assert_unchanged(filing, by, office(xlsx_of(filing), "xlsx", "xlsx"))


def test_export_by_way_of_its_own_format_comes_back_unchanged(filing, by, office):
    assert_unchanged(filing, by, office(office(xlsx_of(filing), "xlsx", "ods"), "ods", "xlsx"))


@pytest.mark.parametrize("charset", ["76", "85"])  # LibreOffice's numbers for UTF-8 and GB18030
def test_export_saved_as_text_comes_back_unchanged(filing, by, office, charset):
    content = office(xlsx_of(filing), "xlsx", f"csv:Text - txt - csv (StarCalc):44,34,{charset},1,,0,true")
    assert_unchanged(filing, by, content, "list.csv")


def test_csv_opened_and_saved_by_libreoffice_comes_back_as_the_same_windows(filing, by, office):
    rows = read(
        making.upload(office(export_of(filing, writing.csv), "csv", "xlsx")), columns_of(filing.level)
    ).lines
    assert len(rows) == len(AWKWARD)


def test_template_saved_by_libreoffice_comes_back_unchanged(filing, by, office):
    assert_unchanged(filing, by, office(template_of(filing), "xlsx", "xlsx"))


def test_template_filled_in_and_saved_by_libreoffice_is_taken(by, office):
    filing = making.own_list(by)
    unit = factories.unit(filing.organisation)
    book = load_workbook(io.BytesIO(template_of(filing)))
    for at, text in enumerate([unit.name, None, "示例大厅", "service disclosure", None, None, None], start=1):
        book["List"].cell(2, at).value = text
    for at, text in enumerate(["示例新镇", "town", "示例二", "办事公开", None, None, None], start=1):
        book["List"].cell(3, at).value = text
    content = office(making.saved(book), "xlsx", "xlsx")
    table = read(making.upload(content), columns_of(filing.level))
    assert take(table=table, filing=filing, by=by, file_name="list.xlsx").is_clean
    assert set(filing.sites.values_list("organisation__name", "window_name")) == {
        (unit.name, "示例大厅"),
        ("示例新镇", "示例二"),
    }


def test_template_keeps_its_frame_in_libreoffice(filing, by, office):
    book = load_workbook(io.BytesIO(office(template_of(filing), "xlsx", "xlsx")))
    sheet = book["List"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert [sheet[cell].protection.locked for cell in ("A1", "A2", "A500", "C3")] == [
        True,
        False,
        False,
        False,
    ]
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    offered = {str(one.sqref) for one in sheet.data_validations.dataValidation}
    assert offered == {"A2:A1001", "B2:B1001", "D2:D1001"}


def test_workbook_to_mend_opens_in_libreoffice(filing, by, office):
    table = read(making.upload(xlsx_of(filing)), columns_of(filing.level))
    content = office(mended_template(filing, table, {3: ["示例"]}), "xlsx", "xlsx")
    assert_unchanged(filing, by, content)


def test_list_of_a_designated_unit_comes_back_unchanged(office):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    making.add_site(filing, by)
    for content in (template_of(filing), office(xlsx_of(filing), "xlsx", "xlsx")):
        taken = judged(filing, by, content, "list.xlsx")
        assert [row.outcome for row in taken.rows] == [Outcome.UNCHANGED]
