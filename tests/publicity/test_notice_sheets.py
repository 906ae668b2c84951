"""The poster of a notice: what it says, on which paper, and while it runs only."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.http import full_address
from publicity.models import NoticeSite
from publicity.notice_sheets import notice_poster
from publicity.services import notices
from tests import factories
from tests.documents.reading import reader, text_of
from tests.publicity import scene

pytestmark = pytest.mark.django_db


def of(notice, size="a4"):
    return reverse("publicity:notice_poster", args=[notice.pk, size])


def packed(text):
    return "".join(text.split())


def test_poster_says_what_is_needed_on_one_page(client, on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    answer = client.get(of(notice))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline")
    text = text_of(answer.content)
    for words in (notice.title, notice.office, notice.address, notice.postcode, notice.telephone):
        assert packed(words) in text
    for entry in notice.entries.all():
        assert packed(entry.snapshot["name"]) in text
    assert "2008年5月5日至2008年5月12日" in text
    assert "已延长" not in text
    assert packed(full_address("publicity:notice", notice.pk)) in text
    assert len(reader(answer.content).pages) == 1


@pytest.mark.parametrize(("size", "width", "height"), [("a4", 595, 842), ("a3", 842, 1191)])
def test_poster_of_each_size_holds_ten_sites_on_a_page(on, size, width, height):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(10))
    pages = reader(notice_poster(notice, size)).pages
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (width, height)
    assert len(pages) == 1


def test_poster_made_anew_knows_the_new_end_and_who_is_off(client, on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    client.get(of(notice))
    NoticeSite.objects.filter(pk=notice.entries.first().pk).update(
        removed_on="2008-05-06", removal_reason="示例"
    )
    notices.extend(
        notice=notice, counted_from=notice.ends_on, length=2, reason="示例", by=factories.user(Role.OFFICE)
    )
    text = text_of(client.get(of(notice)).content)
    assert "2008年5月5日至2008年5月14日" in text
    assert "公示期已延长" in text
    assert text.count("已退出公示") == 1


def test_no_poster_of_another_size_nor_once_it_does_not_run(client, on):
    on("2008-05-05")
    over, taken_back = scene.publish(), scene.publish()
    assert client.get(of(over, "a5")).status_code == 404
    notices.withdraw(notice=taken_back, reason="示例", by=factories.user(Role.OFFICE))
    assert client.get(of(taken_back)).status_code == 404
    assert of(over) in client.get(over.get_absolute_url()).content.decode()
    on("2008-05-13")
    assert client.get(of(over)).status_code == 404
    assert of(over) not in client.get(over.get_absolute_url()).content.decode()


def test_poster_is_drawn_once_for_all_who_ask(on):
    on("2008-05-05")
    notice = scene.publish()
    assert notice_poster(notice, "a4") is notice_poster(notice, "a4")
