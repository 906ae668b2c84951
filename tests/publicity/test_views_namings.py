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
    scene.rechecked(named, text="示例复查记录")
    scene.warned(named)
    on("2008-07-01")
    scene.answers(named)
    scene.rechecked(named)
    scene.revoked(named)
    content = client.get(named.get_absolute_url()).content.decode()
    assert content.index("示例撤销理由") < content.index("示例警告理由")
    assert "state--negative" in content
    assert "示例复查记录" not in content
    assert not any(words in content for words in ("示例整改情况", "示例陈述意见", "示例事由"))
    assert str(named.site) in client.get(reverse("publicity:namings")).content.decode()


def told(client, named):
    """The public pages of the naming and of its site."""
    return [
        client.get(address).content.decode()
        for address in (named.get_absolute_url(), reverse("publicity:site", args=[named.site_id]))
    ]


def test_pages_show_the_dated_story_with_its_papers(client, named, on):
    scene.complained(named, "示例投诉内容")
    first = scene.warned(named)
    on("2008-06-05")
    scene.rechecked(named, text="示例复查记录")
    scene.restored(named)
    on("2008-06-20")
    scene.rechecked(named, text="示例再次复查")
    second = scene.warned(named, reason="示例再次警告", working_days=1)
    on("2008-07-01")
    revocation = scene.revoked(named)
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
    scene.rechecked(named, is_met=True, text="示例复查记录")
    assert told(client, named) == before


def test_step_of_a_site_warned_before_warnings_were_records_is_told_without_a_date(client, named):
    perform(site=named.site, action=Action.WARN, by=factories.user(Role.OFFICE), note="示例警告理由")
    for content in told(client, named):
        assert "示例警告理由" in content
        assert "整改期限至" not in content


def test_revoked_naming_says_when_and_when_the_plaque_came_back(client, named, on):
    office = factories.user(Role.OFFICE)
    naming.hand_over_plaque(naming=named, received_by="示例领牌人", handed_on=named.named_on, by=office)
    scene.warned(named, working_days=1)
    on("2008-07-01")
    revocation = scene.revoked(named)
    on("2008-07-04")
    naming.take_back_plaque(revocation=revocation, returned_on=today(), by=office)
    assert "2008-07-04" in client.get(named.get_absolute_url()).content.decode()


def test_naming_of_an_unknown_number_is_not_found(client):
    assert client.get(reverse("publicity:naming", args=[999])).status_code == 404


def test_naming_keeps_the_receiver_of_the_plaque_to_the_desk(client, named):
    office = factories.user(Role.OFFICE)
    naming.hand_over_plaque(naming=named, received_by="示例领牌人", handed_on=named.named_on, by=office)
    assert "示例领牌人" not in client.get(named.get_absolute_url()).content.decode()
