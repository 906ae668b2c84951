"""How much one request, and one file in it, may bring."""

import pytest
from django.conf import settings as ours
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import BodyLimitMiddleware


@pytest.mark.parametrize(("length", "status"), [("", 200), ("0", 200), ("100", 200), ("101", 413)])
@pytest.mark.django_db
def test_body_up_to_the_limit_goes_through(settings, length, status):
    settings.PORTAL_BODY_MAX_BYTES = 100
    request = RequestFactory().get("/", CONTENT_LENGTH=length)
    assert BodyLimitMiddleware(lambda _request: HttpResponse("taken"))(request).status_code == status


def test_body_holds_five_of_the_largest_files():
    assert ours.PORTAL_UPLOAD_MAX_BYTES == 20 * 1024**2
    assert ours.PORTAL_BODY_MAX_BYTES == 100 * 1024**2


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_load_balancer_asks_a_machine_by_its_address_and_without_tls(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    asked = {"host": "10.1.0.2:8000"}
    assert client.get(address, headers=asked).status_code in (200, 503)
    assert client.get("/", headers=asked).status_code == 400
    assert client.get("/").status_code == 301
