"""The desk of the demo, link by link, as each role: nothing dead, nothing foreign, nothing unnamed.

And what its main pages ask of the database.
"""

import time
from collections import Counter

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from desk.figures import kept
from desk.figures.registry import figures_for
from desk.open_steps import bring_up_to_date
from sites.models import Programme, Site
from standards.items import items_of_standard
from standards.models import Standard
from tests.publicity.crawler import Page, crawl

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ACCOUNTS = ("lingdao", "shiban", "quban1", "ducha1", "lianluo01", "shenji")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_of_a_role_stands(client, demo, account):
    client.force_login(User.objects.get(username=account))
    found = crawl(client, "/desk/", is_read=lambda address: address.startswith("/desk/"), alike=1, most=3000)
    assert found.dead == []
    # What the units filed as evidence may be an address elsewhere.
    assert [link for link in found.away if not link.startswith("/desk/evidence/")] == []
    assert list(found.fragments_lost()) == []
    assert {path: wrong for path, page in found.pages.items() if (wrong := _problems(page))} == {}
    assert len(found.pages) > 5


@pytest.mark.parametrize("account", ACCOUNTS[:-1])
def test_twelve_queries_are_enough_for_whoever_comes_first(client, demo, account, monkeypatch):
    """Nothing is kept yet, neither what every page shows nor a figure; what is counted is kept.

    But for what is read once a process, and what earlier changes ask for at the sites.
    """
    bring_up_to_date()
    for standard in Standard.objects.all():
        items_of_standard(standard.pk)
    kept.sites_about(Programme.objects.current().pk, int(time.monotonic()) // kept.HOUR)
    monkeypatch.setattr(kept, "WORTH_KEEPING", 0)
    user = User.objects.get(username=account)
    client.force_login(user)
    found = {url: _cold(client, url) for url in _main_pages(user)}
    assert len(found) > 1
    assert {url: count for url, count in found.items() if count > 12} == {}


def _main_pages(user: User) -> list[str]:
    furthest = Site.objects.visible_to(user).order_by("-naming", "-pk")[:3]
    figures = figures_for(user)
    return [
        reverse("desk:home"),
        *(site.get_absolute_url() for site in furthest),
        *([reverse("desk:figures")] if figures else []),
        *(reverse("desk:figure", args=[figure.key]) for figure in figures),
    ]


def _cold(client, url: str) -> int:
    caches["rail"].clear()
    caches["figures"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def _problems(page: Page) -> list[str]:
    twice = [name for name, times in Counter(page.ids).items() if times > 1]
    return [
        *(f"{page.headings} headings" for _once in [page.headings] if page.headings != 1),
        *(f"title {page.title!r} without {page.heading!r}" for fits in [page.title_fits] if not fits),
        *(f"id {name} twice" for name in twice),
        *(f"field without a label: {field}" for field in page.unlabelled),
        *(f"form without a key: {view}" for view in page.without_key),
    ]
