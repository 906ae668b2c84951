"""The trail: for auditors, and complete."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from tests import factories

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
        reverse("sites:phase_extend", args=[phase.pk]), {"new_end": "2008-02-15", "reason": "示例：天气原因"}
    )
    entry = LogEntry.objects.filter(content_type__model="extension").latest("pk")
    assert entry.actor == office
    assert phase.extensions.get().new_end.isoformat() == "2008-02-15"
