"""From a filled sheet to a signed one: what is missing, opinions, the office's consent, standing aside."""

import pytest

from assessments.enums import SheetRole, SheetState
from assessments.marks import standard_items
from assessments.models import Finding
from assessments.services import rounds, signing
from sites.enums import Stage
from standards.enums import Kind
from tests.assessments import builders
from tests.assessments.pages import score, url

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_submit_page_lists_what_is_missing(client, sheet, liaison, item):
    for each in standard_items(sheet):
        if each != item:
            builders.mark(sheet, each, liaison)
    response = client.get(url("sheet_submit", sheet.pk))
    assert f"{url('sheet', sheet.pk)}?section=2#item-{item.code}" in response.content.decode()
    assert client.post(url("sheet_submit", sheet.pk)).status_code == 422
    score(client, sheet, item)
    assert client.post(url("sheet_submit", sheet.pk)).url == url("sheet", sheet.pk)
    sheet.refresh_from_db()
    sheet.assessment.site.refresh_from_db()
    assert (sheet.state, sheet.assessment.site.stage) == (SheetState.SUBMITTED, Stage.SELF_ASSESSED)
    assert client.post(url("sheet_submit", sheet.pk)).status_code == 422


def test_submit_by_who_only_reads(client, sheet):
    client.force_login(builders.office())
    assert client.post(url("sheet_submit", sheet.pk)).status_code == 403


@pytest.fixture
def final(client, site, on):
    """A final sheet with two items below full marks, its leader signed in."""
    builders.self_assessed(site)
    made = builders.visited(site, weak=2)
    on("2008-04-08")
    client.force_login(made.assessment.assignment.team.leader)
    return made


def test_sign_page_offers_an_opinion_for_each_gap(client, final):
    form = client.get(url("sheet_sign", final.pk)).context["form"]
    assert list(form.fields) == [f"opinion_{s.item_id}" for s in signing.items_below_full(final)] + [
        "deadline"
    ]
    assert all("示例原因" in field.initial for name, field in form.fields.items() if name != "deadline")


def test_sign_makes_the_findings(client, final, site):
    opinions = {f"opinion_{s.item_id}": f"意见{s.item.code}" for s in signing.items_below_full(final)}
    assert client.post(url("sheet_sign", final.pk), {**opinions, "deadline": ""}).url == url(
        "sheet", final.pk
    )
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
    assert [f.opinion for f in builders.findings(site)] == list(opinions.values())
    assert client.get(url("sheet_sign", final.pk)).status_code == 302
    assert client.post(url("sheet_sign", final.pk)).status_code == 422
    assert Finding.objects.count() == 2


@pytest.mark.parametrize(("opinion", "deadline"), [("", ""), ("示例", "2008-04-08"), ("示例", "someday")])
def test_sign_refused_keeps_what_was_typed(client, final, opinion, deadline):
    body = {f"opinion_{s.item_id}": opinion for s in signing.items_below_full(final)}
    body[next(iter(body))] = "保留的意见"
    response = client.post(url("sheet_sign", final.pk), {**body, "deadline": deadline})
    assert response.status_code == 422
    assert "保留的意见" in response.content.decode()
    assert not Finding.objects.exists()


def test_sign_page_of_another_sheet(client, final):
    own = final.assessment.sheets.filter(
        role=SheetRole.INSPECTOR, author=final.assessment.assignment.team.leader
    ).get()
    assert client.get(url("sheet_sign", own.pk)).status_code == 404
    assert client.get(url("sheet_submit", final.pk)).url == url("sheet_sign", final.pk)


def test_consent_by_the_office(client, on):
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site)
    on("2008-04-08")
    leader = final.assessment.assignment.team.leader
    item = next(item for item in standard_items(final) if item.may_be_inapplicable)
    builders.mark(final, item, leader, "inapplicable", version=1)
    client.force_login(leader)
    assert [s.item_id for s in client.get(url("sheet_sign", final.pk)).context["unconsented"]] == [item.pk]
    client.force_login(builders.office())
    page = client.get(url("sheet", final.pk), {"section": item.section.ordinal}).content.decode()
    assert url("consent", final.pk, item.pk) in page
    client.post(url("consent", final.pk, item.pk))
    assert final.scores.get(item=item).consented_by == builders.office()


def test_consent_to_what_no_key_can_be(client, final):
    client.force_login(builders.office())
    assert client.post(url("consent", final.pk, 10**25)).status_code == 404
    assert client.post(url("consent", 10**25, 1)).status_code == 404


def test_recuse_page(client, site, on):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    person = builders.members(assessment.assignment.team)[1]
    client.force_login(person)
    assert client.post(url("recuse", site.pk), {"reason": ""}).status_code == 422
    assert client.post(url("recuse", site.pk), {"reason": "示例"}).url == url("my_sheets")
    assert person.recusals.get().site == site
    assert client.get(url("recuse", site.pk)).status_code == 404


def test_closed_round_takes_no_new_sheet(client, site, on):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    rounds.close_round(round=assessment.round, by=builders.office())
    client.force_login(builders.members(assessment.assignment.team)[0])
    response = client.get(url("inspect", assessment.pk), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not assessment.sheets.exists()
