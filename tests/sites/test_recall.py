"""A mistaken step is taken back by who took it, with a reason, until the next person acts."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from sites import services
from sites.enums import Action, FilingState, Stage
from sites.models import Filing, Opinion, StageChange
from sites.workflow import TRANSITIONS, InvalidTransition
from tests import factories
from tests.sites import making

pytestmark = pytest.mark.django_db
WHY = "示例：漏填一处"
# Steps nobody takes back as such: what is done instead, or why there is nothing to take back.
OTHERWISE = {
    Action.LAPSE: "the list is put forward and determined anew",
    Action.SEND_BACK: "the list is simply filed again",
    Action.DETERMINE: "a decision of the leading group, issued as a paper",
    Action.SET_ASIDE: "the site is filed again",
    Action.WITHDRAW: "the site is added again",
    Action.AGREE_PLAN: "the unit files a new version of its plan",
    Action.SIGN_INSPECTION: "`unlock_inspection`, with a second person",
    Action.UNLOCK_INSPECTION: "the leader signs again",
    Action.VERIFY_RECTIFICATION: "issues a paper; what is found later becomes a finding of the visit",
    Action.PASS_ACCEPTANCE: "a decision of the leading group, issued as a paper",
    Action.FAIL_ACCEPTANCE: "`reopen`",
    Action.REOPEN: "findings can be left out or verified",
    Action.ANNOUNCE: "`withdraw_notice`, with a second person: the public has read it",
    Action.WITHDRAW_NOTICE: "the sites are announced again",
    Action.UPHOLD_OBJECTION: "four people took part",
    Action.NAME: "`warn`, `revoke`: the public has read it",
    Action.WARN: "`restore`: the public has read it",
    Action.RESTORE: "`warn`: the public has read it",
    Action.REVOKE: "a decision of the leading group, issued as a paper",
}


def test_every_step_is_taken_back_or_it_is_said_what_is_done_instead():
    undone = {row.undoes: action for action, row in TRANSITIONS.items() if row.undoes}
    assert undone.keys() | OTHERWISE.keys() | set(undone.values()) == set(TRANSITIONS)
    assert not undone.keys() & OTHERWISE.keys()
    for step, undoing in undone.items():
        assert TRANSITIONS[undoing].sources == TRANSITIONS[step].targets
        assert TRANSITIONS[undoing].needs_note


def test_filed_list_is_taken_back_and_filed_anew():
    filing, clerk = making.filed_list()
    services.recall(filing=filing, reason=WHY, by=clerk)
    filing.refresh_from_db()
    assert filing.state == FilingState.RETURNED
    assert {site.stage for site in filing.sites.all()} == {Stage.RETURNED}
    assert set(StageChange.objects.filter(action=Action.RECALL_LIST).values_list("note", "by")) == {
        (WHY, clerk.pk)
    }
    making.file(filing, clerk)
    assert [version.number for version in filing.versions.order_by("number")] == [1, 2]


def test_review_is_taken_back_and_given_anew_by_somebody_else():
    filing, _clerk = making.reviewed_list()
    reviewer = filing.reviewed_by
    leader = factories.user(Role.LEADING_GROUP)
    services.recall(filing=filing, reason=WHY, by=reviewer)
    filing.refresh_from_db()
    assert (filing.state, filing.reviewed_by, filing.opinion) == (FilingState.FILED, None, "")
    assert not Opinion.objects.exists()
    told = Notification.objects.filter(user=leader).latest("pk")
    assert told.url == filing.get_absolute_url()
    services.review(filing=filing, opinion="同意（示例）。", by=factories.user(Role.OFFICE))
    making.determine(Filing.objects.get(pk=filing.pk))
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.DETERMINED}


def test_nobody_else_takes_it_back_nor_anybody_without_a_reason():
    filing, clerk = making.filed_list()
    colleague = factories.user(Role.DISTRICT, clerk.organisation)
    with pytest.raises(InvalidTransition):
        services.recall(filing=filing, reason=WHY, by=colleague)
    with pytest.raises(PermissionDenied):
        services.recall(filing=filing, reason=WHY, by=factories.user(Role.OFFICE))
    with pytest.raises(ValidationError, match="reason"):
        services.recall(filing=filing, reason="  ", by=clerk)
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED


def test_after_the_next_person_has_acted_it_stays():
    filing, clerk = making.reviewed_list()
    reviewer = filing.reviewed_by
    with pytest.raises(PermissionDenied):  # it is the review that stands last now
        services.recall(filing=filing, reason=WHY, by=clerk)
    making.determine(filing)
    with pytest.raises(InvalidTransition):
        services.recall(filing=filing, reason=WHY, by=reviewer)


def test_page_offers_it_to_its_doer_alone(client):
    filing, clerk = making.filed_list()
    page, address = filing.get_absolute_url(), reverse("sites:filing_recall", args=[filing.pk])

    def offered(person: User) -> tuple[bool, int]:
        client.force_login(person)
        return address in client.get(page).content.decode(), client.get(address).status_code

    assert offered(clerk) == (True, 200)
    assert offered(factories.user(Role.DISTRICT, clerk.organisation)) == (False, 403)
    assert offered(factories.user(Role.OFFICE)) == (False, 403)
    client.force_login(clerk)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": WHY}).status_code == 302
    filing.refresh_from_db()
    assert (filing.state, filing.remarks) == (FilingState.RETURNED, WHY)


def test_a_review_that_was_taken_back_leaves_the_filer_the_last():
    filing, clerk = making.reviewed_list()
    services.recall(filing=filing, reason=WHY, by=filing.reviewed_by)
    services.recall(filing=filing, reason=WHY, by=clerk)
    filing.refresh_from_db()
    assert filing.state == FilingState.RETURNED
    assert {site.stage for site in filing.sites.all()} == {Stage.RETURNED}
