"""A sheet as a workbook at its pages: who gets what, what the pages say, what is refused."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import ScoreLevel
from assessments.marks import standard_items
from assessments.models import SheetUpload
from assessments.services import recusals, sheets
from assessments.sheet_workbook.token import HALLMARK
from tables.writing import XLSX
from tests import factories
from tests.assessments import builders, workbooks
from tests.assessments.test_queries import asked
from tests.assessments.test_uploads import MET, UNMET, rewrite
from tests.assessments.workbooks import cell, edited, opened, outcomes, workbook
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


class Desk:
    """An inspector with a colleague on the team, the own sheet begun, and a workbook that was uploaded."""

    def __init__(self):
        self.site = builders.building()
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site)
        self.inspector, self.colleague = builders.members(self.assessment.assignment.team)
        self.sheet = builders.own_sheet(self.assessment, self.inspector)
        self.items = standard_items(self.sheet)
        a, b, c = self.items[:3]
        content = edited(workbook(self.sheet), {a.code: MET, b.code: UNMET, c.code: {"level": "未达标"}})
        with builders.on("2008-04-08"):
            rewrite(self.sheet, b, self.inspector, ScoreLevel.PARTLY)
            self.upload = workbooks.take(content, self.sheet, self.inspector)

    def page(self) -> str:
        return str(self.upload.get_absolute_url())

    def choose(self, client, choice, *pairs):
        return client.post(f"{self.page()}choose/", {"choice": choice, "shown": pairs}, follow=True)


@made_once("2008-04-08")
def desk():
    return Desk()


@pytest.fixture
def addresses(desk):
    base = reverse("assessments:sheet", args=[desk.sheet.pk])
    return [f"{base}workbook/", f"{base}upload/", desk.page()]


def test_anonymous_is_sent_to_the_login(client, desk, addresses):
    for response in (*map(client.get, addresses), client.post(f"{desk.page()}choose/")):
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["colleague", "liaison", "outsider", "district"])
def test_who_does_not_see_the_sheet_finds_nothing(client, desk, addresses, who):
    people = {
        "colleague": lambda: desk.colleague,
        "liaison": lambda: builders.liaison(desk.site),
        "outsider": lambda: factories.user(Role.INSPECTOR),
        "district": lambda: factories.user(Role.DISTRICT),
    }
    client.force_login(people[who]())
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(f"{desk.page()}choose/").status_code == 404


def test_who_stood_aside_finds_nothing_any_more(client, desk, addresses):
    client.force_login(desk.inspector)
    content = edited(workbook(desk.sheet), {desk.items[5].code: MET})
    recusals.recuse(user=desk.inspector, site=desk.site, reason="示例")
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(addresses[1], {"file": workbooks.upload(content)}).status_code == 404
    assert client.post(f"{desk.page()}choose/").status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_who_sees_the_sheet_reads_it_and_uploads_nothing(client, desk, addresses, role):
    client.force_login(builders.office() if role == Role.OFFICE else builders.leader())
    response = client.get(addresses[0])
    assert HALLMARK not in opened(response.content).sheetnames
    assert [client.get(address).status_code for address in addresses[1:]] == [403, 403]
    assert client.post(addresses[1]).status_code == 403
    assert client.post(f"{desk.page()}choose/").status_code == 403


def test_wrong_method(client, desk, addresses):
    client.force_login(desk.inspector)
    assert client.post(addresses[0]).status_code == 405
    assert client.post(addresses[2]).status_code == 405
    assert client.put(addresses[1]).status_code == 405
    assert client.get(f"{desk.page()}choose/").status_code == 405


def test_upload_of_another_sheet_is_not_found(client, desk):
    client.force_login(desk.colleague)
    other = builders.own_sheet(desk.assessment, desk.colleague)
    assert client.get(reverse("assessments:sheet_upload", args=[other.pk, desk.upload.pk])).status_code == 404


def test_writer_downloads_the_one_to_fill_in(client, desk, addresses):
    client.force_login(desk.inspector)
    response = client.get(addresses[0])
    assert response["Content-Type"] == XLSX
    book = opened(response.content)
    assert book[HALLMARK].sheet_state == "veryHidden"
    assert not cell(book, desk.items[0].code, "level").protection.locked


def test_sheet_page_links_to_both(client, desk, addresses):
    client.force_login(desk.inspector)
    page = client.get(desk.sheet.get_absolute_url()).content.decode()
    assert addresses[0] in page
    assert addresses[1] in page
    client.force_login(builders.office())
    page = client.get(desk.sheet.get_absolute_url()).content.decode()
    assert addresses[0] in page
    assert addresses[1] not in page


def test_uploaded_workbook_leads_to_what_became_of_it(client, desk, addresses):
    client.force_login(desk.inspector)
    content = edited(workbook(desk.sheet), {desk.items[5].code: MET})
    response = client.post(addresses[1], {"file": workbooks.upload(content)})
    made = SheetUpload.objects.first()
    assert response.status_code == 302
    assert response.url == made.get_absolute_url()
    assert outcomes(made)[desk.items[5].code] == "taken"
    assert "没有待处理的行" in client.get(response.url).content.decode()


def test_refused_workbook_says_why_at_the_field(client, desk, addresses):
    client.force_login(desk.inspector)
    for file in (workbooks.upload(b"%PDF-1.7"), workbooks.upload(b"")):
        response = client.post(addresses[1], {"file": file})
        assert response.status_code == 422
        assert 'id="error_1_id_file"' in response.content.decode()
    assert "请先选择" in client.post(addresses[1]).content.decode()
    assert SheetUpload.objects.count() == 1


def test_earlier_uploads_are_listed_with_what_waits(client, desk, addresses):
    client.force_login(desk.inspector)
    page = client.get(addresses[1]).content.decode()
    assert desk.page() in page
    assert "2 行待处理" in page


def test_sheet_and_its_check_up_lead_back_to_what_waits(client, desk):
    """Whoever left the page finds the way back, and is told before it is too late."""
    client.force_login(desk.inspector)
    places = [desk.sheet.get_absolute_url(), reverse("assessments:sheet_submit", args=[desk.sheet.pk])]
    for place in places:
        assert f'href="{desk.page()}"' in client.get(place).content.decode()
    desk.choose(client, "stored", *(f"{row.pk}:{row.version}" for row in desk.upload.rows.all()))
    for place in places:
        assert f'href="{desk.page()}"' not in client.get(place).content.decode()


def test_what_was_mended_elsewhere_is_told_as_such(client, desk):
    client.force_login(desk.inspector)
    row = desk.upload.rows.get(outcome="wrong")
    rewrite(desk.sheet, row.item, desk.inspector)
    page = client.get(desk.page()).content.decode()
    assert "此后已另行填写或重新上传" in page
    assert row.problem not in page


def test_page_tells_what_was_changed_outside_the_cells(client, desk, addresses):
    client.force_login(desk.inspector)
    content = edited(workbook(desk.sheet), {desk.items[5].code: {**MET, "text": "改了"}})
    page = client.post(addresses[1], {"file": workbooks.upload(content)}, follow=True).content.decode()
    place = cell(opened(content), desk.items[5].code, "text").coordinate
    assert f"{place} 单元格（{desk.items[5].code}）被改动" in page


def test_page_shows_both_values_and_what_is_wrong(client, desk):
    client.force_login(desk.inspector)
    page = client.get(desk.page()).content.decode()
    assert "示例缺材料" in page
    assert "网页上写的" in page
    assert desk.upload.rows.get(outcome="wrong").problem in page
    assert "采用电子表格的" in page


def test_page_in_english(client, desk, english):
    client.force_login(desk.inspector)
    page = client.get(desk.page()).content.decode()
    assert "Take the workbook" in page
    assert "changed meanwhile" in page


def test_choosing_the_workbooks_value(client, desk):
    client.force_login(desk.inspector)
    row = desk.upload.rows.get(outcome="stale")
    response = desk.choose(client, "mine", f"{row.pk}:1")
    assert "已处理 1 行" in response.content.decode()
    score = desk.sheet.scores.get(item=row.item)
    assert (score.level, score.version) == ("unmet", 2)


def test_keeping_the_stored_value_of_all(client, desk):
    client.force_login(desk.inspector)
    pairs = [f"{row.pk}:{row.version}" for row in desk.upload.rows.all()]
    desk.choose(client, "stored", *pairs)
    assert sorted(outcomes(desk.upload).values()) == ["kept_stored", "kept_stored", "taken"]
    assert "没有待处理的行" in client.get(desk.page()).content.decode()


def test_value_that_was_written_again_is_shown_again(client, desk):
    row = desk.upload.rows.get(outcome="stale")
    rewrite(desk.sheet, row.item, desk.inspector, ScoreLevel.MET, reason="")
    client.force_login(desk.inspector)
    response = desk.choose(client, "mine", f"{row.pk}:1")
    assert "有 1 行未能采用" in response.content.decode()
    assert f'value="{row.pk}:2"' in response.content.decode()
    assert desk.sheet.scores.get(item=row.item).level == "met"


@pytest.mark.parametrize("body", [{}, {"choice": "mine", "shown": "x"}, {"choice": "all", "shown": "1:1"}])
def test_nonsense_chooses_nothing(client, desk, body):
    client.force_login(desk.inspector)
    response = client.post(f"{desk.page()}choose/", body, follow=True)
    assert "没有选择任何内容" in response.content.decode()
    assert sorted(outcomes(desk.upload).values()) == ["stale", "taken", "wrong"]


def test_wrong_row_goes_to_the_items_form_with_its_values(client, desk):
    client.force_login(desk.inspector)
    row = desk.upload.rows.get(outcome="wrong")
    page = client.get(desk.page()).content.decode()
    address = reverse("assessments:score", args=[desk.sheet.pk, row.item_id])
    assert f'action="{address}#item-{row.item.code}"' in page
    body = {"level": "unmet", "points": "", "faults": "", "reason": "", "version": 0}
    response = client.post(address, body)
    assert response.status_code == 422
    assert 'value="unmet" checked' in response.content.decode()


def test_submitted_sheet_is_refused_kindly_and_its_uploads_stay_readable(client, desk, addresses):
    for item in desk.items[2:]:
        builders.mark(desk.sheet, item, desk.inspector)
    sheets.submit_inspector_sheet(sheet=desk.sheet, by=desk.inspector)
    client.force_login(desk.inspector)
    response = client.get(addresses[1], follow=True)
    assert response.redirect_chain[0][0] == desk.sheet.get_absolute_url()
    page = client.get(desk.page()).content.decode()
    assert "不能再选择" in page
    assert "采用电子表格的" not in page
    assert opened(client.get(addresses[0]).content).sheetnames == ["评分表"]


def test_queries_do_not_grow_with_the_rows(client, desk, addresses):
    client.force_login(desk.inspector)
    asked(client, addresses[0])  # what is read once a process
    few = [asked(client, address) for address in addresses]
    content = edited(workbook(desk.sheet), {item.code: {"level": "未达标"} for item in desk.items})
    desk.upload = workbooks.take(content, desk.sheet, desk.inspector)
    many = [asked(client, address) for address in (*addresses[:2], desk.page())]
    assert few == many
    assert max(few) <= 12
