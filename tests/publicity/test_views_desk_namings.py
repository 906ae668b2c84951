"""After a naming: the plaque register, tracking, warning, restoring, revoking."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from publicity.enums import TrackingKind
from publicity.models import Recheck, Revocation, Warned
from publicity.services import naming, tracking
from sites.enums import Stage
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/namings/"
ACTIONS = {
    "_plaque": {"received_by": "示例领牌人", "handed_on": "2008-06-02"},
    "_plaque_return": {"returned_on": "2008-06-02"},
    "_tracking": {"kind": "recheck", "text": "示例复查记录"},
    "_warn": {"reason": "示例理由", "working_days": "10"},
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
    tracking.record(naming=named, kind=TrackingKind.COMPLAINT, text="示例投诉", by=office)
    tracking.warn(naming=named, reason="示例警告理由", by=office)
    return named


def of(named, name=""):
    return reverse(f"publicity_desk:naming{name}", args=[named.pk])


def post(client, named, name):
    return client.post(of(named, name), ACTIONS[name])


def acts(client, named):
    """Who can do something next, in the page's order."""
    return [str(act.who) for act in client.get(of(named)).context["page"].acts]


def test_namings_ask_strangers_to_sign_in(client, named):
    assert client.get(LIST).status_code == 302
    assert client.get(of(named)).status_code == 302
    for name in ACTIONS:
        assert client.post(of(named, name)).status_code == 302


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_naming_of_somebody_elses_site_is_not_found(client, named, role):
    scene.sign_in(client, role)
    assert list(client.get(LIST).context["object_list"]) == []
    assert client.get(of(named)).status_code == 404
    for name in ACTIONS:
        assert post(client, named, name).status_code == 404


def test_naming_is_shut_to_whoever_stood_aside(client, named):
    office = scene.sign_in(client, Role.OFFICE)
    recusals.recuse(user=office, site=named.site, reason="示例亲属")
    assert list(client.get(LIST).context["object_list"]) == []
    assert client.get(of(named)).status_code == 404
    for name in ACTIONS:
        assert post(client, named, name).status_code == 404


def test_liaison_reads_its_own_naming_and_changes_nothing(client, warned):
    scene.sign_in(client, Role.LIAISON, warned.site.organisation)
    content = client.get(of(warned)).content.decode()
    assert "<textarea" not in content
    assert "示例警告理由" in content
    assert "示例投诉" not in content
    for name in ACTIONS:
        assert post(client, warned, name).status_code == 403
    warned.site.refresh_from_db()
    assert warned.site.stage == Stage.WARNED


def test_actions_by_get_are_refused(client, named):
    scene.sign_in(client, Role.OFFICE)
    for name in ACTIONS:
        assert client.get(of(named, name)).status_code == 405


# -- the register ------------------------------------------------------------------------------


def test_plaque_is_recorded(client, named):
    scene.sign_in(client, Role.OFFICE)
    assert post(client, named, "_plaque").status_code == 302
    named.refresh_from_db()
    assert (named.plaque_received_by, named.plaque_handed_on.isoformat()) == ("示例领牌人", "2008-06-02")


def test_plaque_with_a_wrong_day_names_it(client, named):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(named, "_plaque"), {"received_by": "示例领牌人", "handed_on": "2008-06-03"})
    assert page.status_code == 422
    assert list(page.context["forms"]["plaque"].errors) == ["handed_on"]
    content = page.content.decode()
    assert "示例领牌人" in content
    assert content.count("记录投诉的，自动启动复查") == 1  # at the recheck's form, not at the plaque's


def test_plaque_is_taken_back_after_a_revocation_only(client, warned, on):
    scene.sign_in(client, Role.OFFICE)
    post(client, warned, "_plaque")
    assert post(client, warned, "_plaque_return").status_code == 404
    on("2008-06-20")
    tracking.revoke(naming=warned, reason="示例撤销理由", by=factories.user(Role.LEADING_GROUP))
    page = client.get(of(warned)).content.decode()
    assert of(warned, "_plaque_return") in page
    assert "尚未收回" in page
    assert "未授牌" not in page
    refused = post(client, warned, "_plaque_return")
    assert refused.status_code == 422
    assert list(refused.context["forms"]["back"].errors) == ["returned_on"]
    assert client.post(of(warned, "_plaque_return"), {"returned_on": "2008-06-20"}).status_code == 302
    assert Revocation.objects.get().plaque_returned_on.isoformat() == "2008-06-20"


def test_register_goes_out_as_a_workbook_as_it_is_filtered(client, on):
    on("2008-06-02")
    kept, out = scene.named(*scene.accepted(2))
    office = scene.sign_in(client, Role.OFFICE)
    naming.hand_over_plaque(naming=out, received_by="示例领牌人", handed_on=out.named_on, by=office)
    answer = client.get(LIST, {"format": "xlsx", "plaque": "out"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    told = [row for row in rows if out.plaque_number in row]
    assert len(told) == 1
    assert {"示例领牌人", out.site.window_name, out.decision.full_number} <= set(told[0])
    assert not any(kept.plaque_number in row for row in rows)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 3),
        ({"stage": "named"}, 1),
        ({"stage": "revoked"}, 1),
        ({"plaque": "kept"}, 2),
        ({"plaque": "due_back"}, 1),
        ({"plaque": "back"}, 0),
        ({"plaque": "nonsense"}, 3),
    ],
)
def test_register_is_narrowed(client, on, wanted, number):
    on("2008-06-02")
    _named, is_warned, is_revoked = scene.named(*scene.accepted(3))
    office = scene.sign_in(client, Role.OFFICE)
    for each in (is_warned, is_revoked):
        tracking.record(naming=each, kind=TrackingKind.RECHECK, text="示例", by=office)
        tracking.warn(naming=each, reason="示例", working_days=1, by=office)
    naming.hand_over_plaque(naming=is_revoked, received_by="示例", handed_on=is_revoked.named_on, by=office)
    on("2008-06-10")
    tracking.revoke(naming=is_revoked, reason="示例", by=factories.user(Role.LEADING_GROUP))
    assert len(client.get(LIST, wanted).context["object_list"]) == number


# -- tracking ----------------------------------------------------------------------------------


def test_tracking_is_put_on_file(client, named):
    scene.sign_in(client, Role.OFFICE)
    assert post(client, named, "_tracking").status_code == 302
    assert named.tracking.get().text == "示例复查记录"


def test_complaint_starts_a_recheck_that_the_page_shows(client, named):
    scene.sign_in(client, Role.OFFICE)
    client.post(of(named, "_tracking"), {"kind": "complaint", "text": "示例投诉"})
    (recheck,) = client.get(of(named)).context["page"].rechecks
    assert recheck == Recheck.objects.get()


def test_warn_without_a_note_on_file_says_what_is_missing(client, named):
    scene.sign_in(client, Role.OFFICE)
    page = post(client, named, "_warn")
    assert page.status_code == 422
    assert page.context["forms"]["warn"].non_field_errors()
    assert "示例理由" in page.content.decode()


@pytest.mark.parametrize("days", ["0", "", "366", "two"])
def test_warn_with_a_wrong_number_of_days_says_so_at_the_field(client, named, days):
    scene.sign_in(client, Role.OFFICE)
    post(client, named, "_tracking")
    page = client.post(of(named, "_warn"), {"reason": "示例理由", "working_days": days})
    assert page.status_code == 422
    assert list(page.context["forms"]["warn"].errors) == ["working_days"]
    assert not Warned.objects.exists()


def test_warn_and_restore_work(client, named):
    scene.sign_in(client, Role.OFFICE)
    for name, stage in (("_warn", Stage.WARNED), ("_restore", Stage.NAMED)):
        post(client, named, "_tracking")
        assert of(named, name) in client.get(of(named)).content.decode()
        assert post(client, named, name).status_code == 302
        named.site.refresh_from_db()
        assert named.site.stage == stage


def test_page_shows_until_when_a_warned_site_mends_and_how_that_was_counted(client, warned):
    scene.sign_in(client, Role.OFFICE)
    content = client.get(of(warned)).content.decode()
    assert "2008-06-17" in content
    assert "端午节" in content
    assert warned.warnings.get().paper.full_number in content


def test_warn_a_second_time_says_where_the_site_stands(client, warned):
    scene.sign_in(client, Role.OFFICE)
    page = post(client, warned, "_warn")
    assert page.status_code == 422
    assert str(page.context["forms"]["warn"].non_field_errors()[0]) in page.content.decode()


def test_revoke_is_the_leading_groups_alone_and_not_before_its_time(client, warned, on):
    on("2008-06-18")
    scene.sign_in(client, Role.OFFICE)
    assert post(client, warned, "_revoke").status_code == 403
    scene.sign_in(client, Role.LEADING_GROUP)
    assert of(warned, "_revoke") in client.get(of(warned)).content.decode()
    on("2008-06-17")
    refused = post(client, warned, "_revoke")
    assert refused.status_code == 422
    assert "2008年6月17日" in str(refused.context["forms"]["reason"].non_field_errors()[0])
    on("2008-06-18")
    assert post(client, warned, "_revoke").status_code == 302
    assert Revocation.objects.get().reason == "示例理由"


def test_revoke_without_a_reason_is_refused(client, warned):
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.post(of(warned, "_revoke"), {"reason": ""})
    assert page.status_code == 422
    assert list(page.context["forms"]["reason"].errors) == ["reason"]
    assert not Revocation.objects.exists()


def test_page_says_who_can_do_what_next(client, named, on):
    office, unit = scene.sign_in(client, Role.OFFICE), Role.LIAISON.label
    of_office, group = Role.OFFICE.label, Role.LEADING_GROUP.label
    assert acts(client, named) == [of_office, of_office]
    tracking.record(naming=named, kind=TrackingKind.RECHECK, text="示例", by=office)
    tracking.warn(naming=named, reason="示例", by=office)
    assert acts(client, named) == [unit, of_office, of_office, group]
    on("2008-06-18")
    assert acts(client, named) == [of_office, of_office, group]
    tracking.revoke(naming=named, reason="示例", by=factories.user(Role.LEADING_GROUP))
    assert acts(client, named) == []
