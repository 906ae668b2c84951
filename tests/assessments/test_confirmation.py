"""What a district's site has rectified is confirmed by its district before the office verifies it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, ReplyKind
from assessments.models import FindingReply
from assessments.services import rectification
from desk.next_step import next_step, steps_besides
from desk.site_facts import with_facts
from desk.todo import Work
from sites.calendar import today
from sites.enums import Level, Stage
from sites.models import Programme, Site
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CONFIRM, LOOK = "Confirm the answers to the findings", "Look at the answers to the findings"


@pytest.fixture(autouse=True)
def _april(on):
    on("2008-04-18")


@made_once("2008-04-18")
def site():
    """Of a district, with two findings that its unit has answered."""
    made = builders.building(level=Level.DISTRICT)
    builders.district(made)
    builders.inspected(made)
    builders.answered(made)
    return made


def confirm(finding, by=None, text=""):
    return rectification.confirm(
        finding=finding, text=text, by=by or builders.district(finding.assessment.site)
    )


def road(site):
    found = with_facts(Site.objects.filter(pk=site.pk), today=today()).get()
    first = next_step(found)
    return [(str(step.what), step.role) for step in (first, *steps_besides(found))]


def test_answers_go_to_the_district_and_then_to_the_office(site):
    first, second = builders.findings(site)
    assert road(site) == [(CONFIRM, Role.DISTRICT)]
    for verb in (rectification.verify, rectification.send_back):
        with pytest.raises(InvalidTransition, match="has not confirmed this answer yet"):
            verb(finding=first, text="示例", by=builders.office())
    confirm(first, text="已到现场查看（示例）")
    first.refresh_from_db()
    assert first.state == FindingState.CONFIRMED
    assert road(site) == [(CONFIRM, Role.DISTRICT), (LOOK, Role.OFFICE)]
    confirm(second)
    told = Notification.objects.filter(user=builders.office()).latest("pk")
    assert told.text == "The district has confirmed every answer of %(site)s."
    assert road(site) == [(LOOK, Role.OFFICE)]
    for finding in (first, second):
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=Site.objects.get(pk=site.pk), by=builders.office())
    assert Site.objects.get(pk=site.pk).stage == Stage.RECTIFIED
    said = FindingReply.objects.filter(finding=first).values_list("kind", flat=True)
    assert list(said)[-2:] == [ReplyKind.CONFIRM, ReplyKind.VERIFY]


def test_district_sends_an_answer_back_with_a_reason(site):
    finding, _other = builders.findings(site)
    by = builders.district(site)
    with pytest.raises(ValidationError, match="still wanting"):
        rectification.give_back(finding=finding, text=" ", by=by)
    rectification.give_back(finding=finding, text="照片看不清（示例）", by=by)
    finding.refresh_from_db()
    assert finding.state == FindingState.SENT_BACK
    assert "has been sent back" in Notification.objects.filter(user=builders.liaison(site)).latest("pk").text
    rectification.answer(finding=finding, text="重拍（示例）", files=[], by=builders.liaison(site))
    confirm(finding)


def test_nobody_else_confirms(site):
    finding, _other = builders.findings(site)
    elsewhere = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    for person in (elsewhere, *(factories.user(role) for role in Role if role != Role.DISTRICT)):
        for verb in (rectification.confirm, rectification.give_back):
            with pytest.raises(PermissionDenied):
                verb(finding=finding, text="示例", by=person)


def test_site_of_the_city_goes_to_the_office_alone():
    made = builders.building()
    builders.inspected(made)
    finding, *_rest = builders.answered(made)
    assert road(made) == [(LOOK, Role.OFFICE)]
    with pytest.raises(PermissionDenied):
        rectification.confirm(finding=finding, text="", by=factories.user(Role.DISTRICT))
    rectification.verify(finding=finding, text="", by=builders.office())


def test_where_the_programme_no_longer_asks_for_it_the_office_verifies_at_once(site):
    first, second = builders.findings(site)
    confirm(first)
    Programme.objects.update(districts_determine=False)
    for finding in builders.findings(site):
        rectification.verify(finding=finding, text="", by=builders.office())
    with pytest.raises(PermissionDenied):
        confirm(builders.findings(site)[1])
    assert second.assessment.site == site


def test_to_do_and_pages_lead_the_district_there(client, site):
    finding, other = builders.findings(site)
    by = builders.district(site)
    assert [one.what for one in Work(by).todos if one.what == CONFIRM] == [CONFIRM]
    client.force_login(by)
    page = reverse("assessments:rectification", args=[site.pk])
    html = client.get(page).content.decode()
    for name in ("finding_confirm", "finding_return"):
        assert reverse(f"assessments:{name}", args=[finding.pk]) in html
    assert reverse("assessments:finding_verify", args=[finding.pk]) not in html
    client.post(reverse("assessments:finding_confirm", args=[finding.pk]), {"text": ""})
    address = reverse("assessments:finding_return", args=[other.pk])
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "照片看不清（示例）"}).status_code == 302
    assert [one.state for one in builders.findings(site)] == ["confirmed", "sent_back"]
    client.force_login(builders.office())
    html = client.get(page).content.decode()
    assert reverse("assessments:finding_verify", args=[finding.pk]) in html
    assert reverse("assessments:finding_confirm", args=[finding.pk]) not in html
