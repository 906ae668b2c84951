"""A list from a workbook: download, upload, preview, confirm."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import Organisation
from sites.enums import Outcome
from sites.models import Site
from tables.writing import XLSX
from tests import factories
from tests.sites import making
from tests.sites.making import HEADS, row, upload, upload_of
from tests.tables.making import saved, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def by(client):
    by = making.clerk()
    client.force_login(by)
    return by


def url(name, filing):
    return reverse(f"sites:{name}", args=[filing.pk])


def send(client, filing, file):
    """The preview, or the upload's page again."""
    return client.post(url("filing_upload", filing), {"file": file}, follow=True)


PAGES = [
    ("get", "filing_template"),
    ("get", "filing_export"),
    ("get", "filing_errors"),
    ("get", "filing_preview"),
    ("get", "filing_upload"),
    ("post", "filing_upload"),
    ("post", "filing_confirm"),
]


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_workbook_pages_anonymous_is_sent_to_login(client, filing, method, name):
    client.logout()
    response = getattr(client, method)(url(name, filing))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_workbook_pages_of_another_district_are_not_found(client, filing, method, name):
    client.force_login(making.clerk(factories.district("乌达")))
    assert getattr(client, method)(url(name, filing)).status_code == 404


@pytest.mark.parametrize(("method", "name"), PAGES[2:])
def test_workbook_is_not_taken_from_the_office(client, filing, method, name):
    client.force_login(factories.user(Role.OFFICE))
    assert getattr(client, method)(url(name, filing)).status_code == 403


@pytest.mark.parametrize("name", ["filing_template", "filing_export", "filing_errors"])
def test_downloads_do_not_answer_post(client, filing, name):
    assert client.post(url(name, filing)).status_code == 405


def test_template_is_a_workbook_of_the_list(client, filing, by):
    site = making.add_site(filing, by)
    response = client.get(url("filing_template", filing))
    content = response.content
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == XLSX
    texts = [cell.value for cell in load_workbook(io.BytesIO(content)).worksheets[0][2]]
    assert site.window_name in texts
    assert site.organisation.name in texts


def test_upload_page_offers_the_template(client, filing):
    assert url("filing_template", filing) in client.get(url("filing_upload", filing)).content.decode()


def test_upload_shows_the_preview_and_writes_nothing(client, filing, unit):
    response = send(client, filing, upload_of([row(unit, "示例大厅"), row(unit, "示例二")]))
    html = response.content.decode()
    assert response.status_code == 200
    assert dict(response.context["taken"].counts)[Outcome.NEW] == 2
    assert "示例大厅" in html
    assert url("filing_confirm", filing) in html
    assert not Site.objects.exists()


def test_preview_of_what_the_list_says_already_has_nothing_to_take(client, filing, unit):
    send(client, filing, upload_of([row(unit)]))
    client.post(url("filing_confirm", filing))
    html = send(client, filing, upload_of([row(unit)])).content.decode()
    assert "nothing to take" in html
    assert url("filing_confirm", filing) not in html


def test_preview_warns_of_a_list_that_would_be_short_or_too_long(client, filing, by, unit):
    warning = "A district puts forward 4 to 6 sites; this list has {}."
    making.add_site(filing, by)
    for rows, size in ((2, 3), (6, 7)):
        response = send(client, filing, upload_of([row(unit, f"示例{n}") for n in range(rows)]))
        assert response.status_code == 200
        assert warning.format(size) in response.content.decode()
        assert url("filing_confirm", filing) in response.content.decode()
    response = send(client, filing, upload_of([row(unit, f"示例{n}") for n in range(3)]))
    assert response.context["warnings"] == []


def test_confirm_takes_what_was_previewed(client, filing, unit):
    send(client, filing, upload_of([row(unit, "示例大厅"), row(unit, "示例二")]))
    response = client.post(url("filing_confirm", filing))
    assert response.url == filing.get_absolute_url()
    assert set(filing.sites.values_list("window_name", flat=True)) == {"示例大厅", "示例二"}


def test_confirm_trusts_nothing_the_browser_sends(client, filing, unit):
    send(client, filing, upload_of([row(unit, "示例大厅")]))
    client.post(url("filing_confirm", filing), {"window_name": "示例假", "lines": "[]"})
    assert list(filing.sites.values_list("window_name", flat=True)) == ["示例大厅"]


def test_confirm_twice_takes_once(client, filing, unit):
    send(client, filing, upload_of([row(unit)]))
    client.post(url("filing_confirm", filing))
    response = client.post(url("filing_confirm", filing))
    assert response.url == url("filing_upload", filing)
    assert filing.sites.count() == 1


def test_confirm_without_preview_leads_to_the_upload(client, filing):
    assert client.post(url("filing_confirm", filing)).url == url("filing_upload", filing)


def test_confirm_does_not_answer_get(client, filing):
    assert client.get(url("filing_confirm", filing)).status_code == 405


def test_confirm_judges_the_rows_once_more(client, filing, unit):
    send(client, filing, upload_of([row(unit), row(factories.unit(filing.organisation), "示例二")]))
    unit.district = factories.district("乌达")
    unit.save()
    html = client.post(url("filing_confirm", filing), follow=True).content.decode()
    assert f"{unit.name} does not belong to this list." in html
    assert list(Site.objects.values_list("window_name", flat=True)) == ["示例二"]


def test_confirm_holds_to_what_the_preview_showed(client, filing, unit, by):
    """Of a row that a colleague corrected meanwhile nothing is overwritten that the preview did not show."""
    phone, corrected = making.PHONE, "0473-9999999"
    sites = [making.add_site(filing, by, liaison="示例甲") for _twice in range(2)]
    wanted = {"Why this one": "改写的理由（示例）。"}
    rows = [row(site.organisation, site.window_name, **wanted) for site in sites]
    first = send(client, filing, upload_of(rows)).content.decode()
    assert phone not in [change.before for row in _rows(client, filing) for change in row.changes]
    liaison = sites[0].liaisons.get()
    liaison.phone = corrected
    liaison.save()
    assert corrected not in first
    answer = client.post(url("filing_confirm", filing), follow=True)
    html = answer.content.decode()
    assert f"at the preview {phone}, now {corrected}" in " ".join(html.split())
    assert "1 row was left" in html
    assert [site.liaisons.get().phone for site in sites] == [corrected, phone]
    assert Site.objects.get(pk=sites[1].pk).reason == rows[1][HEADS.index("Why this one")]
    assert Site.objects.get(pk=sites[0].pk).reason != rows[0][HEADS.index("Why this one")]
    client.post(url("filing_confirm", filing))
    assert sites[0].liaisons.get().phone == phone


def _rows(client, filing):
    return client.get(url("filing_preview", filing)).context["taken"].rows


def test_preview_is_a_page_to_come_back_to(client, filing, unit):
    """The browser's Back leads to it, and does not ask whether to send the file again."""
    answer = send(client, filing, upload_of([row(unit)]))
    assert answer.redirect_chain == [(url("filing_preview", filing), 302)]
    assert client.get(url("filing_preview", filing)).content.count(b"</tr>") == 2


def test_preview_of_one_list_is_not_taken_into_another(client, filing, unit, by):
    send(client, filing, upload_of([row(unit)]))
    other_by = making.clerk(factories.district("乌达"))
    other = making.own_list(other_by)
    assert client.post(url("filing_confirm", other)).status_code == 404
    assert not Site.objects.exists()


def test_confirm_of_a_list_filed_meanwhile_changes_nothing(client):
    filing, by = making.complete_list()
    client.force_login(by)
    send(client, filing, upload_of([row(factories.unit(filing.organisation))]))
    making.file(filing, by)
    assert client.post(url("filing_confirm", filing)).url == filing.get_absolute_url()
    assert filing.sites.count() == 4


def test_wrong_rows_are_named_with_row_column_and_value(client, filing, unit):
    response = send(client, filing, upload_of([row(unit, kind="公开")]))
    html = response.content.decode()
    assert 'href="#row-2"' in html
    assert "Row 2, column C “Kind”" in html
    assert "公开" in html
    assert url("filing_errors", filing) in html
    assert url("filing_confirm", filing) not in html


def test_right_rows_are_taken_and_the_wrong_ones_come_back(client, filing, unit):
    response = send(client, filing, upload_of([row(unit), row(unit, "示例二", "公开")]))
    assert "Take the 1 right row" in response.content.decode()
    response = client.post(url("filing_confirm", filing), follow=True)
    assert list(filing.sites.values_list("window_name", flat=True)) == ["示例大厅"]
    assert "1 row of “list.xlsx” is still wrong." in response.content.decode()
    assert url("filing_errors", filing) in response.content.decode()
    assert client.post(url("filing_confirm", filing)).url == url("filing_upload", filing)
    assert filing.sites.count() == filing.import_batches.count() == 1


def test_workbook_comes_back_with_what_is_wrong_and_is_read_again(client, filing, unit):
    cells = [[*row(unit), "一"], [*row(unit, "示例二", "公开", **{"Liaison's telephone": ""}), "二"]]
    send(client, filing, upload_of(cells, [*HEADS, "备注"]))
    response = client.get(url("filing_errors", filing))
    assert response["Content-Disposition"] == 'attachment; filename="list, to be mended.xlsx"'
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    heads, right, wrong = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert heads == [*HEADS, "备注", "What is wrong"]
    assert right[:9] == [cell or None for cell in cells[0]]
    assert right[9] is None
    assert wrong[:9] == [cell or None for cell in cells[1]]
    assert wrong[9].splitlines()[0].startswith("Column C “Kind”: Write one of")
    assert [sheet[cell].fill.fgColor.rgb for cell in ("A2", "A3")] == ["00000000", "00FCE4E4"]
    sheet["C3"], sheet["H3"] = "办事公开", making.PHONE
    again = send(client, filing, upload(making.saved(sheet.parent)))
    assert again.status_code == 200
    assert again.context["table"].unused == ["备注"]
    client.post(url("filing_confirm", filing))
    assert set(filing.sites.values_list("window_name", flat=True)) == {"示例大厅", "示例二"}


def test_text_file_comes_back_as_a_workbook(client, filing, unit):
    text = f"单位,窗口,类型,联络员,电话\n{unit.name},示例大厅,公开,示例甲,0473-0000000\n".encode("gbk")
    send(client, filing, upload(text, "名单.csv"))
    response = client.get(url("filing_errors", filing))
    assert response["Content-Type"] == XLSX
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == ["单位", "窗口", "类型", "联络员", "电话"]


def test_formula_of_a_wrong_row_does_not_come_back_as_one(client, filing, unit):
    send(client, filing, upload_of([row(unit, '=HYPERLINK("http://x")')]))
    sheet = load_workbook(io.BytesIO(client.get(url("filing_errors", filing)).content)).worksheets[0]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    assert "holds a formula" in sheet["I2"].value


def test_hidden_row_is_named_and_the_others_are_taken(client, filing, unit):
    book = workbook([row(unit), row(unit, "示例二")], HEADS)
    book.active.row_dimensions[2].hidden = True
    response = send(client, filing, upload(saved(book)))
    assert "Row 2 is hidden; unhide or delete it." in response.content.decode()
    client.post(url("filing_confirm", filing))
    assert list(filing.sites.values_list("window_name", flat=True)) == ["示例二"]


def test_errors_without_an_upload_lead_to_the_upload(client, filing):
    assert client.get(url("filing_errors", filing)).url == url("filing_upload", filing)


def test_new_unit_is_shown_in_the_preview_and_written_when_taken(client, filing):
    cells = dict(zip(HEADS, row(factories.unit(filing.organisation)), strict=True)) | {"Unit": "示例新镇"}
    file = upload_of([[*cells.values(), "town"]], [*HEADS, "Unit type"])
    assert "The unit is put on record with it: town" in send(client, filing, file).content.decode()
    assert not Organisation.objects.filter(name="示例新镇").exists()
    client.post(url("filing_confirm", filing))
    assert filing.sites.get().organisation.name == "示例新镇"


def test_text_file_is_previewed_and_judged_once_more(client, filing, unit):
    text = f"单位;窗口;类型;联络员;电话\n{unit.name};示例大厅;政务公开;示例甲;0473-0000000\n"
    assert send(client, filing, upload(text.encode("utf-8-sig"), "list.csv")).status_code == 200
    making.add_site(filing, making.clerk())
    unit.delete()
    response = client.post(url("filing_confirm", filing), follow=True)
    assert "No unit is called" in response.content.decode()


def test_export_holds_the_rows_of_the_list(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(factories.user(Role.OFFICE))
    response = client.get(url("filing_export", filing), {"format": "csv"})
    head, line, _end = response.content.decode("utf-8-sig").split("\r\n")
    assert head.startswith("Unit,Unit type,Name of the site,Kind")
    assert site.window_name in line
    assert client.get(url("filing_export", filing))["Content-Type"] == XLSX


def test_list_of_a_designated_unit_has_no_unit_type(client):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    client.force_login(by)
    sheet = load_workbook(io.BytesIO(client.get(url("filing_template", filing)).content)).worksheets[0]
    assert "Unit type" not in [cell.value for cell in sheet[1]]


def test_downloads_ask_the_same_of_every_row(client, filing, by):
    counts = set()
    for _n in range(3):
        making.add_site(filing, by)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("filing_export", filing))
            client.get(url("filing_template", filing))
        counts.add(len(captured))
    assert len(counts) == 1


def test_preview_that_is_wrong_leaves_an_earlier_one_out(client, filing, unit):
    send(client, filing, upload_of([row(unit)]))
    send(client, filing, upload_of([row(unit, kind="公开")]))
    client.post(url("filing_confirm", filing))
    assert not Site.objects.exists()


def test_upload_without_a_file_is_refused_at_the_field(client, filing):
    response = client.post(url("filing_upload", filing))
    assert response.status_code == 422
    assert response.context["form"].errors["file"] == ["Choose the filled-in workbook first."]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"a,b\n"])
def test_upload_of_something_else_is_refused_at_the_field(client, filing, content):
    response = send(client, filing, upload(content))
    assert response.status_code == 422
    assert len(response.context["form"].errors["file"]) == 1
    assert 'href="#id_file"' in response.content.decode()


def test_upload_with_missing_columns_names_each(client, filing, unit):
    response = send(client, filing, upload_of([[unit.name]], ["Unit"]))
    assert len(response.context["form"].errors["file"]) == 3


def test_preview_asks_the_same_of_every_row(client, filing):
    units = [factories.unit(filing.organisation) for _n in range(6)]
    counts = []
    client.get(url("filing", filing))  # the rail counts what waits after a writing, and keeps it
    for number in (2, 4, 6):
        with CaptureQueriesContext(connection) as captured:
            send(client, filing, upload_of([row(one) for one in units[:number]]))
        counts.append(len(captured))
    assert counts[1] - counts[0] == counts[2] - counts[1]
