"""The trail: for auditors, and complete."""

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import Verdict
from assessments.services import acceptance
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
TRAIL = reverse("desk:trail")


def test_trail_for_anonymous_is_refused(client):
    assert client.get(TRAIL).status_code in (302, 403)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_trail_for_others_is_refused(client, role):
    client.force_login(factories.user(role))
    assert client.get(TRAIL).status_code == 403


def test_auditor_is_led_to_the_trail_and_reads_changes(client):
    site = factories.site()
    client.force_login(factories.user(Role.AUDITOR))
    page = client.get(reverse("desk:home"), follow=True)
    assert page.redirect_chain[-1][0] == TRAIL
    assert str(site) in page.content.decode()


def test_change_through_a_page_names_its_author(client):
    office = factories.user(Role.OFFICE)
    phase = factories.programme().phases.get(ordinal=1)
    client.force_login(office)
    client.post(
        reverse("sites:phase_extend", args=[phase.pk]),
        {
            "previous_end": "2008-01-31",
            "new_end": "2008-02-15",
            "reason": "示例：天气原因",
            "asked_by": "示例单位",
        },
    )
    entry = LogEntry.objects.filter(content_type__model="extension").latest("pk")
    assert entry.actor == office
    assert phase.extensions.get().new_end.isoformat() == "2008-02-15"


def test_each_step_and_decision_of_a_site_stands_in_the_trail():
    """From the self-assessment to the acceptance: who moved what, with old and new values."""
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    result = builders.recommended(site)
    with builders.on("2008-05-08"):
        acceptance.decide(acceptance=result, verdict=Verdict.PASS, note="", by=builders.leader())
    steps = LogEntry.objects.filter(content_type__model="stagechange", action=LogEntry.Action.CREATE)
    assert steps.count() == site.history.count() == 4
    for model, field, new in (
        ("sheet", "state", "submitted"),
        ("sheet", "state", "signed"),
        ("finding", "state", "verified"),
        ("acceptance", "decision", "pass"),
    ):
        entries = LogEntry.objects.filter(content_type__model=model, action=LogEntry.Action.UPDATE)
        assert any(entry.changes.get(field, [None, None])[1] == new for entry in entries), (model, new)
    assert LogEntry.objects.filter(content_type__model="findingreply").exists()


def test_receipt_code_of_a_letter_is_no_auditors_business(client, on):
    on("2008-05-06")
    letter = scene.object_to(scene.publish())
    client.force_login(factories.user(Role.AUDITOR))
    assert letter.receipt_code not in client.get(TRAIL).content.decode()
    entries = LogEntry.objects.filter(content_type__model="objection")
    assert letter.receipt_code not in "".join(f"{entry.changes} {entry.object_repr}" for entry in entries)


def test_trail_costs_the_same_at_3_and_30_entries(client):
    client.force_login(factories.user(Role.AUDITOR))
    with CaptureQueriesContext(connection) as few:
        client.get(TRAIL)
    for _ in range(30):
        factories.unit()
    with CaptureQueriesContext(connection) as many:
        client.get(TRAIL)
    assert len(many) == len(few) <= 12
