"""Each public state, reached as it is reached: home, list, map, page and open data say the same of it."""

import csv
import datetime
import io
import re
from collections import Counter
from html import unescape

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import ObjectionState
from publicity.models import Notice
from publicity.pages.site import TOLD
from publicity.public_state import PublicState
from publicity.services import notices
from sites.calendar import pinned
from sites.enums import Stage
from tests import factories
from tests.publicity import scene
from tests.sites import making

pytestmark = pytest.mark.django_db
DAY = "2008-05-20"


def on_notice():
    return scene.publish().entries.get().site


def notice_over():
    with pinned(datetime.date(2008, 5, 5)):
        return on_notice()


def notice_withdrawn():
    notice = scene.publish()
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    return notice.entries.get().site


def taken_off(result=ObjectionState.PARTLY):
    site, other = scene.accepted(2)
    scene.conclude(scene.object_to(scene.publish(site, other), site), result)
    return site


def named():
    [naming] = scene.named()
    return naming.site


def warned():
    [naming] = scene.named()
    scene.warned(naming)
    return naming.site


def revoked():
    [naming] = scene.named()
    scene.warned(naming)
    scene.complained(naming)
    scene.revoked(naming, why_early="示例")
    return naming.site


# Every state, and what leads to it.
ROADS = {
    PublicState.BUILDING: lambda: factories.site(Stage.RECTIFYING),
    PublicState.ON_NOTICE: on_notice,
    PublicState.NOTICE_OVER: notice_over,
    PublicState.NOTICE_WITHDRAWN: notice_withdrawn,
    PublicState.TAKEN_OFF: taken_off,
    PublicState.NAMED: named,
    PublicState.WARNED: warned,
    PublicState.REVOKED: revoked,
}


@pytest.fixture(params=["its campaign goes on", "the next campaign has begun"])
def state_of_affairs(request):
    return request.param


@pytest.fixture(params=ROADS, ids=lambda state: state.value)
def state(request):
    return request.param


def test_each_state_is_told_and_reached():
    assert list(ROADS) == list(TOLD) == list(PublicState)


def test_every_page_says_the_same_of_a_site(client, on, state, state_of_affairs):
    on(DAY)
    site = ROADS[state]()
    where = {}
    if state_of_affairs == "the next campaign has begun":
        old = site.programme_id
        making.succeed()
        where = {"programme": old}
    on_page = _words(client, reverse("publicity:site", args=[site.pk]))
    assert on_page["states"][0] == state.label
    assert str(TOLD[state].what) in on_page["text"]
    in_list = client.get(reverse("publicity:sites"), where)
    [row] = [one for one in in_list.context["object_list"] if one.pk == site.pk]
    assert row.public_state == state
    everywhere = Counter(one.public_state for one in in_list.context["object_list"])
    home = client.get(reverse("publicity:home"), where)
    assert +Counter({one.value: n for one, n in home.context["counts"]}) == everywhere
    areas = in_list.context["areas"]
    assert sum(area.on_notice for area in areas) == everywhere[PublicState.ON_NOTICE]
    titled = everywhere[PublicState.NAMED] + everywhere[PublicState.WARNED]
    assert sum(area.titled for area in areas) == titled
    narrowed = client.get(reverse("publicity:sites"), {**where, "stage": state.value})
    assert {one.public_state for one in narrowed.context["object_list"]} == {state.value}
    data = client.get(reverse("publicity:data_file", args=["sites", "csv"])).content.decode("utf-8-sig")
    [line] = [each for each in csv.DictReader(io.StringIO(data)) if each["id"] == f"site-{site.pk}"]
    assert line["stage"] == state


def test_home_speaks_of_a_running_notice_as_long_as_a_site_is_on_one(client, on, state):
    on(DAY)
    ROADS[state]()
    home = client.get(reverse("publicity:home"))
    counts = dict(home.context["counts"])
    assert bool(home.context["notices"]) == bool(counts[PublicState.ON_NOTICE])
    assert ("当前没有进行中的公示" in _plain(home)) == (not counts[PublicState.ON_NOTICE])


def test_notice_that_every_site_was_taken_off_invites_nobody_to_object(client, on):
    on(DAY)
    [site] = scene.accepted()
    scene.conclude(scene.object_to(scene.publish(site)), ObjectionState.UPHELD)
    home = client.get(reverse("publicity:home"))
    assert home.context["notices"] == []


def test_page_says_since_when(client, on):
    """A notice is over the day after its last one, though no step was taken."""
    site = notice_over()
    on(DAY)
    ends_on = Notice.objects.get().ends_on
    since = client.get(reverse("publicity:site", args=[site.pk])).context["now"].since
    assert since == ends_on + datetime.timedelta(days=1)


def test_new_notice_ends_what_came_of_the_old_one(client, on):
    on(DAY)
    site = notice_withdrawn()
    scene.publish(type(site).objects.get(pk=site.pk))
    assert client.get(reverse("publicity:site", args=[site.pk])).context["now"].state == PublicState.ON_NOTICE


def test_objection_upheld_inside_changes_nothing_outside(client, on):
    """The notice had been withdrawn when it was upheld, so it took the site off none."""
    on(DAY)
    notice = scene.publish()
    letter = scene.object_to(notice)
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    letter.refresh_from_db()
    scene.conclude(letter, ObjectionState.UPHELD)
    page = client.get(reverse("publicity:site", args=[letter.site_id]))
    assert page.context["now"].state == PublicState.NOTICE_WITHDRAWN


def _plain(answer):
    return unescape(answer.content.decode())


def _words(client, url):
    text = _plain(client.get(url))
    states = re.findall(r'class="state state--[^>]*>.*?<span>([^<]*)</span></span>', text, re.DOTALL)
    return {"text": text, "states": states}
