"""Whoever's session ended while they wrote finds what they typed again: in the form, and not carried out."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.kept_text import COOKIE, KEPT
from accounts.models import Session, User
from accounts.models.sessions import digest_of
from accounts.session_store import SessionStore
from core.models import SentForm
from core.once import FIELD
from sites.enums import Stage
from sites.models import GuidanceNote
from tests import factories
from tests.publicity.crawler import Page

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
TEXT = "请完善办事指南（示例），并公布监督电话。"


@pytest.fixture(autouse=True)
def _no_counters():
    cache.clear()


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def site(on):
    on("2008-01-10")
    return factories.site(Stage.BUILDING)


@pytest.fixture
def add(site):
    return reverse("sites:guidance_add", args=[site.pk])


def signed_in(user: User) -> Client:
    """At a page of the desk, by whose answer the browser knows who was there last."""
    client = Client()
    client.force_login(user)
    client.get(reverse("desk:home"))
    return client


def end_session(client: Client) -> None:
    del client.cookies["sessionid"]


def send(client: Client, address: str, **typed):
    return client.post(address, {"on": "2008-01-09", "text": TEXT, FIELD: "key", **typed})


def sign_in(client: Client, page, user: User, password: str = factories.PASSWORD):
    """As the sign-in page that came in answer asks for it."""
    drawn = next(form for form in Page("/", page.content.decode()).forms if form.action == LOGIN)
    return client.post(LOGIN, {**drawn.hidden, "login": user.username, "password": password}, follow=True)


def test_what_was_typed_stands_in_its_form_after_signing_in(office, add):
    client = signed_in(office)
    end_session(client)
    page = send(client, add)
    assert page.status_code == 200
    assert "登录已失效" in page.content.decode()
    back = sign_in(client, page, office)
    assert back.status_code == 200
    html = back.content.decode()
    assert TEXT in html
    assert "尚未保存" in html
    assert not GuidanceNote.objects.exists()
    form = next(form for form in Page(add, html).forms if form.action == add)
    assert form.hidden[FIELD] == "key"
    assert client.post(add, {**form.hidden, "on": "2008-01-09", "text": TEXT}).status_code == 302
    assert GuidanceNote.objects.get().text == TEXT


def test_it_is_put_back_once(office, add):
    client = signed_in(office)
    end_session(client)
    sign_in(client, send(client, add), office)
    assert client.get(add).status_code == 405
    assert KEPT not in client.session
    assert not SentForm.objects.exists()


def test_wrong_password_does_not_lose_it(office, add):
    client = signed_in(office)
    end_session(client)
    page = sign_in(client, send(client, add), office, password="wrong")
    assert TEXT in sign_in(client, page, office).content.decode()


def test_files_are_named_that_must_be_chosen_again(office, site):
    client = signed_in(office)
    end_session(client)
    file = SimpleUploadedFile("现场.jpg", b"jpeg")
    add = reverse("sites:facility_add", args=[site.pk])
    back = sign_in(client, client.post(add, {"name": "示例叫号机", "photo_before": file}), office)
    html = back.content.decode()
    assert "示例叫号机" in html
    assert "请重新选择文件：现场.jpg" in html


def test_nobody_is_shown_what_somebody_else_typed(office, add):
    client = signed_in(office)
    end_session(client)
    back = sign_in(client, send(client, add), factories.user(Role.LEADING_GROUP))
    assert TEXT not in back.content.decode()
    assert "不会显示给您" in back.content.decode()


def test_what_a_stranger_sends_is_not_kept(add):
    answer = send(Client(), add)
    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)


def test_what_was_made_up_is_not_put_back(office, add):
    client = signed_in(office)
    end_session(client)
    typed = {"login": office.username, "password": factories.PASSWORD, "next": add, KEPT: "made-up"}
    assert client.post(LOGIN, typed, follow=True).status_code == 405
    assert KEPT not in client.session


def test_button_without_text_is_to_be_pressed_again(office):
    there = reverse("desk:sites")
    client = signed_in(office)
    end_session(client)
    check, from_there = reverse("desk:trail_check"), {"Referer": f"http://testserver{there}"}
    back = sign_in(client, client.post(check, {FIELD: "key"}, headers=from_there), office)
    assert back.request["PATH_INFO"] == there
    assert "请再操作一次" in back.content.decode()


def test_script_is_told_to_sign_in_and_keeps_its_page(office, add):
    client = signed_in(office)
    end_session(client)
    answer = client.post(add, {"text": TEXT}, headers={"HX-Request": "true"})
    assert answer.status_code == 302


def test_sign_in_page_says_that_the_session_ended(office):
    client = signed_in(office)
    end_session(client)
    asked = client.get(reverse("desk:sites"), follow=True).content.decode()
    assert "登录已失效" in asked
    assert "登录已失效" not in Client().get(LOGIN).content.decode()


def test_signing_out_forgets_who_it_was(office, add):
    client = signed_in(office)
    client.post(reverse("account_logout"))
    assert not client.cookies[COOKIE].value
    assert send(client, add).status_code == 302


# -- a form that is older than the sign-in -----------------------------------------------------


def careful(user: User) -> Client:
    """A browser whose forms must bring their token."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    client.force_login(user)
    client.get(reverse("desk:home"))
    return client


def test_form_with_the_token_of_an_earlier_sign_in_is_shown_again(office, add):
    answer = send(careful(office), add)
    assert answer.status_code == 200
    assert TEXT in answer.content.decode()
    assert "尚未保存" in answer.content.decode()
    assert not GuidanceNote.objects.exists()


def test_form_with_an_old_token_and_no_session_leads_over_the_sign_in(office, add):
    client = careful(office)
    end_session(client)
    page = send(client, add)
    assert "登录已失效" in page.content.decode()


@pytest.mark.parametrize("origin", ["http://evil.example", ""])
def test_what_another_site_sends_is_refused(office, add, origin):
    client = careful(office)
    answer = client.post(add, {"text": TEXT}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert TEXT not in answer.content.decode()


def test_what_the_portal_keeps_up_by_itself_is_no_writing_of_the_form(office, site, add):
    """Meanwhile a step has come up somewhere: the to-do list is brought up to date as the page is drawn."""
    client = signed_in(office)
    end_session(client)
    page = send(client, add)
    site.window_name = "示例新名"
    site.save()
    assert TEXT in sign_in(client, page, office).content.decode()
    assert not GuidanceNote.objects.exists()


def test_what_was_typed_lies_closed_in_the_session_that_keeps_it(office, add):
    client = signed_in(office)
    end_session(client)
    page = send(client, add)
    drawn = next(form for form in Page("/", page.content.decode()).forms if form.action == LOGIN)
    client.post(LOGIN, {**drawn.hidden, "login": office.username, "password": factories.PASSWORD})
    session = Session.objects.get(digest=digest_of(client.session.session_key))
    row = SessionStore().decode(session.data)
    assert drawn.hidden[KEPT] not in str(row)
    assert row[KEPT].startswith("v1:")
    assert TEXT in client.get(add).content.decode()
