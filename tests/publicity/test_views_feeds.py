"""The Atom feed: what is new in public, for readers of it."""

import datetime
from urllib.parse import urlsplit

import pytest
from auditlog.signals import accessed
from defusedxml import ElementTree
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from publicity.models import Notice
from publicity.services import notices
from sites.enums import Level, Stage
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client):
    answer = client.get(reverse("publicity:feed"))
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)


def entries(client):
    return feed(client).findall(f"{ATOM}entry")


def moment(element, name: str) -> datetime.datetime:
    """The one date of this name, which bears its zone."""
    [found] = element.findall(f"{ATOM}{name}")
    at = datetime.datetime.fromisoformat(found.text)
    assert at.tzinfo
    return at


def updated(client) -> datetime.datetime:
    [entry] = entries(client)
    return moment(entry, "updated")


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


def check_atom(root) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and each of its entries must have, and how often."""
    found = root.findall(f"{ATOM}entry")
    for element in (root, *found):
        for name in ("id", "title"):
            [one] = element.findall(f"{ATOM}{name}")
            assert one.text.strip()
        assert urlsplit(element.findtext(f"{ATOM}id")).scheme
        assert moment(element, "updated") <= timezone.now()
    # The feed's author is that of its entries, which name none of their own.
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["alternate", "self"]
    for entry in found:
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert len(entry.findall(f"{ATOM}summary")) == 1
        assert moment(entry, "published") <= moment(entry, "updated")
    ids = [element.findtext(f"{ATOM}id") for element in (root, *found)]
    assert len(set(ids)) == len(ids)


def test_feed_keeps_the_rules_of_atom(client, on):
    on("2008-05-05")
    check_atom(feed(client))
    scene.named()
    on("2008-05-20")
    scene.publish()
    root = feed(client)
    check_atom(root)
    found = root.findall(f"{ATOM}entry")
    assert len(found) == 3
    assert moment(root, "updated") == max(moment(entry, "updated") for entry in found)


def test_notice_is_as_new_as_what_was_last_done_to_it(client, on):
    """Extended, a site taken off, closed with its result: each is something to read again."""
    on("2008-05-05")
    notice, office = scene.publish(*scene.accepted(2)), factories.user(Role.OFFICE)
    seen = [updated_of(client, notice)]
    notices.extend(notice=notice, counted_from=notice.ends_on, length=1, reason="示例", by=office)
    seen.append(updated_of(client, notice))
    scene.conclude(scene.object_to(notice), "upheld")
    seen.append(updated_of(client, notice))
    on("2008-05-20")
    notices.close_ended(datetime.date(2008, 5, 20))
    seen.append(updated_of(client, notice))
    assert seen == sorted(set(seen))


def test_notice_withdrawn_is_new_but_not_one_that_was_looked_at(client, on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    first = updated(client)
    accessed.send(sender=Notice, instance=notice)
    assert updated(client) == first
    notices.withdraw(notice=notice, reason="示例", by=office)
    assert updated(client) > first


def test_naming_is_as_new_as_the_warning_on_its_page(client, on):
    [naming] = scene.named()
    on("2008-05-20")
    newest = updated_of(client, naming)
    scene.rechecked(naming)
    assert updated_of(client, naming) == newest
    scene.warned(naming)
    assert updated_of(client, naming) > newest


def updated_of(client, record) -> datetime.datetime:
    [entry] = [
        entry
        for entry in entries(client)
        if entry.find(f"{ATOM}link").get("href").endswith(record.get_absolute_url())
    ]
    return moment(entry, "updated")


def titles(client, url):
    root = ElementTree.fromstring(client.get(url).content)
    check_atom(root)
    return [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]


def test_what_became_of_a_notice_and_a_naming_is_an_entry_of_its_own(client, on):
    on("2008-05-05")
    notice, office = scene.publish(title="示例公示题目"), factories.user(Role.OFFICE)
    notices.extend(notice=notice, counted_from=notice.ends_on, length=1, reason="示例缘由", by=office)
    found = titles(client, reverse("publicity:feed"))
    assert len(found) == 2
    assert any("延长" in title for title in found)
    [naming] = scene.named()
    on("2008-06-10")
    scene.warned(naming)
    scene.restored(naming)
    found = titles(client, reverse("publicity:feed"))
    site = naming.site.window_name
    assert [title for title in found if site in title] == [
        f"解除警告：{site}",
        f"警告：{site}",
        f"命名：{site}",
    ]


def test_entry_leads_to_its_place_on_the_page(client, on):
    [naming] = scene.named()
    on("2008-06-10")
    scene.warned(naming)
    [link] = [
        entry.find(f"{ATOM}link").get("href")
        for entry in entries(client)
        if "#step-" in entry.find(f"{ATOM}link").get("href")
    ]
    page = client.get(reverse("publicity:site", args=[naming.site_id])).content.decode()
    assert f'id="{link.partition("#")[2]}"' in page


def test_feed_of_a_district_tells_of_its_sites_alone(client, on):
    on("2008-05-05")
    here, there = factories.district(), factories.district("乌达")
    scene.publish(factories.site(Stage.ACCEPTED, level=Level.DISTRICT, of=here), title="示例海勃湾公示")
    scene.publish(factories.site(Stage.ACCEPTED, level=Level.DISTRICT, of=there), title="示例乌达公示")
    url = reverse("publicity:district_feed", args=[here.pk])
    assert titles(client, url) == ["示例海勃湾公示"]
    assert url in client.get(reverse("publicity:site_map")).content.decode()


def test_there_is_no_feed_of_what_is_no_district(client):
    assert client.get(reverse("publicity:district_feed", args=[factories.unit().pk])).status_code == 404
