"""Long tables: made by the worker as their view writes them, fetched by the one who asked."""

import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from auditlog.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, set_script_prefix

from accounts import exported
from accounts.enums import Role
from accounts.models import Export, Notification
from accounts.services import exports
from assessments.services.recusals import recuse
from core.jobs import expire_old
from sites.models import Site
from tests import factories
from tests.accounts.exporting import asked, made, run
from tests.at_once import at_once, on_both
from tests.publicity.scene import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("people:exports")
SITES = reverse("desk:sites")


@pytest.fixture
def office(client):
    return sign_in(client, Role.OFFICE)


@pytest.fixture
def short(monkeypatch):
    """Three rows are a long table."""
    monkeypatch.setattr(exported, "AT_ONCE", 2)
    for _ in range(3):
        factories.site(window="示例甲")


def of(export, name=""):
    return reverse(f"people:export{name}", args=[export.pk])


def taken_out():
    return LogEntry.objects.filter(additional_data__has_key="export").order_by("pk")


def files():
    folder = Path(default_storage.path("exports"))
    return sorted(folder.iterdir()) if folder.exists() else []


def test_short_table_comes_at_once(client, office, short):
    factories.site(window="示例乙")
    answer = client.get(SITES, {"format": "csv", "q": "示例乙"})
    assert answer.status_code == 200
    assert not Export.objects.exists()


def test_long_table_leads_to_its_page_and_asked_for_again_to_the_same(client, office, short):
    first = client.get(SITES, {"format": "csv", "q": "示例甲", "page": 2, "level": ""})
    again = client.get(SITES, {"format": "csv", "q": "示例甲"})
    export = Export.objects.get()
    assert first.status_code == again.status_code == 303
    assert first.url == again.url == of(export)
    assert export.address == f"{SITES}?q={quote('示例甲')}&format=csv"
    assert not taken_out().exists()
    other = client.get(SITES, {"format": "xlsx", "q": "示例甲"})
    assert other.url != first.url


def test_called_off_it_is_not_made_and_can_be_asked_for_anew(client, office, short):
    client.get(SITES, {"format": "csv"})
    export = Export.objects.get()
    assert of(export, "_cancel") in client.get(of(export)).content.decode()
    assert client.post(of(export, "_cancel")).status_code == 302
    assert run(export).state == "deleted"
    assert not files()
    assert client.get(SITES, {"format": "csv"}).url != of(export)


def test_called_off_while_it_is_made_it_leaves_no_file(client, office, short, monkeypatch):
    client.get(SITES, {"format": "csv"})
    export = Export.objects.get()
    written = exports.table_at

    def meanwhile(job):
        client.post(of(export, "_cancel"))
        return written(job)

    monkeypatch.setattr(exports, "table_at", meanwhile)
    assert run(export).state == "deleted"
    assert not files()
    assert not Notification.objects.filter(url=export.get_absolute_url()).exists()


def test_nobody_calls_off_what_another_one_asked_for(client, office, short):
    client.get(SITES, {"format": "csv"})
    export = Export.objects.get()
    sign_in(client, Role.OFFICE)
    assert client.post(of(export, "_cancel")).status_code == 404
    assert run(export).state == "ready"


def test_other_persons_and_languages_table_is_another_one(client, office, short):
    client.get(SITES, {"format": "csv"})
    client.cookies["django_language"] = "en"
    client.get(SITES, {"format": "csv"})
    sign_in(client, Role.LEADING_GROUP)
    client.get(SITES, {"format": "csv"})
    assert [export.language for export in Export.objects.order_by("pk")] == ["zh-hans", "en", "en"]


def test_no_more_is_read_than_shows_that_it_is_long(rf, office, monkeypatch):
    monkeypatch.setattr(exported, "AT_ONCE", 2)
    read = []

    def rows():
        for n in range(100):
            read.append(n)
            yield [n]

    request = rf.get("/desk/sites/", {"format": "csv"})
    request.user = office
    assert exported.exported(request, "示例", ["甲"], rows(), about=Export).status_code == 303
    assert read == [0, 1, 2]


@on_both
@pytest.mark.django_db(transaction=True)
def test_somebody_who_writes_while_its_beginning_is_read_disturbs_nothing(database, client, office, short):
    factories.site()
    factories.site()

    def rows():
        for site in Site.objects.order_by("pk").iterator(chunk_size=1):  # which stands open at its third row
            assert at_once(partial(Site.objects.update, address=f"示例路{site.pk}号")) == [5]
            yield [site.pk]

    request = client.get(LIST).wsgi_request
    answer = exported.exported(request, "示例", ["甲"], rows(), about=Site)
    assert answer.url == of(Export.objects.get())


def test_address_longer_than_a_row_keeps_is_refused(client, office, short):
    assert client.get(SITES, {"format": "csv", "other": "x" * 3000}).status_code == 400


def test_page_shows_that_it_is_made_and_works_without_a_script(client, office):
    export = asked(office)
    page = client.get(of(export)).content.decode()
    assert f'hx-get="{of(export, "_progress")}"' in page
    assert "队列" in page  # it has not been sent: no broker here
    Export.objects.update(sent_at="2008-05-20T10:00+08:00", state="making")
    bar = client.get(of(export, "_progress"), headers={"HX-Request": "true"}).content.decode()
    assert "<progress" in bar
    assert f'href="{of(export)}"' in bar
    assert client.get(of(export, "_progress")).url == of(export)


def test_made_by_the_worker_it_is_what_the_view_writes_at_once(client, office, short, monkeypatch):
    client.get(SITES, {"format": "csv", "q": "示例甲"})
    export = run(Export.objects.get())
    assert client.get(of(export, "_progress"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get(of(export)).content.decode()
    assert of(export, "_download") in page
    assert export.sha256 in page
    answer = client.get(of(export, "_download"))
    content = b"".join(answer.streaming_content)
    assert quote(export.name) in answer["Content-Disposition"]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    monkeypatch.undo()
    assert content == client.get(SITES, {"format": "csv", "q": "示例甲"}).content


def test_each_download_is_noted_as_the_list_is_and_making_it_is_not(client, office, short):
    client.get(SITES, {"format": "csv", "q": "示例甲"})
    export = run(Export.objects.get())
    assert not taken_out().exists()
    client.get(of(export, "_download"), REMOTE_ADDR="192.0.2.9")
    (entry,) = taken_out()
    assert (entry.actor, entry.remote_addr) == (office, "192.0.2.9")
    assert entry.content_type.model_class()._meta.label == "sites.Site"
    told = entry.additional_data
    assert (told["format"], told["rows"], told["query"]) == ("csv", 3, {"q": ["示例甲"]})


def test_table_of_one_record_is_noted_at_the_record(client, office):
    site = factories.site()
    address = f"{reverse('desk:site_scores', args=[site.pk])}?format=csv"
    client.get(of(made(office, address), "_download"))
    assert taken_out().get().object_id == site.pk


def test_who_asked_is_told_once_it_is_ready(office):
    export = made(office)
    line = Notification.objects.get(url=of(export))
    assert (line.user, export.name in str(line)) == (office, True)


def test_day_and_language_are_those_of_the_asking(office, on, client):
    export = asked(office, f"{SITES}?format=csv")
    Export.objects.update(language="en", on=datetime.date(2008, 5, 6))
    assert "Programme" in run(export).file.read().decode()


def test_table_of_somebody_else_is_not_found(client, office):
    export = made()
    for name in ("", "_progress", "_download"):
        assert client.get(of(export, name)).status_code == 404
    assert of(export) not in client.get(LIST).content.decode()


def test_strangers_sign_in_first(client):
    for address in (LIST, of(asked())):
        assert client.get(address).url.startswith("/accounts/login/")


def move(office, change):
    if change == "recused":
        factories.user(Role.OFFICE)
        recuse(user=office, site=factories.site(), reason="示例")
        return
    if change == "role":
        office.role = Role.LEADING_GROUP
    else:
        office.organisation = None
    office.save()


@pytest.mark.parametrize("change", ["role", "organisation", "recused"])
def test_of_another_post_since_is_not_handed_out(client, office, change):
    export = made(office)
    move(office, change)
    client.force_login(office)
    assert client.get(of(export, "_download")).status_code == 404
    page = client.get(of(export)).content.decode()
    assert of(export, "_download") not in page
    assert f'href="{export.address}"' in page
    assert not taken_out().exists()


def test_rights_are_asked_when_it_is_made(client, office):
    export = asked(office)
    office.role = Role.INSPECTOR
    office.save()
    assert run(export).state == "failed"
    client.force_login(office)
    page = client.get(of(export)).content.decode()
    assert "不再有权查阅" in page
    assert files() == []


def test_nothing_is_made_for_who_has_no_account_any_more(office):
    export = asked(office)
    office.is_active = False
    office.save()
    assert "账号已停用" in run(export).error


def test_portal_below_another_path_makes_it_all_the_same(client, office, short):
    set_script_prefix("/portal/")
    try:
        answer = client.get(SITES, {"format": "csv"})
        export = run(Export.objects.get())
        assert (answer.url, export.error, export.rows) == (f"/portal{LIST}{export.pk}/", "", 3)
        export.expire()
        page = client.get(f"{LIST}{export.pk}/").content.decode()
        assert f'href="/portal{SITES}?format=csv"' in page
    finally:
        set_script_prefix("/")


def test_address_without_a_table_says_so(office):
    assert "没有可以生成的文件" in made(office, SITES).error


def test_what_the_view_says_instead_is_the_reason(monkeypatch):
    monkeypatch.setattr("desk.views.trail.LONGEST_TABLE", 0)
    auditor = factories.user(Role.AUDITOR)
    factories.site()
    assert "最多" in made(auditor, f"{reverse('desk:trail')}?format=csv").error


def test_made_twice_there_is_one_file(office):
    export = made(office)
    exports.make(export.pk)
    assert len(files()) == 1


def test_after_some_days_the_file_goes_and_the_line_stays(client, office):
    export = made(office)
    Export.objects.update(finished_at=export.finished_at - datetime.timedelta(days=8))
    assert expire_old() == 1
    assert files() == []
    assert "重新生成" in client.get(of(export)).content.decode()
    assert client.get(of(export, "_download")).status_code == 404
    assert of(export) in client.get(LIST).content.decode()


def test_list_costs_the_same_at_3_and_at_30(client, office):
    def queries():
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(LIST).status_code == 200
        return len(asked_for)

    for n in range(3):
        asked(office, f"{SITES}?format=csv&q={n}")
    queries()
    few = queries()
    for n in range(27):
        asked(office, f"{SITES}?format=csv&q=x{n}")
    queries()
    assert few == queries() <= 12
