"""How much one account, or one address without one, may send in a day."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from accounts.enums import Role
from core import uploads
from core.access import request_now
from core.brakes import LIMITS, Limit
from sites.enums import Stage
from tests import factories
from tests.files import pdf
from tests.sites.test_views_plans import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    """Three places a day."""
    for name in ("uploads_account", "uploads_address"):
        monkeypatch.setitem(LIMITS, name, Limit(name, LIMITS[name].per, 3, 86400))


def send(user=None, address="203.0.113.7", content=b""):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    token = request_now.set(request)
    try:
        return uploads.receive(SimpleUploadedFile("方案.pdf", content or pdf()), uploads.EVIDENCE)
    finally:
        request_now.reset(token)


@pytest.mark.usefixtures("few")
def test_account_has_its_day_and_no_other_is_touched(english):
    one, other = factories.user(Role.LIAISON), factories.user(Role.LIAISON)
    for _time in range(3):
        assert send(one)
    with pytest.raises(ValidationError, match="send this one again in 24 hours"):
        send(one, address="203.0.113.8")
    assert send(other)
    assert send()


@pytest.mark.usefixtures("few")
def test_address_without_an_account_has_its_day():
    for _time in range(3):
        assert send()
    with pytest.raises(ValidationError):
        send()
    assert send(address="203.0.113.8")
    assert send(factories.user(Role.LIAISON))


@pytest.mark.usefixtures("few")
def test_large_file_counts_for_several_and_refused_ones_count_too():
    with pytest.raises(ValidationError):
        send(content=b"<html>" + bytes(2 * uploads.PLACE_BYTES))
    with pytest.raises(ValidationError):
        send()


@pytest.mark.usefixtures("few")
def test_what_nobody_sends_now_is_not_counted():
    for _time in range(5):
        assert uploads.receive(SimpleUploadedFile("方案.pdf", pdf()), uploads.EVIDENCE)


@pytest.mark.usefixtures("few")
def test_page_says_it_at_the_field(client):
    site = factories.site(Stage.DETERMINED)
    liaison = factories.liaison_of(site)
    client.force_login(liaison)
    for _time in range(3):
        send(liaison)
    answer = client.post(
        reverse("sites:plan", args=[site.pk]), fields(file=SimpleUploadedFile("方案.pdf", pdf()))
    )
    assert answer.status_code == 422
    assert "今天上传的文件已达上限" in answer.content.decode()
