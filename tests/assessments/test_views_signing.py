"""From a filled sheet to a signed one and back: what is missing, opinions, standing aside, unlocking."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Motion
from assessments.enums import SheetRole, SheetState
from assessments.marks import standard_items
from assessments.models import Finding
from assessments.services import deliberation, rounds, signing
from documents.models import Document
from sites.enums import Stage
from standards.enums import Kind
from tests import factories
from tests.agreeing import agreed
from tests.assessments import builders
from tests.assessments.pages import confirmed, score, url

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
    assert client.post(url("sheet_submit", sheet.pk), confirmed(sheet)).url == url("sheet", sheet.pk)
    sheet.refresh_from_db()
    sheet.assessment.site.refresh_from_db()
    assert (sheet.state, sheet.assessment.site.stage) == (SheetState.SUBMITTED, Stage.SELF_ASSESSED)
    assert client.post(url("sheet_submit", sheet.pk)).url == url("sheet", sheet.pk)


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
    below = [score.item_id for score in signing.items_below_full(final)]
    of_items = [f"{name}_{pk}" for pk in below for name in ("gap", "opinion", "days")]
    assert list(form.fields) == [*of_items, "password"]
    assert {form.fields[f"gap_{pk}"].initial for pk in below} == {"示例原因"}
    assert all("示例原因" in form.fields[f"opinion_{pk}"].initial for pk in below)
    assert {form.fields[f"days_{pk}"].initial for pk in below} == {10}


def test_sign_makes_the_findings(client, final, site):
    below = signing.items_below_full(final)
    gaps = {f"gap_{score.item_id}": f"差距{score.item.code}" for score in below}
    opinions = {f"opinion_{score.item_id}": f"意见{score.item.code}" for score in below}
    days = {f"days_{score.item_id}": "15" for score in below}
    typed = {**gaps, **opinions, **days, "password": factories.PASSWORD}
    assert client.post(url("sheet_sign", final.pk), typed).url == url("sheet", final.pk)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
    found = [(finding.reason, finding.opinion, finding.working_days) for finding in builders.findings(site)]
    assert found == [
        (gap, opinion, 15) for gap, opinion in zip(gaps.values(), opinions.values(), strict=True)
    ]
    # The mark keeps the reason the members gave it.
    assert {score.reason for score in signing.items_below_full(final)} == {"示例原因"}
    for again in (client.get, client.post):
        assert again(url("sheet_sign", final.pk)).url == url("sheet", final.pk)
    assert Finding.objects.count() == 2


@pytest.mark.parametrize("password", ["", "wrong"])
def test_sign_asks_for_the_leaders_own_password(client, final, password):
    """A session left open signs nothing; what was typed is kept, and the password is not shown again."""
    below = signing.items_below_full(final)
    body = {f"opinion_{score.item_id}": "保留的意见" for score in below}
    body |= {f"gap_{score.item_id}": "差距" for score in below}
    body |= {f"days_{score.item_id}": "15" for score in below}
    answer = client.post(url("sheet_sign", final.pk), {**body, "password": password})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["password"]
    assert "保留的意见" in answer.content.decode()
    assert "wrong" not in answer.content.decode()
    assert not Finding.objects.exists()


def test_sign_does_not_let_the_password_be_guessed(client, final):
    cache.clear()
    for _try in range(10):
        client.post(url("sheet_sign", final.pk), {"password": "wrong"})
    answer = client.post(url("sheet_sign", final.pk), {"password": factories.PASSWORD})
    assert "password" in answer.context["form"].errors
    cache.clear()


@pytest.mark.parametrize(
    ("gap", "opinion", "days"),
    [("示例", "", "10"), ("示例", "示例", "0"), ("示例", "示例", "someday"), ("", "示例", "10")],
)
def test_sign_refused_keeps_what_was_typed(client, final, gap, opinion, days):
    below = signing.items_below_full(final)
    body = {f"opinion_{score.item_id}": opinion for score in below}
    body |= {f"gap_{score.item_id}": gap for score in below}
    body[next(iter(body))] = "保留的意见"
    body |= {f"days_{score.item_id}": days for score in below}
    response = client.post(url("sheet_sign", final.pk), body)
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
    page = client.get(url("sheet_sign", final.pk))
    unmet = [guard.missing for guard in page.context["guards"] if not guard.is_met]
    assert (unmet, page.context["is_ready"]) == ([[item.code]], False)
    refused = client.post(url("sheet_sign", final.pk), {"password": factories.PASSWORD})
    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors() == [
        guard.refusal for guard in page.context["guards"] if not guard.is_met
    ]
    client.force_login(builders.office())
    page = client.get(url("sheet", final.pk), {"section": item.section.ordinal}).content.decode()
    assert url("consent", final.pk, item.pk) in page
    client.post(url("consent", final.pk, item.pk) + "?version=2")
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


# -- unlocking, and what was signed before ----------------------------------


@pytest.fixture
def signed(client, final):
    """Signed with two findings; the office is signed in."""
    builders.sign(final)
    final.refresh_from_db()
    client.force_login(builders.office())
    return final


def test_unlock_asks_for_a_reason(client, signed):
    page = client.get(url("sheet", signed.pk)).content.decode()
    assert url("sheet_unlock", signed.pk) in page
    assert client.get(url("sheet_unlock", signed.pk)).status_code == 200
    for reason in ("", "   "):
        response = client.post(url("sheet_unlock", signed.pk), {"reason": reason})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    signed.refresh_from_db()
    assert signed.state == SheetState.SIGNED


def test_unlocked_sheet_is_the_leaders_again_and_the_old_one_is_read(client, signed):
    why = "第一项误判（示例）"
    assert client.post(url("sheet_unlock", signed.pk), {"reason": why}).url == url("sheet", signed.pk)
    motion = Motion.objects.get()
    assert client.get(url("sheet_unlock", signed.pk)).url == motion.get_absolute_url()
    agreed()
    assert client.post(url("sheet_unlock", signed.pk), {"reason": why}).status_code == 422
    leader = signed.assessment.assignment.team.leader
    for person in (builders.office(), leader):
        client.force_login(person)
        assert url("sheet_version", signed.pk, 1) in client.get(url("sheet", signed.pk)).content.decode()
        shown = client.get(url("sheet_version", signed.pk, 1))
        text = shown.content.decode()
        assert why in text
        assert "示例原因" in text
        assert sum(len(rows) for _name, rows in shown.context["parts"]) == 43
    assert client.get(url("sheet", signed.pk)).context["page"].may_write
    assert client.get(url("sheet_version", signed.pk, 2)).status_code == 404
    assert client.get(url("sheet_version", signed.pk, 10**25)).status_code == 404


def test_unit_sees_no_version_while_the_sheet_is_open(client, signed, site):
    client.post(url("sheet_unlock", signed.pk), {"reason": "示例"})
    agreed()
    client.force_login(builders.liaison(site))
    assert client.get(url("sheet_version", signed.pk, 1)).status_code == 404
    builders.sign(signed)
    assert client.get(url("sheet_version", signed.pk, 1)).status_code == 200


def test_unlock_by_others(client, signed, site):
    people = {signed.signed_by: 403, builders.leader(): 403, builders.liaison(site): 403}
    people[factories.user(Role.INSPECTOR)] = 404
    for person, status in people.items():
        client.force_login(person)
        assert client.get(url("sheet_unlock", signed.pk)).status_code == status
        assert client.post(url("sheet_unlock", signed.pk), {"reason": "示例"}).status_code == status
    own = signed.assessment.sheets.filter(role=SheetRole.INSPECTOR).first()
    client.force_login(builders.office())
    assert client.post(url("sheet_unlock", own.pk), {"reason": "示例"}).status_code == 404
    signed.refresh_from_db()
    assert signed.state == SheetState.SIGNED


# -- the papers -------------------------------------------------------------


def test_papers_of_a_deliberation(client, site, on):
    """Internal: the city and the team read them; the public learns under the code that they are on record."""
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1)
    on("2008-04-08")
    leader, member = builders.members(final.assessment.assignment.team)
    about = final.deliberations.get()
    deliberation.argue(deliberation=about, text="缺三月份归档", by=member)
    made = deliberation.propose(deliberation=about, level="partly", points=None, reason="按缺项", by=leader)
    deliberation.answer(proposal=made, agrees=True, text="", by=member)
    builders.sign(final)
    papers = {paper.kind: paper for paper in Document.objects.filter(sites=site)}
    assert set(papers) == {"score_sheet", "deliberation_record"}
    (item,) = papers["deliberation_record"].context["items"]
    assert [(mark["name"], mark["level"]) for mark in item["members"]] == [
        (str(leader), "达标"),
        (str(member), "部分达标"),
    ]
    assert [said["text"] for said in item["arguments"]] == ["缺三月份归档"]
    answers = item["proposals"][0]["answers"]
    assert [(given["by"], given["agrees"]) for given in answers] == [(str(leader), True), (str(member), True)]
    assert item["result"]["level"] == "部分达标"
    (first, *_rest) = papers["score_sheet"].context["sections"][0]["lines"]
    assert [mark["differs"] for mark in (first["own"], *first["members"])] == [True, True, False]
    assert first["deliberated"]
    stranger = factories.user(Role.INSPECTOR)
    for paper in papers.values():
        assert not paper.is_public
        readers = (leader, member, builders.office(), builders.leader(), stranger, builders.liaison(site))
        seen = [Document.objects.visible_to(person).filter(pk=paper.pk).exists() for person in readers]
        assert seen == [True, True, True, True, False, False]
        client.logout()
        assert client.get(reverse("publicity:document", args=[paper.verification_code])).status_code == 404
        text = client.get(reverse("publicity:verify_code", args=[paper.verification_code])).content.decode()
        assert paper.full_number in text
        for hidden in ("缺三月份归档", "按缺项", str(leader), str(member)):
            assert hidden not in text


def test_verification_says_that_a_paper_was_withdrawn_and_not_why(client, signed):
    client.post(url("sheet_unlock", signed.pk), {"reason": "第一项误判"})
    agreed()
    client.logout()
    (paper,) = Document.objects.filter(kind="score_sheet")
    text = client.get(reverse("publicity:verify_code", args=[paper.verification_code])).content.decode()
    assert "2008-04-08" in text
    assert "撤回" in text
    assert "第一项误判" not in text
