"""The office loads 2,000 organisations through its browser; a real worker reads and takes them."""

import pytest
from auditlog.models import LogEntry
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import Organisation
from sites.enums import JobState, Register
from sites.models import ImportJob
from tests import factories
from tests.e2e.people import Person
from tests.sites.registers import organisations, workbook

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    # One process drives them all: two cores carry one browser and one worker.
]

ROWS = 2000


def test_register_of_2000_rows_is_previewed_and_taken(browser, live_server, backstage, tmp_path):
    file = tmp_path / "单位名册（示例）.xlsx"
    rows = organisations(ROWS)
    rows[7]["kind"] = "公司"
    file.write_bytes(workbook(Register.ORGANISATIONS, rows))
    by = factories.user(Role.OFFICE)
    office = Person(browser, live_server.url, by)
    backstage.start_broker()

    office.go("/desk/imports/")
    office.page.check("main [name=register][value=organisations]")
    office.page.set_input_files("main [name=file]", file)
    office.press("")
    office.sees("正在读取文件")
    assert ImportJob.objects.get().sent_at is not None
    backstage.start_worker()  # the page asks by itself, and shows the preview once it is there
    confirm = office.page.locator("form[action$='/confirm/'] button")
    expect(confirm).to_contain_text("1999")
    office.page.select_option("main [name=outcome]", "wrong")
    office.page.click(".filter [type=submit]")
    office.sees("填写的是“公司”")
    assert not Organisation.objects.filter(code__startswith="R-").exists()

    backstage.end("worker")
    office.press("/confirm/")
    office.sees("正在导入正确的行")
    expect(office.page.locator("progress")).to_have_attribute("max", str(ROWS))
    backstage.start_worker()
    expect(office.page.locator("main")).to_contain_text("正确的行已导入完毕")
    office.sees_no_error()

    assert ImportJob.objects.get().state == JobState.DONE
    assert Organisation.objects.filter(code__startswith="R-").count() == ROWS - 1
    assert LogEntry.objects.filter(actor=by, object_repr__startswith="示例第").count() == ROWS - 1
    office.page.context.close()
