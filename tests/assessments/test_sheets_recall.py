"""A self-assessment submitted by mistake is opened again by who submitted it, until a team is sent."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import SheetState
from assessments.services import sheets
from sites.enums import Action, Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db
WHY = "示例：误点提交"


@pytest.fixture
def sheet(on):
    on("2008-03-28")
    return builders.self_assessed(builders.building())


def test_it_is_open_again_and_can_be_submitted_anew(sheet, client):
    site, liaison = sheet.assessment.site, builders.liaison(sheet.assessment.site)
    address = reverse("assessments:sheet_recall", args=[sheet.pk])
    client.force_login(liaison)
    assert address in client.get(sheet.get_absolute_url()).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": WHY})
    sheet.refresh_from_db(), site.refresh_from_db()
    assert (sheet.state, sheet.submitted_on, site.stage) == (SheetState.DRAFT, None, Stage.BUILDING)
    assert site.history.latest("pk").note == WHY
    assert address not in client.get(sheet.get_absolute_url()).content.decode()
    sheets.submit_self_assessment(sheet=sheet, by=liaison, without_evidence=sheets.unshown(sheet))
    site.refresh_from_db()
    assert site.stage == Stage.SELF_ASSESSED
    assert list(site.history.order_by("-pk").values_list("action", flat=True)[:3]) == [
        Action.SUBMIT_SELF_ASSESSMENT,
        Action.RECALL_SELF_ASSESSMENT,
        Action.SUBMIT_SELF_ASSESSMENT,
    ]


def test_nobody_else_and_not_once_a_team_is_sent(sheet, client, on):
    site = sheet.assessment.site
    colleague = factories.user(Role.LIAISON, site.organisation)
    client.force_login(colleague)
    assert client.get(reverse("assessments:sheet_recall", args=[sheet.pk])).status_code == 403
    with pytest.raises(InvalidTransition):
        sheets.recall_self_assessment(sheet=sheet, reason=WHY, by=colleague)
    with pytest.raises(PermissionDenied):
        sheets.recall_self_assessment(sheet=sheet, reason=WHY, by=factories.user(Role.OFFICE))
    builders.assigned(site)
    with pytest.raises(InvalidTransition):
        sheets.recall_self_assessment(sheet=sheet, reason=WHY, by=site.history.latest("pk").by)
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED
