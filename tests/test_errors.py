"""Every error has a page of ours that says what to do next; no traceback reaches a browser."""

import pytest
from django.test import Client
from django.urls import path, reverse

from accounts.enums import Role
from core.acting import Refusal
from tests import factories
from wuhai_portal.urls import urlpatterns as portal_patterns

pytestmark = pytest.mark.django_db


def explode(request):
    raise RuntimeError("示例故障")


def refuse(request):
    raise Refusal("示例：已被他人办理")


urlpatterns = [*portal_patterns, path("explode/", explode), path("refuse/", refuse)]


def assert_ours(answer, status: int) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status
    assert "<h1" in text
    assert 'href="/"' in text
    assert "Traceback" not in text
    return text


def test_unknown_address_is_404(client):
    assert_ours(client.get("/there/is/nothing/"), 404)


def test_forbidden_is_403(client):
    client.force_login(factories.user(Role.OFFICE))
    assert_ours(client.get(reverse("desk:trail")), 403)


def test_form_without_its_token_is_403():
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user(Role.OFFICE))
    assert_ours(client.post(reverse("desk:notifications_read")), 403)


def test_strange_host_is_400(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.urls("tests.test_errors")
def test_step_that_is_not_possible_now_is_409_with_the_reason(client):
    assert "示例：已被他人办理" in assert_ours(client.get("/refuse/"), 409)


def test_address_of_an_act_opened_by_a_link_is_405(client):
    client.force_login(factories.user(Role.OFFICE))
    answer = client.get(reverse("desk:notifications_read"))
    assert "没有办理" in assert_ours(answer, 405)
    assert answer.headers["Allow"] == "POST"


def test_too_many_tries_are_429(client):
    """At changing the password; who signs in too often with wrong ones reads it at the form."""
    client.force_login(factories.user(Role.OFFICE))
    wrong = {
        "oldpassword": "不是这个",
        "password1": "Lvcha-7-chuangkou-xue",
        "password2": "Lvcha-7-chuangkou-xue",
    }
    answers = [client.post(reverse("account_change_password"), wrong) for _n in range(6)]
    assert [answer.status_code for answer in answers[:-1]] == [200] * 5
    assert "五分钟" in assert_ours(answers[-1], 429)


@pytest.mark.urls("tests.test_errors")
def test_failure_is_500_without_a_traceback():
    text = assert_ours(Client(raise_request_exception=False).get("/explode/"), 500)
    assert "示例故障" not in text
