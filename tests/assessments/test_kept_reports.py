"""A report signed on a phone without a network: filed once, and only where the sheet says what was seen."""

import json
from uuid import uuid4

import pytest

from assessments.enums import ScoreLevel
from assessments.marks import standard_items
from assessments.models import VisitReport
from assessments.services import visit_reports
from tests.assessments import builders
from tests.assessments.pages import url
from tests.assessments.test_visit_reports import body, leader, member, signed, with_two_gaps
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@made_once("2008-04-08")
def visit():
    return with_two_gaps()


def seen(visit):
    return [[each.item.code, each.level, each.reason] for each in visit_reports.noted(visit, leader(visit))]


def post(client, visit, person=None, **more):
    client.force_login(person or leader(visit))
    sent = {"key": uuid4(), "seen": json.dumps(seen(visit)), "corrects": "", **body(visit, **more)}
    return client.post(url("visit_report_kept", visit.pk), sent)


def test_sent_twice_it_is_filed_once_and_says_so_both_times(client, visit):
    key = uuid4()
    for _each in range(2):
        answer = post(client, visit, key=key, view="contradicts", words="示例：当天系统故障")
        assert (answer.status_code, answer.json()) == (200, {"signed": str(key)})
    report = VisitReport.objects.get()
    assert report.is_intact
    assert [each.view for each in report.findings.all()] == ["contradicts"] * 2


def test_spaces_and_line_ends_are_no_other_finding(client, visit):
    told = [[code, level, f" {reason}\r\n"] for code, level, reason in seen(visit)]
    assert post(client, visit, seen=json.dumps(told)).status_code == 200


@pytest.mark.parametrize("change", ["reason", "level", "more", "fewer"])
def test_a_sheet_that_says_something_else_by_now_refuses_by_item(client, visit, change):
    sent = json.dumps(seen(visit))
    sheet = visit.sheets.get(author=leader(visit))
    first, *_rest = visit_reports.noted(visit, leader(visit))
    met = sheet.scores.filter(level=ScoreLevel.MET).first()
    item, level, version = first.item, first.level, first.version
    if change == "level":
        level = {"partly": "unmet", "unmet": "partly"}[level]
    if change == "fewer":
        level = ScoreLevel.MET
    if change == "more":
        item, level, version = met.item, ScoreLevel.UNMET, met.version
    reason = {"reason": "别的理由", "fewer": ""}.get(change, first.reason)
    builders.mark(sheet, item, leader(visit), level, reason=reason, version=version)
    answer = post(client, visit, seen=sent)
    assert answer.status_code == 409
    assert item.code in answer.json()["problem"]
    assert not VisitReport.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"seen": ""},
        {"seen": "{"},
        {"seen": "{}"},
        {"seen": "[1]"},
        {"seen": '[["ZW-1.1", "met"]]'},
        {"seen": '[["ZW-1.1", "met", 1]]'},
        {"seen": "[]"},
        {"key": "1"},
        {"corrects": "x"},
        {"corrects": "99999999999999999999"},
        {"signature": ""},
        {"signature": 'M1 1L2 2"/><script>'},
        {"signer_name": ""},
        {"view": "perhaps"},
        {"view": "contradicts"},
        {"visited_on": "2008-04-09"},
    ],
)
def test_refused(client, visit, wrong):
    answer = post(client, visit, **wrong)
    assert answer.status_code == 409
    assert answer.json()["problem"]
    assert not VisitReport.objects.exists()


def test_another_report_signed_meanwhile_stays_the_newest(client, visit):
    first = signed(client, visit)
    assert post(client, visit).status_code == 409
    assert VisitReport.objects.get() == first
    assert post(client, visit, corrects=first.pk).status_code == 200
    assert VisitReport.objects.latest("pk").corrects == first


def test_only_who_leads_while_the_round_is_open(client, visit):
    builders.own_sheet(visit, member(visit))
    assert post(client, visit, member(visit)).status_code == 403
    assert post(client, visit, builders.liaison(visit.site)).status_code == 403
    visit.round.__class__.objects.update(closed_on="2008-04-08")
    assert post(client, visit).status_code == 403
    assert not VisitReport.objects.exists()


def test_a_number_of_anothers_report_is_no_receipt(client, visit):
    """The leader changed meanwhile: what the first one filed is not the second one's."""
    key = uuid4()
    first, second = leader(visit), member(visit)
    assert post(client, visit, key=key).status_code == 200
    members = visit.assignment.team.members
    members.filter(user=first).update(is_leader=False)
    members.filter(user=second).update(is_leader=True)
    answer = post(client, visit, second, key=key, seen="[]")
    assert answer.status_code == 409
    assert VisitReport.objects.get().made_by == first


def test_a_closed_session_is_no_answer(client, visit):
    assert client.post(url("visit_report_kept", visit.pk), {}).status_code == 302


def test_the_page_tells_a_phone_what_the_portal_has(client, visit):
    client.force_login(leader(visit))
    kept = client.get(url("visit_report_add", visit.pk)).context["kept"]
    items = {each["item"]: each for part in kept.rules["sections"] for each in part["items"]}
    assert set(items) == set(kept.gaps) == {item.pk for item in standard_items(kept.sheet)}
    below = {key: each for key, each in items.items() if each["level"] in ScoreLevel.BELOW_FULL}
    assert [[each["code"], each["level"], kept.gaps[key]["reason"]] for key, each in below.items()] == seen(
        visit
    )


def test_before_the_sheet_is_begun_the_report_is_signed_with_a_network(client, visit):
    site = builders.building()
    builders.self_assessed(site)
    other = builders.assigned(site, visit.assignment.team)
    client.force_login(leader(visit))
    page = client.get(url("visit_report_add", other.pk))
    assert page.status_code == 200
    assert "report-here" not in page.content.decode()
