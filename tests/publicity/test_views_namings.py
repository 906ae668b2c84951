"""The public register of namings."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.services import naming, tracking
from sites.calendar import today
from sites.enums import Action
from sites.workflow import perform
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


def test_naming_shows_decision_and_plaque(client, named):
    for address in (reverse("publicity:namings"), named.get_absolute_url()):
        content = client.get(address).content.decode()
        assert str(named.site) in content
        assert named.decision.full_number in content
        assert named.plaque_number in content


def test_naming_tells_warning_and_revocation_with_their_reasons(client, named, on):
    office = factories.user(Role.OFFICE)
    tracking.record(naming=named, kind="recheck", text="示例复查记录", by=office)
    tracking.warn(naming=named, reason="示例警告理由", by=office)
    on("2008-07-01")
    tracking.revoke(naming=named, reason="示例撤销理由", by=factories.user(Role.LEADING_GROUP))
    content = client.get(named.get_absolute_url()).content.decode()
    assert content.index("示例撤销理由") < content.index("示例警告理由")
    assert "state--negative" in content
    assert "示例复查记录" not in content
    assert str(named.site) in client.get(reverse("publicity:namings")).content.decode()


def told(client, named):
    """The public pages of the naming and of its site."""
    return [
        client.get(address).content.decode()
        for address in (named.get_absolute_url(), reverse("publicity:site", args=[named.site_id]))
    ]


def test_pages_show_the_dated_story_with_its_papers(client, named, on):
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    tracking.record(naming=named, kind="complaint", text="示例投诉内容", by=office)
    first = tracking.warn(naming=named, reason="示例警告理由", by=office)
    on("2008-06-05")
    tracking.record(naming=named, kind="recheck", text="示例复查记录", by=office)
    tracking.restore(naming=named, reason="示例解除理由", by=office)
    on("2008-06-20")
    tracking.record(naming=named, kind="recheck", text="示例再次复查", by=office)
    second = tracking.warn(naming=named, reason="示例再次警告", working_days=1, by=office)
    on("2008-07-01")
    revocation = tracking.revoke(naming=named, reason="示例撤销理由", by=leader)
    first.refresh_from_db()
    in_order = [
        *("2008-07-01", "示例撤销理由", revocation.decision.full_number),
        *("2008-06-20", "示例再次警告", "2008-06-23", second.paper.full_number),
        *("2008-06-05", "示例解除理由", first.lifting_paper.full_number),
        *("2008-06-02", "示例警告理由", "2008-06-17", first.paper.full_number),
        *("2008-05-13", named.decision.full_number),
    ]
    for content in told(client, named):
        story = content[content.index('class="history"') :]
        at = 0
        for words in in_order:
            at = story.index(words, at) + len(words)
        assert "示例投诉内容" not in content
        assert "复查记录" not in content


def test_pages_say_nothing_of_a_recheck_that_found_nothing(client, named):
    before = told(client, named)
    office = factories.user(Role.OFFICE)
    tracking.plan_recheck(naming=named, due_on=named.site.stage_since.replace(year=2009), by=office)
    tracking.record(naming=named, kind="recheck", text="示例复查记录", by=office)
    assert told(client, named) == before


def test_step_of_a_site_warned_before_warnings_were_records_is_told_without_a_date(client, named):
    perform(site=named.site, action=Action.WARN, by=factories.user(Role.OFFICE), note="示例警告理由")
    for content in told(client, named):
        assert "示例警告理由" in content
        assert "整改期限至" not in content


def test_revoked_naming_says_when_and_when_the_plaque_came_back(client, named, on):
    office = factories.user(Role.OFFICE)
    naming.hand_over_plaque(naming=named, received_by="示例领牌人", handed_on=named.named_on, by=office)
    tracking.record(naming=named, kind="recheck", text="示例", by=office)
    tracking.warn(naming=named, reason="示例", working_days=1, by=office)
    on("2008-07-01")
    revocation = tracking.revoke(naming=named, reason="示例", by=factories.user(Role.LEADING_GROUP))
    on("2008-07-04")
    naming.take_back_plaque(revocation=revocation, returned_on=today(), by=office)
    assert "2008-07-04" in client.get(named.get_absolute_url()).content.decode()


def test_naming_of_an_unknown_number_is_not_found(client):
    assert client.get(reverse("publicity:naming", args=[999])).status_code == 404


def test_naming_keeps_the_receiver_of_the_plaque_to_the_desk(client, named):
    office = factories.user(Role.OFFICE)
    naming.hand_over_plaque(naming=named, received_by="示例领牌人", handed_on=named.named_on, by=office)
    assert "示例领牌人" not in client.get(named.get_absolute_url()).content.decode()
