"""A citizen's page that lay open for long: what was typed stands in it again, and is kept nowhere else."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import SentForm
from publicity.models import Objection
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish()


def typed(notice):
    site = notice.entries.get().site_id
    return {"site": site, "name": scene.NAME, "phone": scene.PHONE, "text": scene.LETTER, "once": "k"}


def of(notice):
    return reverse("publicity:object", args=[notice.pk])


def test_objection_with_an_old_token_is_shown_as_it_was_typed_and_sent_by_the_next_press(notice):
    client = Client(enforce_csrf_checks=True, headers=OURS)
    answer = client.post(of(notice), {**typed(notice), "files": builders.upload("公开栏.png")})
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in (scene.NAME, scene.PHONE, scene.LETTER, "公开栏.png", "尚未提交"):
        assert words in page
    assert not Objection.objects.exists()
    assert not SentForm.objects.exists()
    # Nothing stays at the browser, which may be everybody's, but Django's token.
    assert "no-store" in answer["Cache-Control"]
    assert not any(scene.LETTER in cookie.value for cookie in client.cookies.values())
    token = client.cookies["csrftoken"].value
    assert client.post(of(notice), {**typed(notice), "csrfmiddlewaretoken": token}).status_code in (200, 302)
    assert Objection.objects.get().text == scene.LETTER


def test_a_form_of_another_site_is_refused_as_ever(notice):
    client = Client(enforce_csrf_checks=True, headers={"Origin": "https://example.org"})
    answer = client.post(of(notice), typed(notice))
    assert answer.status_code == 403
    assert scene.LETTER not in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_brake_is_not_used_up_by_it(notice):
    client = Client(enforce_csrf_checks=True, headers=OURS)
    for _again in range(30):
        assert client.post(of(notice), typed(notice)).status_code == 200
