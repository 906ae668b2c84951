"""The demo says on each page that it is one; a real portal says nothing of the kind."""

import re

import pytest
from django.conf import settings as portal
from django.test import override_settings
from django.urls import reverse

from accounts.enums import Role
from tests.factories import user

pytestmark = pytest.mark.django_db

SAYS = "密码公开，请勿录入真实信息"
PUBLIC = ["publicity:home", "publicity:sites", "account_login"]


def test_every_page_stands_on_the_skeleton_that_says_so():
    whole = [
        path.relative_to(portal.BASE_DIR / "templates").as_posix()
        for path in (portal.BASE_DIR / "templates").rglob("*.html")
        if "<html" in path.read_text()
    ]
    pages = [name for name in whole if not re.match(r"documents/|components/", name)]
    assert sorted(pages) == ["base.html", "publicity/appraise_base.html"]
    for name in pages:
        assert "{% trial_notice %}" in (portal.BASE_DIR / "templates" / name).read_text()


@pytest.mark.parametrize("is_demo", [True, False])
def test_notice_is_on_the_pages_of_the_demo_alone(client, is_demo):
    person = user(Role.OFFICE)
    with override_settings(PORTAL_DEMO_RULES=is_demo):
        pages = [client.get(reverse(name)) for name in PUBLIC]
        pages += [client.get("/no-such-page/")]
        client.force_login(person)
        pages += [client.get(reverse("desk:home"))]
    assert [page.status_code for page in pages] == [200, 200, 200, 404, 200]
    assert {SAYS in page.content.decode() for page in pages} == {is_demo}


@pytest.mark.parametrize("is_demo", [True, False])
def test_djangos_administration_says_so_too(client, settings, is_demo):
    settings.PORTAL_DEMO_RULES = is_demo
    client.force_login(user(Role.SYSTEM))
    pages = [reverse(f"admin:{name}") for name in ("index", "sites_holiday_changelist", "sites_holiday_add")]
    assert {SAYS in client.get(page).content.decode() for page in pages} == {is_demo}


def test_notice_can_be_read_in_english(client, english, settings):
    settings.PORTAL_DEMO_RULES = True
    assert "its passwords are published" in client.get(reverse("account_login")).content.decode()
