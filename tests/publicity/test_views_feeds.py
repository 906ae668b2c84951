"""The Atom feed: what is new in public, for readers of it."""

import pytest
from defusedxml import ElementTree
from django.urls import reverse

from publicity.models import Notice
from tests.publicity import scene

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    answer = client.get(reverse("publicity:feed"))
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def test_notice_is_an_entry_with_its_page_and_day(client, on):
    on("2008-05-05")
    notice = scene.publish(title="示例公示<b>")
    [entry] = entries(client)
    assert entry.findtext(f"{ATOM}title") == "示例公示<b>"
    assert entry.find(f"{ATOM}link").get("href").endswith(notice.get_absolute_url())
    assert entry.findtext(f"{ATOM}published").startswith("2008-05-05")


def test_control_characters_of_older_notices_do_not_break_the_feed(client, on):
    on("2008-05-05")
    scene.publish()
    Notice.objects.update(title="示例\x0b公示", grounds="经实地\x08检查")
    [entry] = entries(client)
    assert entry.findtext(f"{ATOM}title") == "示例公示"
    assert entry.findtext(f"{ATOM}summary") == "经实地检查"


def test_nothing_published_is_an_empty_feed(client):
    assert entries(client) == []
