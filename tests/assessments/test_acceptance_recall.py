"""A recommendation made by mistake is taken back by who made it, until the leading group has decided."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import Verdict
from assessments.models import Acceptance
from assessments.services import acceptance
from sites.workflow import InvalidTransition
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders

pytestmark = pytest.mark.django_db
WHY = "示例：意见填错"


@pytest.fixture
def recommended(on):
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    made = builders.recommended(site)
    on("2008-05-08")
    return made


def address(made, page="recall"):
    return reverse(f"assessments:{page}", args=[made.assessment.site_id])


def test_who_made_it_takes_it_back_and_makes_another(recommended, client):
    leader = builders.leader()
    client.force_login(recommended.recommended_by)
    assert address(recommended) in client.get(address(recommended, "acceptance")).content.decode()
    assert client.post(address(recommended), {"reason": " "}).status_code == 422
    key = str(recommended.pk)
    assert client.post(address(recommended), {"reason": WHY}).status_code == 302
    assert not Acceptance.objects.exists()
    kept = LogEntry.objects.get_for_model(Acceptance).filter(object_pk=key, action=LogEntry.Action.DELETE)
    assert "示例意见" in str(kept.get().changes)
    assert WHY in str(Notification.objects.filter(user=leader).latest("pk"))
    again = builders.recommended(recommended.assessment.site, Verdict.FAIL)
    assert again.recommendation == Verdict.FAIL


def test_nobody_else_takes_it_back(recommended, client):
    for person in (factories.user(Role.OFFICE), builders.leader()):
        client.force_login(person)
        assert client.get(address(recommended)).status_code == 403
        assert address(recommended) not in client.get(address(recommended, "acceptance")).content.decode()
        with pytest.raises(PermissionDenied):
            acceptance.recall(acceptance=recommended, reason=WHY, by=person)


def test_what_is_decided_stays(recommended, client):
    acceptance.decide(
        acceptance=recommended,
        verdict=Verdict.PASS,
        note="",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    with pytest.raises(InvalidTransition):
        acceptance.recall(acceptance=recommended, reason=WHY, by=recommended.recommended_by)
    client.force_login(recommended.recommended_by)
    assert client.get(address(recommended)).status_code == 403
