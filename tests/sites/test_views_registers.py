"""The office's pages for whole registers: the ladder, the upload, progress, preview, confirmation."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from sites.enums import JobState, Register
from sites.models import ImportJob
from sites.services import imports
from tests import factories
from tests.sites.making import upload
from tests.sites.registers import organisations, previewed, start, taken, workbook

pytestmark = pytest.mark.django_db

LIST = "/desk/imports/"
ORGANISATIONS = Register.ORGANISATIONS
ACTS = ("import_confirm", "import_discard", "import_undo")


@pytest.fixture
def office(client):
    by = factories.user(Role.OFFICE)
    client.force_login(by)
    return by


def pages(job):
    return [
        LIST,
        reverse("sites:register_export", args=[ORGANISATIONS]),
        *(reverse(f"sites:{name}", args=[job.pk]) for name in ("import", "import_progress", "import_errors")),
    ]


def acts(job):
    return [reverse(f"sites:{name}", args=[job.pk]) for name in ACTS]


def post(client, content: bytes, name: str = "示例.xlsx", register: str = ORGANISATIONS):
    return client.post(LIST, {"register": register, "file": upload(content, name)})


# -- who may ------------------------------------------------------------------------


def test_anonymous_is_led_to_the_login(client):
    job = previewed(ORGANISATIONS, organisations(1))
    for page in [*pages(job), *acts(job)]:
        assert client.get(page).url.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR]
)
def test_other_roles_are_refused(client, role):
    job = previewed(ORGANISATIONS, organisations(1))
    client.force_login(factories.user(role))
    for page in pages(job):
        assert client.get(page).status_code == 403
    for act in acts(job):
        assert client.post(act).status_code == 403
    assert post(client, workbook(ORGANISATIONS, organisations(1))).status_code == 403
    assert ImportJob.objects.get().state == JobState.PREVIEWED


def test_wrong_method_is_refused(client, office):
    job = previewed(ORGANISATIONS, organisations(1), office)
    for act in acts(job):
        assert client.get(act).status_code == 405
    for page in pages(job)[1:]:
        assert client.post(page).status_code == 405


def test_unknown_job_and_register_are_not_found(client, office):
    assert client.get(f"{LIST}999/").status_code == 404
    assert client.get(f"{LIST}registers/everything/").status_code == 404


def test_rail_leads_the_office_to_the_registers(client, office):
    assert f'href="{LIST}"' in client.get("/desk/").content.decode()


# -- upload -------------------------------------------------------------------------


def test_upload_begins_a_job_and_shows_its_progress(client, office, english):
    answer = post(client, workbook(ORGANISATIONS, organisations(2)))
    job = ImportJob.objects.get()
    assert (job.by, job.state, job.file_name) == (office, JobState.READING, "示例.xlsx")
    assert answer.url == job.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "The queue cannot be reached now" in page
    ImportJob.objects.update(sent_at=job.created_at)
    page = client.get(answer.url).content.decode()
    assert "The file is being read" in page
    assert "<progress" in page


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.xlsx", "empty"),
        (b"MZ no workbook", "a.xlsx", "not an .xlsx workbook"),
        (b"MZ", "a.exe", "not an .xlsx workbook"),
        (b"%PDF-1.4", "a.xlsx", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "a.xls", "old .xls"),
    ],
)
@pytest.mark.usefixtures("office", "english")
def test_file_of_another_kind_is_refused_at_once(client, content, name, word):
    answer = post(client, content, name)
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_file_above_the_limit_is_refused(client, office, english, settings):
    settings.PORTAL_UPLOAD_MAX_BYTES = 1024
    answer = post(client, workbook(ORGANISATIONS, organisations(200)))
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()


def test_body_of_200_megabytes_is_refused_before_it_is_read(client, office):
    answer = client.generic("POST", LIST, b"", CONTENT_LENGTH=str(200 * 1024**2))
    assert answer.status_code == 413


def test_upload_without_a_choice_is_refused(client, office, english):
    answer = client.post(LIST, {})
    assert answer.status_code == 422
    assert "Choose the file first." in answer.content.decode()
    assert post(client, workbook(ORGANISATIONS, organisations(1)), register="x").status_code == 422


def test_name_of_the_file_shows_nothing_invisible(client, office):
    post(client, workbook(ORGANISATIONS, organisations(1)), "a\u202excsv.xlsx")
    assert ImportJob.objects.get().file_name == "axcsv.xlsx"


def test_past_imports_are_listed_to_every_colleague(client, office):
    job = taken(ORGANISATIONS, organisations(1), factories.user(Role.OFFICE))
    page = client.get(LIST).content.decode()
    assert job.get_absolute_url() in page
    assert "已导入" in page


# -- preview --------------------------------------------------------------------------


def test_preview_shows_counts_rows_and_complaints(client, office, english):
    rows = organisations(3)
    rows[1]["kind"] = "<script>公司"
    page = client.get(previewed(ORGANISATIONS, rows, office).get_absolute_url()).content.decode()
    assert "Take the 2 right rows" in page
    assert "Kind of unit" in page
    assert "&lt;script&gt;公司" in page
    assert f"Write one of: {', '.join(str(label) for label in OrganisationKind.labels)}." in page
    assert "<script>公司" not in page


def test_preview_shows_before_and_after(client, office):
    taken(ORGANISATIONS, organisations(1), office)
    row = organisations(1)[0] | {"short_name": "示例改"}
    page = client.get(previewed(ORGANISATIONS, [row], office).get_absolute_url()).content.decode()
    assert "示例0" in page
    assert "示例改" in page


def test_preview_is_filtered_and_searched(client, office):
    rows = organisations(3)
    rows[1]["kind"] = "公司"
    address = previewed(ORGANISATIONS, rows, office).get_absolute_url()
    wrong = client.get(address, {"outcome": "wrong"}).content.decode()
    assert "R-1" in wrong
    assert "R-0" not in wrong
    found = client.get(address, {"q": "第2单位"}).content.decode()
    assert "R-2" in found
    assert "R-0" not in found
    assert client.get(address, {"outcome": "x", "page": "999"}).status_code == 200
    assert "没有符合条件的行" in client.get(address, {"q": "查无此行"}).content.decode()


def test_part_of_a_telephone_finds_its_row_in_a_preview(client, office):
    unit = factories.unit()
    rows = [
        {"username": f"person{n}", "name": f"示例{n}", "role": "联络员", "organisation": unit.name}
        | {"phone": phone}
        for n, phone in enumerate(("13800001111", "13800002222"))
    ]
    address = previewed(Register.PEOPLE, rows, office).get_absolute_url()
    found = client.get(address, {"q": "2222"}).content.decode()
    assert "person1" in found
    assert "person0" not in found
    assert "没有符合条件的行" in client.get(address, {"q": "aes"}).content.decode()


@pytest.mark.parametrize("rows", [3, 30])
def test_preview_and_list_take_few_queries(client, office, rows, django_assert_max_num_queries):
    job = previewed(ORGANISATIONS, organisations(rows), office)
    client.get("/desk/")
    for _ in range(rows - 1):
        ImportJob.objects.create(register=ORGANISATIONS, file="x", file_name="x", by=office)
    for address in (LIST, job.get_absolute_url()):
        with django_assert_max_num_queries(12):
            client.get(address)


def test_errors_come_back_as_a_workbook_that_reads_in_once_mended(client, office):
    rows = organisations(3)
    rows[1]["kind"] = "公司"
    rows[2]["name"] = "=cmd"
    rows[2]["district"] = "东胜区"
    job = previewed(ORGANISATIONS, rows, office)
    content = client.get(reverse("sites:import_errors", args=[job.pk])).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [sheet["A2"].value, sheet["A3"].value, sheet.max_row] == ["R-1", "R-2", 3]
    assert "单位类型" in sheet["I2"].value
    assert sheet["B3"].data_type == "s"
    assert previewed(ORGANISATIONS, content, office).counts["wrong"] == 2


def test_progress_is_a_bar_and_then_the_page(client, office):
    job = start(ORGANISATIONS, organisations(1), office)
    ImportJob.objects.update(sent_at=job.created_at, done=500, total=2000)
    address = reverse("sites:import_progress", args=[job.pk])
    assert client.get(address).url == job.get_absolute_url()
    bar = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'value="500"' in bar
    assert 'max="2000"' in bar
    imports.run(job.pk)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


# -- confirm, discard ---------------------------------------------------------------------


def test_confirm_has_the_rows_taken(client, office):
    job = previewed(ORGANISATIONS, organisations(2), office)
    answer = client.post(reverse("sites:import_confirm", args=[job.pk]))
    assert answer.url == job.get_absolute_url()
    imports.run(job.pk)
    assert Organisation.objects.filter(code__startswith="R-").count() == 2
    assert "正确的行已导入完毕" in client.get(job.get_absolute_url()).content.decode()


def test_confirm_twice_says_so(client, office, english):
    job = previewed(ORGANISATIONS, organisations(1), office)
    for _ in range(2):
        client.post(reverse("sites:import_confirm", args=[job.pk]))
    page = client.get(job.get_absolute_url()).content.decode()
    assert "nothing was changed" in page


def test_a_colleague_sees_the_preview_and_may_only_discard_it(client, office, english):
    job = previewed(ORGANISATIONS, organisations(1), factories.user(Role.OFFICE, name="示例同事"))
    page = client.get(job.get_absolute_url()).content.decode()
    assert "示例同事 uploaded this file and confirms it" in page
    assert reverse("sites:import_confirm", args=[job.pk]) not in page
    assert client.post(reverse("sites:import_confirm", args=[job.pk])).status_code == 403
    assert client.post(reverse("sites:import_discard", args=[job.pk])).url == LIST
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_stopped_import_says_why(client, office):
    job = previewed(ORGANISATIONS, organisations(1), office)
    ImportJob.objects.update(state=JobState.FAILED, error="示例原因")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "示例原因" in page
    assert "导入已中止" in page


# -- downloads ----------------------------------------------------------------------------


@pytest.mark.parametrize("register", list(Register))
def test_register_is_downloaded_with_drop_downs(client, office, register):
    answer = client.get(reverse("sites:register_export", args=[register]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert len(book.worksheets[0].data_validations.dataValidation) >= 3
    assert [sheet.sheet_state for sheet in book.worksheets[1:]] == ["hidden"] * (len(book.worksheets) - 1)


def test_register_is_downloaded_as_csv(client, office):
    answer = client.get(reverse("sites:register_export", args=[ORGANISATIONS]), {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    assert "乌海市公安局" in answer.content.decode("utf-8-sig")


def test_complaints_are_read_in_the_readers_language(client, office):
    rows = organisations(1)
    rows[0]["district"] = "东胜区"
    address = previewed(ORGANISATIONS, rows, office).get_absolute_url()
    assert "没有名为“东胜区”的单位" in client.get(address).content.decode()
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        assert "None on record is called “东胜区”" in client.get(address).content.decode()


# -- undo -----------------------------------------------------------------------------


def test_what_was_taken_is_undone_once_by_anybody_of_the_office(client, office):
    job = taken(ORGANISATIONS, organisations(3))
    undo = reverse("sites:import_undo", args=[job.pk])
    assert undo in client.get(job.get_absolute_url()).content.decode()
    assert client.post(undo, follow=True).status_code == 200
    imports.run(job.pk)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "恢复0行，移除3行" in page
    assert str(office) in page
    assert undo not in page
    client.post(undo)
    job.refresh_from_db()
    assert (job.state, job.undone_by) == (JobState.UNDONE, office)


def test_rows_that_stay_are_named_with_the_reason(client, office):
    job = taken(ORGANISATIONS, organisations(3))
    Organisation.objects.filter(code="R-1").update(name="示例改过的名")
    client.post(reverse("sites:import_undo", args=[job.pk]))
    imports.run(job.pk)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "“R-1”" in page
    assert "导入后已有人修改，保持不变。" in page
