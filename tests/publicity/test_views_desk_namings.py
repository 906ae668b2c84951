"""After a naming: plaque, tracking, warning, restoring, revoking."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.models import Revocation
from publicity.services import naming
from sites.enums import Stage
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/namings/"
ACTIONS = {
    "_plaque": {"received_by": "示例领牌人", "handed_on": "2008-06-02"},
    "_tracking": {"kind": "recheck", "text": "示例复查记录"},
    "_warn": {"reason": "示例理由"},
    "_restore": {"reason": "示例理由"},
    "_revoke": {"reason": "示例理由"},
}


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


@pytest.fixture
def warned(named):
    office = factories.user(Role.OFFICE)
    naming.record_tracking(naming=named, kind="complaint", text="示例投诉", by=office)
    naming.warn(naming=named, reason="示例警告理由", by=office)
    return named


def of(named, name=""):
    return reverse(f"publicity_desk:naming{name}", args=[named.pk])


def sign_in(client, role, organisation=None):
    client.force_login(factories.user(role, organisation))


def test_namings_ask_strangers_to_sign_in(client, named):
    assert client.get(LIST).status_code == 302
    assert client.get(of(named)).status_code == 302
    for name in ACTIONS:
        assert client.post(of(named, name)).status_code == 302


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_naming_of_somebody_elses_site_is_not_found(client, named, role):
    sign_in(client, role)
    assert list(client.get(LIST).context["object_list"]) == []
    assert client.get(of(named)).status_code == 404
    for name, data in ACTIONS.items():
        assert client.post(of(named, name), data).status_code == 404


def test_liaison_reads_its_own_naming_and_changes_nothing(client, named):
    sign_in(client, Role.LIAISON, named.site.organisation)
    content = client.get(of(named)).content.decode()
    assert "<textarea" not in content
    for name, data in ACTIONS.items():
        assert client.post(of(named, name), data).status_code == 403
    named.site.refresh_from_db()
    assert named.site.stage == Stage.NAMED


def test_actions_by_get_are_refused(client, named):
    sign_in(client, Role.OFFICE)
    for name in ACTIONS:
        assert client.get(of(named, name)).status_code == 405


def test_plaque_is_recorded(client, named):
    sign_in(client, Role.OFFICE)
    assert client.post(of(named, "_plaque"), ACTIONS["_plaque"]).status_code == 302
    named.refresh_from_db()
    assert (named.plaque_received_by, named.plaque_handed_on.isoformat()) == ("示例领牌人", "2008-06-02")


def test_plaque_with_a_wrong_day_names_it(client, named):
    sign_in(client, Role.OFFICE)
    page = client.post(of(named, "_plaque"), {"received_by": "示例领牌人", "handed_on": "2008-06-03"})
    assert page.status_code == 422
    assert list(page.context["plaque_form"].errors) == ["handed_on"]
    assert "示例领牌人" in page.content.decode()


def test_tracking_is_put_on_file(client, named):
    sign_in(client, Role.OFFICE)
    assert client.post(of(named, "_tracking"), ACTIONS["_tracking"]).status_code == 302
    assert named.tracking.get().text == "示例复查记录"


def test_warn_without_a_note_on_file_says_what_is_missing(client, named):
    sign_in(client, Role.OFFICE)
    page = client.post(of(named, "_warn"), ACTIONS["_warn"])
    assert page.status_code == 422
    assert page.context["reason_form"].non_field_errors()
    assert "示例理由" in page.content.decode()


def test_warn_and_restore_work(client, named):
    sign_in(client, Role.OFFICE)
    for name, stage in (("_warn", Stage.WARNED), ("_restore", Stage.NAMED)):
        client.post(of(named, "_tracking"), ACTIONS["_tracking"])
        assert of(named, name) in client.get(of(named)).content.decode()
        assert client.post(of(named, name), ACTIONS[name]).status_code == 302
        named.site.refresh_from_db()
        assert named.site.stage == stage


def test_warn_a_second_time_says_where_the_site_stands(client, warned):
    sign_in(client, Role.OFFICE)
    page = client.post(of(warned, "_warn"), ACTIONS["_warn"])
    assert page.status_code == 422
    assert str(page.context["reason_form"].non_field_errors()[0]) in page.content.decode()


def test_revoke_is_the_leading_groups_alone(client, warned):
    sign_in(client, Role.OFFICE)
    assert client.post(of(warned, "_revoke"), ACTIONS["_revoke"]).status_code == 403
    sign_in(client, Role.LEADING_GROUP)
    assert of(warned, "_revoke") in client.get(of(warned)).content.decode()
    assert client.post(of(warned, "_revoke"), ACTIONS["_revoke"]).status_code == 302
    assert Revocation.objects.get().reason == "示例理由"


def test_revoke_without_a_reason_is_refused(client, warned):
    sign_in(client, Role.LEADING_GROUP)
    page = client.post(of(warned, "_revoke"), {"reason": ""})
    assert page.status_code == 422
    assert list(page.context["reason_form"].errors) == ["reason"]
    assert not Revocation.objects.exists()
