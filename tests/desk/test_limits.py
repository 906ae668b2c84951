"""The administrator's page of limits, and that nothing public is without one."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from core import brakes
from desk.views.health import LIMIT_NAMES
from tests import factories
from tests.addresses import patterns

pytestmark = pytest.mark.django_db
PAGE = reverse("desk:limits")

# Each address that takes a POST of somebody who is not signed in → its limits, or why it needs none.
BRAKED: dict[str, tuple[str, ...] | str] = {
    "account_login": ("sign_in_account", "sign_in_device", "sign_in_address"),
    "account_link": ("link_digits",),
    "publicity:object": ("objections_device", "objections_address"),
    "publicity:objection": ("receipts_device", "receipts_address"),
    "publicity:objection_files": ("attachments_device", "attachments_address"),
    "publicity:appraisal": ("appraisal_codes_device", "appraisal_codes_address"),
    "publicity:ask_new": ("enquiries_device", "enquiries_address"),
    "publicity:suggestions": ("suggestions_address",),
    "publicity:enquiry": ("receipts_device", "receipts_address"),
    "publicity:enquiry_files": ("attachments_device", "attachments_address"),
    "publicity:enquiry_complete": ("attachments_device", "attachments_address"),
    "publicity:enquiry_rate": ("receipts_device", "receipts_address"),
    "publicity:verify_file": ("uploads_address",),
    "preferences": "a cookie of the reader's own, nothing is looked up or kept",
    "set_language": "as above",
    "account_logout": "ends what is not there",
    "publicity:feed": "takes whatever it is asked by for a GET, and reads alone",
    "publicity:district_feed": "as above",
    "healthz": "reads nothing",
    "readyz": "asks what a GET of it asks, and a proxy keeps it from the public",
}
ARGUMENTS = {"uidb64": "MQ", "token": "set-password", "code": "ABCDEFGH", "key": "sites", "ending": "csv"}


def test_administrator_sees_each_limit_and_how_it_stands(client):
    cache.clear()
    for _ in range(20):
        brakes.LIMITS["objections_device"].takes("示例")
    client.force_login(factories.user(Role.SYSTEM))
    page = client.get(PAGE).content.decode()
    assert [name for name in brakes.LIMITS if f"<code>{name}</code>" not in page] == []
    assert "20次" in page
    assert "每台设备" in page
    assert PAGE in client.get(reverse("desk:system")).content.decode()


@pytest.mark.parametrize("role", ["", *(role for role in Role if role != Role.SYSTEM)])
def test_nobody_else_does(client, role):
    client.force_login(factories.user(role))
    assert client.get(PAGE).status_code == 403


def test_each_limit_is_named_in_words():
    assert set(LIMIT_NAMES) == set(brakes.LIMITS)


def addresses():
    """The name of each address but the administrator's pages, and what stands in it."""
    for name, route, _view, wanted in patterns():
        if name and not name.endswith(":") and not route.startswith("admin/"):
            yield name, wanted


def argument(key, converter):
    """Something the address takes."""
    return next(each for each in (ARGUMENTS.get(key, "1"), "service", "a") if fits(converter, each))


def fits(converter, text):
    return converter is None or re.fullmatch(converter.regex, text) is not None


def test_everything_public_that_is_sent_has_a_limit(client):
    """Found by sending to each address as a stranger: what neither asks who one is nor refuses a POST."""
    public = set()
    for name, wanted in addresses():
        answer = client.post(reverse(name, kwargs={key: argument(key, of) for key, of in wanted.items()}))
        asks_who = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
        shows_door = name != "account_login" and b'name="login"' in answer.content
        if answer.status_code not in (403, 405) and not asks_who and not shows_door:
            public.add(name)
    assert public == set(BRAKED)
    limits = {limit for braked in BRAKED.values() if isinstance(braked, tuple) for limit in braked}
    assert limits <= set(brakes.LIMITS)
