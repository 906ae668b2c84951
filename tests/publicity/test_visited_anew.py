"""An upheld objection against an accepted site: its finding names the letter, and the office says whether a
team goes there once more.
"""

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import Verdict
from assessments.models import Finding
from assessments.services import acceptance, rectification
from desk.todo import todos
from publicity.models import Objection
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
WRITTEN = {"result": "upheld", "reply": "示例答复", "opinion": "补公开栏"}


@made_once("2008-05-09")
def letter():
    """Looked into; it is about a site that was accepted on a signed sheet."""
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    result = builders.recommended(site)
    with builders.on("2008-05-08"):
        acceptance.decide(
            acceptance=result,
            verdict=Verdict.PASS,
            note="",
            resolution=resolved("acceptance"),
            by=builders.leader(),
        )
    with builders.on("2008-05-09"):
        site.refresh_from_db()
        return scene.look_into(scene.take_up(scene.object_to(scene.publish(site))))


def concluded(client, letter: Objection, **more: str) -> Site:
    """The objection is upheld as its page drafts it, and what it found mended."""
    office = builders.office()
    client.force_login(factories.user(Role.OFFICE))
    answer = client.post(reverse("publicity_desk:objection_conclude", args=[letter.pk]), {**WRITTEN, **more})
    assert answer.status_code == 302, answer.content.decode()
    scene.approve(Objection.objects.get(pk=letter.pk))
    finding = Finding.objects.get(objection_key=letter.pk)
    rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(letter.site))
    rectification.verify(finding=finding, text="", by=office)
    rectification.close(site=finding.assessment.site, by=office)
    return Site.objects.get(pk=letter.site_id)


RECOMMEND, ASSIGN = "提出验收初审建议", "指派验收督查组"


@pytest.mark.parametrize(("more", "next_step"), [({}, RECOMMEND), ({"visit_anew": "on"}, ASSIGN)])
def test_office_says_whether_a_team_goes_there_once_more(client, letter, more, next_step):
    site = concluded(client, letter, **more)
    assert site.stage == Stage.RECTIFIED
    waits = {todo.what for todo in todos(builders.office())}
    assert waits & {RECOMMEND, ASSIGN} == {next_step}
    assert (acceptance.on_site_sheet(site) is None) == bool(more)


def test_finding_names_the_letter_it_comes_of(client, letter):
    site = concluded(client, letter)
    page = reverse("assessments:rectification", args=[site.pk])
    address = reverse("publicity_desk:objection", args=[letter.pk])
    for user, may_open in ((builders.office(), True), (builders.liaison(site), False)):
        client.force_login(user)
        shown = client.get(page).content.decode()
        assert shown.count("成立的异议") == 1
        assert (address in shown) == may_open


def test_recommendation_on_a_visit_that_counts_no_more_is_not_decided(client, letter):
    """It waited for the leading group when the site was sent to be mended and visited anew."""
    site = concluded(client, letter)
    waiting = acceptance.recommend(site=site, verdict=Verdict.PASS, opinion="示例", by=builders.office())
    group = factories.user(Role.LEADING_GROUP)
    assert [todo.what for todo in todos(group)] == ["签收收到的公文", "审定验收"]
    acceptance.visit_anew(site=site, by=builders.office())
    assert [todo.what for todo in todos(group)] == ["签收收到的公文"]
    client.force_login(group)
    body = {"verdict": "pass", "note": "", "resolution": resolved("acceptance").pk}
    client.post(reverse("assessments:decide", args=[site.pk]), body)
    waiting.refresh_from_db()
    assert waiting.decision == ""
