"""The pages of the hearing and of the notice: what is offered to whom, what a click leaves behind."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import FindingState, ReplyKind
from assessments.models import Finding, FindingReply, UnitSummary
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from tests import agreeing, factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@made_once("2008-04-09")
def site():
    made = builders.building()
    builders.put(made)
    return made


@pytest.fixture
def liaison(client, site):
    client.force_login(builders.liaison(site))


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def page(client, site):
    return client.get(url("rectification", site.pk))


def acts(client, site):
    return [set(thread.acts) for thread in page(client, site).context["page"].threads]


def said():
    """What the unit wrote."""
    return FindingReply.objects.filter(kind__in=ReplyKind.OF_UNIT)


def sign_in_office(client):
    client.force_login(builders.office())


# -- the unit's side --------------------------------------------------------------


def test_unit_is_offered_to_comment(client, site, finding, liaison):
    assert acts(client, site) == [{"agree", "disagree"}] * 2
    html = page(client, site).content.decode()
    assert url("findings_agree", site.pk) in html
    assert url("finding_comment", finding.pk) in html
    assert url("notice_issue", site.pk) not in html


def test_agree_by_one_click_twice(client, site, finding, liaison):
    address = url("finding_comment", finding.pk)
    assert client.post(address, {"view": "agree"}).url == finding.get_absolute_url()
    assert client.post(address, {"view": "agree"}).status_code == 422
    assert [reply.kind for reply in said()] == [ReplyKind.AGREE]
    assert acts(client, site) == [{"disagree"}, {"agree", "disagree"}]


def test_disagree_with_a_file(client, site, finding, liaison):
    body = {"view": "disagree", "text": "材料已归档", "files": [builders.upload("纪要.png")]}
    assert client.post(url("finding_comment", finding.pk), body).status_code == 302
    (reply,) = said()
    assert (reply.kind, reply.text) == (ReplyKind.DISAGREE, "材料已归档")
    response = page(client, site)
    assert [thread.remark for thread in response.context["page"].threads] == [
        ReplyKind.DISAGREE.label,
        "",
    ]
    html = response.content.decode()
    assert "材料已归档" in html
    assert url("evidence_file", reply.evidence.files.get().pk) in html


@pytest.mark.parametrize(
    "body",
    [
        {"text": "示例"},
        {"view": "disagree"},
        {"view": "nonsense", "text": "示例"},
        {"view": "disagree", "text": " "},
    ],
)
def test_comment_refused(client, finding, liaison, body):
    assert client.post(url("finding_comment", finding.pk), body).status_code == 422
    assert not said()


def test_agree_with_the_rest_twice(client, site, finding, liaison):
    for level in ("success", "error"):
        response = client.post(url("findings_agree", site.pk), follow=True)
        assert [message.level_tag for message in response.context["messages"]] == [level]
    assert len(said()) == 2


def test_objection_is_not_dropped_by_one_click(client, site, finding, liaison, english):
    address = url("finding_comment", finding.pk)
    client.post(address, {"view": "disagree", "text": "材料已归档"})
    assert acts(client, site) == [{"disagree"}, {"agree", "disagree"}]
    refused = client.post(address, {"view": "agree"})
    assert refused.status_code == 422
    assert "say whether it withdraws" in refused.content.decode()
    assert "材料已归档" in refused.content.decode()
    assert [reply.kind for reply in said()] == [ReplyKind.DISAGREE]
    assert client.post(address, {"view": "retract"}).status_code == 302
    html = page(client, site).content.decode()
    assert "材料已归档" in html
    assert "the unit withdraws its objection" in html


def test_late_comment_says_so(client, site, finding, liaison, on, english):
    on("2008-04-15")
    client.post(url("finding_comment", finding.pk), {"view": "agree"})
    assert "late by 2 working days" in page(client, site).content.decode()


def test_summary(client, site, finding, liaison):
    builders.noticed(site)
    assert url("unit_summary", site.pk) in page(client, site).content.decode()
    assert client.post(url("unit_summary", site.pk), {"text": " "}).status_code == 422
    assert client.post(url("unit_summary", site.pk), {"text": "共整改两项"}).status_code == 302
    assert UnitSummary.objects.get().text == "共整改两项"
    assert "共整改两项" in client.get(url("unit_summary", site.pk)).content.decode()
    assert "共整改两项" in page(client, site).content.decode()


# -- the office's side ------------------------------------------------------------


def test_office_waits_then_answers_then_issues(client, site, finding):
    sign_in_office(client)
    assert acts(client, site) == [{"withdraw"}] * 2
    assert url("notice_issue", site.pk) not in page(client, site).content.decode()
    client.force_login(builders.liaison(site))
    client.post(url("finding_comment", finding.pk), {"view": "disagree", "text": "材料已归档"})
    client.post(url("findings_agree", site.pk))
    sign_in_office(client)
    assert acts(client, site) == [{"uphold", "withdraw"}, {"withdraw"}]
    assert url("notice_issue", site.pk) not in page(client, site).content.decode()
    assert client.post(url("finding_uphold", finding.pk), {"text": ""}).status_code == 422
    assert client.post(url("finding_uphold", finding.pk), {"text": "维持"}).url == finding.get_absolute_url()
    assert url("notice_issue", site.pk) in page(client, site).content.decode()
    for level in ("success", "error"):
        response = client.post(url("notice_issue", site.pk), follow=True)
        assert [message.level_tag for message in response.context["messages"]] == [level]
    agreeing.agreed()
    assert Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).count() == 1
    assert set(Finding.objects.values_list("state", flat=True)) == {FindingState.OPEN}
    assert acts(client, site) == [{"extend"}] * 2


def test_notice_too_early_says_why(client, site, finding):
    sign_in_office(client)
    response = client.post(url("notice_issue", site.pk), follow=True)
    (message,) = response.context["messages"]
    assert finding.item.code in str(message)
    assert set(Finding.objects.values_list("state", flat=True)) == {FindingState.PUT}


def test_withdraw_all_by_hand(client, site, finding):
    sign_in_office(client)
    assert client.post(url("finding_withdraw", finding.pk), {"text": " "}).status_code == 422
    for one in builders.findings(site):
        assert client.post(url("finding_withdraw", one.pk), {"text": "不成立"}).url == one.get_absolute_url()
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED


def test_extend(client, site, finding):
    builders.noticed(site)
    sign_in_office(client)
    address = url("finding_extend", finding.pk)
    assert client.get(address).status_code == 200
    assert client.post(address, {"working_days": "0", "reason": "示例"}).status_code == 422
    assert client.post(address, {"working_days": "3", "reason": ""}).status_code == 422
    assert client.post(address, {"working_days": "3", "reason": "采购"}).url == finding.get_absolute_url()
    finding.refresh_from_db()
    assert str(finding.deadline) == "2008-04-25"
    assert "采购" in page(client, site).content.decode()


def test_verify_with_a_note(client, site):
    builders.inspected(other := builders.building())
    (finding, _second) = builders.answered(other)
    sign_in_office(client)
    assert {"verify", "send_back"} in acts(client, other)
    client.post(url("finding_verify", finding.pk), {"text": "现场看过"})
    assert finding.replies.last().text == "现场看过"


@pytest.mark.parametrize("text", ["长" * 2001, "坏\0字"])
def test_verify_with_a_bad_note(client, text):
    builders.inspected(other := builders.building())
    (finding, _second) = builders.answered(other)
    sign_in_office(client)
    assert client.post(url("finding_verify", finding.pk), {"text": text}).status_code == 422
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED


def test_send_back_after_the_deadline_offers_more_days(client, on, english):
    builders.inspected(other := builders.building())
    (finding, _second) = builders.answered(other)
    sign_in_office(client)
    address = url("finding_send_back", finding.pk)
    assert "overdue at once" not in client.get(address).content.decode()
    on("2008-04-28")
    assert "overdue at once" in client.get(address).content.decode()
    assert client.post(address, {"text": "缺附件", "working_days": "0"}).status_code == 422
    assert client.post(address, {"text": "缺附件", "working_days": "3"}).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, str(finding.deadline)) == (FindingState.SENT_BACK, "2008-05-04")


# -- everybody else ---------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT])
def test_readers_are_offered_nothing(client, role, on):
    site = builders.building(level="district")
    builders.put(site)
    on("2008-04-09")
    office = factories.district_office(site.filing.organisation) if role == Role.DISTRICT else None
    client.force_login(factories.user(role, office))
    assert acts(client, site) == [set(), set()]
    assert 'method="post"' not in page(client, site).content.decode().split("<main")[1].split("</main")[0]


def test_list_tells_who_is_heard(client, site):
    sign_in_office(client)
    (row,) = client.get(url("rectifications"), {"show": "put"}).context["object_list"]
    assert (row, row.put, row.open) == (site, 2, 0)
    assert not client.get(url("rectifications"), {"show": "open"}).context["object_list"]


def test_list_by_district(client, site):
    sign_in_office(client)
    district = builders.building(level="district")
    builders.inspected(district)
    rows = client.get(url("rectifications"), {"district": factories.district().pk}).context["object_list"]
    assert list(rows) == [district]
    other = factories.district("乌达").pk
    assert not client.get(url("rectifications"), {"district": other}).context["object_list"]
