"""Public pages are drawn once for all readers, and anew when anything was written."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import parse_http_date

from accounts.enums import Role
from documents.services import render
from publicity.page_cache import STAMP, UNSETTLED
from sites.models import Programme
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

KEPT = [
    "home",
    "programme",
    "standards",
    "sites",
    "determinations",
    "notices",
    "namings",
    "articles",
    "robots",
    "sitemap",
]
HOME = "/"


@pytest.fixture(autouse=True)
def _kept(settings, request):
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": memory, "LOCATION": request.node.nodeid}}


def queries(client: Client, url: str, **options):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url, **options)
    return len(captured), answer


def test_the_demos_notice_is_kept_with_the_page(client, settings):
    settings.PORTAL_DEMO_RULES = True
    first = client.get(HOME)
    count, second = queries(Client(), HOME)
    assert count == 1
    assert "演示系统" in second.content.decode()
    assert second.content == first.content


@pytest.mark.parametrize("name", KEPT)
def test_second_reader_costs_one_question(client, name):
    url = reverse(f"publicity:{name}")
    first = client.get(url)
    count, second = queries(Client(), url)
    assert count == 1
    assert second.content == first.content
    assert not first.cookies
    assert second.headers.items() >= {("Cache-Control", "no-cache"), ("Vary", first.headers["Vary"])}
    assert "Cookie" in second.headers["Vary"]
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_browser_is_told_that_its_copy_is_still_good(client):
    first = client.get(HOME)
    by_tag = Client().get(HOME, headers={"if-none-match": first.headers["ETag"]})
    by_date = Client().get(HOME, headers={"if-modified-since": first.headers["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert by_tag.content == by_date.content == b""


def test_what_is_published_shows_at_once(client, on):
    on("2008-05-05")
    tag = client.get(HOME).headers["ETag"]
    notice = scene.publish()
    page = client.get(HOME)
    assert notice.title in page.content.decode()
    assert page.headers["ETag"] != tag


def test_paper_shows_as_soon_as_it_is_made(client, on):
    on("2008-05-05")
    notice = scene.publish()
    file = reverse("publicity:document", args=[notice.document.verification_code])
    assert file not in client.get(notice.get_absolute_url()).content.decode()
    render(notice.document.pk)
    assert file in client.get(notice.get_absolute_url()).content.decode()


def test_what_was_written_elsewhere_leaves_the_validators(client):
    first = client.get(HOME)
    factories.user(Role.LIAISON)
    count, second = queries(client, HOME)
    assert count > 1
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_days_left_are_counted_anew_each_day(client, on):
    on("2008-05-05")
    scene.publish()
    before = client.get(HOME).content
    on("2008-05-06")
    assert client.get(HOME).content != before


def test_each_language_and_type_size_has_its_own_page(client):
    pages = {client.get(HOME).content}
    for name, value in (("django_language", "en"), ("elder", "1")):
        reader = Client()
        reader.cookies[name] = value
        pages.add(reader.get(HOME).content)
    assert len(pages) == 3


def test_filters_have_their_own_page(client):
    url = reverse("publicity:sites")
    assert client.get(url).content != client.get(url, {"level": "city"}).content


def test_signed_in_person_gets_a_page_of_their_own(client):
    client.get(HOME)
    staff = Client()
    staff.force_login(factories.user(Role.OFFICE))
    count, page = queries(staff, HOME)
    assert count > 1
    assert "ETag" not in page.headers


def test_nothing_of_a_signed_in_person_is_kept(client):
    client.force_login(factories.user(Role.OFFICE))
    client.get(HOME)
    count, _page = queries(Client(), HOME)
    assert count > 1


def test_what_a_page_stands_on_is_not_asked_for_a_signed_in_person(client):
    client.force_login(factories.user(Role.OFFICE))
    with CaptureQueriesContext(connection) as asked:
        client.get(HOME)
    assert STAMP not in [one["sql"] for one in asked]


def test_missing_page_is_not_kept(client):
    url = reverse("publicity:notice", args=[4711])
    assert [client.get(url).status_code for _time in range(2)] == [404, 404]
    assert "ETag" not in client.get(url).headers


def test_last_modified_is_not_in_the_future(client):
    modified = parse_http_date(client.get(HOME).headers["Last-Modified"])
    assert modified <= datetime.datetime.now(tz=datetime.UTC).timestamp()


def test_sign_of_life_asks_the_database_nothing(client):
    count, answer = queries(client, reverse("healthz"))
    assert (count, answer.status_code) == (0, 200)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_began_earlier_and_committed_later_is_seen_a_second_later(client):
    """Of two that write at once the page between their commits bears the later number already."""
    begun, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            programme = Programme.objects.get(is_current=True)
            programme.title = "后来才提交的题名"
            programme.save()
            begun.set()
            may_end.wait(20)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert begun.wait(20)
    factories.user(Role.OFFICE)  # with a number above
    assert "后来才提交的题名" not in client.get(HOME).content.decode()
    may_end.set()
    slow.join()
    time.sleep(UNSETTLED)
    assert "后来才提交的题名" in client.get(HOME).content.decode()
