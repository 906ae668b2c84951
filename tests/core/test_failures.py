"""A database or a storage that refuses is answered in words, at every address, and nothing typed is lost."""

import errno
import os
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpResponse, UnreadablePostError
from django.test import Client
from django.urls import path, reverse

from accounts.enums import Role
from accounts.models import User
from core.failures import RETRY_AFTER, SHOW_AGAIN, is_refused_by_machine
from core.once import FIELD
from core.request_id import HEADER
from sites.enums import Stage
from sites.models import GuidanceNote
from tests import factories
from tests.accounts.test_pausing import addresses
from tests.at_once import on_both
from tests.core.test_logs import log as log  # a fixture
from tests.files import pdf
from tests.publicity.crawler import Page
from tests.reading_only import reading_only
from wuhai_portal.urls import handler500 as handler500
from wuhai_portal.urls import urlpatterns as portal_patterns

TEXT = "请完善办事指南（示例），并公布监督电话。"
TYPED = {"on": "2008-01-09", "text": TEXT, FIELD: "key"}


def full(request):
    """A view that stores by itself, after it wrote a row."""
    GuidanceNote.objects.update(text=TEXT)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def mistaken(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    return HttpResponse()


urlpatterns = [*portal_patterns, path("desk/full/", full), path("desk/mistaken/", mistaken)]


@pytest.fixture
def office(client):
    """Somebody of the office, who is shown failures as any other."""
    client.raise_request_exception = False
    client.force_login(factories.user(Role.OFFICE))
    return client


@pytest.fixture
def add(on):
    on("2008-01-10")
    return reverse("sites:guidance_add", args=[factories.site(Stage.BUILDING).pk])


@contextmanager
def noting_refusals():
    """Collects which statements the database took no longer."""
    refused: list[str] = []

    def noted(execute, sql, *more):
        try:
            return execute(sql, *more)
        except (DatabaseError, InterfaceError):
            refused.append(sql)
            raise

    with connection.execute_wrapper(noted):
        yield refused


@on_both
@pytest.mark.django_db(transaction=True)
def test_every_address_says_that_nothing_can_be_written(database, demo):
    """Whatever a view writes and however: nothing that the database refused is acknowledged, or a failure.

    A few count who tries too often, and refuse whoever cannot be counted.
    """
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="shiban"))
    wrong, told = {}, 0
    with reading_only():
        for name, address in addresses():
            with noting_refusals() as refused:
                answer = client.post(address, {"text": TEXT})
            if answer.get("Retry-After") == RETRY_AFTER:
                told += 1
                assert answer.status_code == 503
                assert "暂时" in answer.content.decode()
                assert "Traceback" not in answer.content.decode()
            elif answer.status_code == 500 or (refused and answer.status_code < 400):
                wrong[name] = (answer.status_code, refused)
    assert wrong == {}
    assert told > 100


@on_both
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_is_sent_again_from_the_page(database, office, add):
    with reading_only():
        page = office.post(add, TYPED)
    assert page.status_code == 503
    assert "系统暂时无法保存" in page.content.decode()
    assert not GuidanceNote.objects.exists()
    [form] = Page(add, page.content.decode()).forms
    for _twice in range(2):
        assert office.post(form.action, form.hidden).status_code == 302
    assert GuidanceNote.objects.get().text == TEXT


@pytest.mark.django_db
def test_words_in_english_and_of_a_page_that_is_only_read(office, add, settings):
    settings.ROOT_URLCONF = __name__
    office.cookies["django_language"] = "en"
    assert "The portal cannot show this at the moment" in office.get("/desk/full/").content.decode()
    page = office.post("/desk/full/", TYPED)
    assert "Nothing you typed is lost" in page.content.decode()
    assert page["Content-Language"] == "en"
    assert page["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_scripts_are_told_in_their_own_form(office, settings):
    settings.ROOT_URLCONF = __name__
    swapped = office.post("/desk/full/", TYPED, headers={"HX-Request": "true"})
    assert swapped["Content-Type"] == "text/plain; charset=utf-8"
    read = office.post("/desk/full/", TYPED, headers={"Accept": "application/json"})
    assert read.json() == {"error": swapped.content.decode()}
    assert {swapped.status_code, read.status_code} == {503}
    assert {swapped["Retry-After"], read["Retry-After"]} == {RETRY_AFTER}


@pytest.mark.django_db
def test_storage_that_refuses_takes_the_rows_back_and_leaves_one_line(office, add, settings, log):
    settings.ROOT_URLCONF = __name__
    office.post(add, TYPED)
    GuidanceNote.objects.update(text="示例")
    page = office.post("/desk/full/", TYPED | {FIELD: "other"})
    assert page.status_code == 503
    assert GuidanceNote.objects.get().text == "示例"
    [record] = log.of("django.request")
    assert record["message"] == "503 POST /desk/full/ OSError: [Errno 28] No space left on device"
    assert record["request_id"] == page[HEADER]
    assert "Traceback" not in log.text


@pytest.mark.django_db
def test_a_form_with_files_is_shown_again_and_carried_out_by_nothing(office, add, settings):
    settings.ROOT_URLCONF = __name__
    file = SimpleUploadedFile("示例.pdf", pdf(b"sample"))
    page = office.post("/desk/full/", TYPED | {"file": file}).content.decode()
    [form] = Page(add, page).forms
    assert f'name="{SHOW_AGAIN}"' in page
    shown = office.post(add, form.hidden | {SHOW_AGAIN: "1"})
    assert shown.status_code == 200
    assert TEXT in shown.content.decode()
    assert "请重新选择文件" in shown.content.decode()
    assert not GuidanceNote.objects.exists()


@pytest.mark.django_db
def test_passwords_stand_in_no_page(office, monkeypatch):
    with reading_only():
        page = office.post(reverse("account_login"), {"login": "示例", "password": "示例密码"})
    assert "示例密码" not in page.content.decode()


@pytest.mark.django_db
def test_database_that_is_away_altogether(office, add, log):
    """Not even who is signed in can be asked for; the words are kept in the page all the same."""

    def away(*_statement):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        page = office.post(add, TYPED)
    assert page.status_code == 503
    assert TEXT in page.content.decode()
    assert len(log.of("django.request")) == 1


@pytest.mark.django_db
def test_a_mistake_of_ours_is_none_of_the_machine(office, settings):
    settings.ROOT_URLCONF = __name__
    assert office.post("/desk/mistaken/", TYPED).status_code == 500
    for mistake in (ValueError(), FileNotFoundError(2, "x"), UnreadablePostError(), None):
        assert not is_refused_by_machine(mistake)
