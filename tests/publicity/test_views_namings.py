"""The public register of namings."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.services import naming
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
    naming.record_tracking(naming=named, kind="recheck", text="示例复查记录", by=office)
    naming.warn(naming=named, reason="示例警告理由", by=office)
    on("2008-07-01")
    naming.revoke(naming=named, reason="示例撤销理由", by=factories.user(Role.LEADING_GROUP))
    content = client.get(named.get_absolute_url()).content.decode()
    assert content.index("示例撤销理由") < content.index("示例警告理由")
    assert "state--negative" in content
    assert "示例复查记录" not in content
    assert str(named.site) in client.get(reverse("publicity:namings")).content.decode()


def test_naming_of_an_unknown_number_is_not_found(client):
    assert client.get(reverse("publicity:naming", args=[999])).status_code == 404


def test_naming_keeps_the_receiver_of_the_plaque_to_the_desk(client, named):
    office = factories.user(Role.OFFICE)
    naming.hand_over_plaque(naming=named, received_by="示例领牌人", handed_on=named.named_on, by=office)
    assert "示例领牌人" not in client.get(named.get_absolute_url()).content.decode()
