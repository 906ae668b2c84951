"""The report of a visit: signed at the counter, fixed, read by whom it is for, corrected by a new one."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ScoreLevel
from assessments.marks import standard_items
from assessments.models import NotedFinding, VisitPaper, VisitReport
from assessments.services import recusals, sheets, visit_reports
from sites.enums import Level
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
STROKES = "M10 20L30 40L50 60M100 100L120 130"


def with_two_gaps():
    """A district's site with two items that the leader marked below full."""
    site = builders.building(level=Level.DISTRICT)
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    leader = assessment.assignment.team.leader
    sheet = builders.own_sheet(assessment, leader)
    builders.fill(sheet, leader, weak=2)
    return assessment


@made_once("2008-04-08")
def visit():
    return with_two_gaps()


@pytest.fixture(autouse=True)
def _that_day(on):
    on("2008-04-08")


def leader(visit):
    return visit.assignment.team.leader


def member(visit):
    return builders.members(visit.assignment.team)[1]


def body(visit, view="confirms", words="", **more):
    fields = {}
    for score in visit_reports.noted(visit, leader(visit)):
        fields |= {
            f"gap-{score.item_id}": score.reason,
            f"view-{score.item_id}": view,
            f"words-{score.item_id}": words,
        }
    return {
        "visited_on": "2008-04-08",
        "begun_at": "09:30",
        "ended_at": "11:00",
        "present": "示例组员",
        "remarks": "示例意见",
        "signer_name": "示例主任",
        "signer_post": "办公室主任",
        "signature": STROKES,
        **fields,
        **more,
    }


def post(client, visit, person=None, **more):
    client.force_login(person or leader(visit))
    return client.post(url("visit_report_add", visit.pk), body(visit, **more))


def signed(client, visit, **more) -> VisitReport:
    answer = post(client, visit, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return VisitReport.objects.latest("pk")


def test_what_was_marked_below_full_is_named_without_the_marks(client, visit):
    client.force_login(leader(visit))
    page = client.get(url("visit_report_add", visit.pk)).content.decode()
    weak = visit_reports.noted(visit, leader(visit))
    assert len(weak) == 2
    form = page.split('<main id="main"')[1]
    for score in weak:
        assert score.item.code in form
        assert score.get_level_display() not in form
        assert f"{score.points}" not in form


def test_signed_on_the_screen(client, visit):
    Notification.objects.all().delete()
    report = signed(client, visit, view="contradicts", words="示例：当天系统故障")
    assert [each.view for each in report.findings.all()] == ["contradicts"] * 2
    assert report.is_intact
    page = client.get(report.get_absolute_url()).content.decode()
    assert f'd="{STROKES}"' in page
    assert "示例：当天系统故障" in page
    assert report.digest in page
    told = {each.user for each in Notification.objects.all()}
    assert told == {builders.liaison(visit.site), builders.office()}


def test_what_is_not_raised_stays_out(client, visit):
    report = signed(client, visit, view="left_out")
    assert not report.findings.exists()


def test_signed_on_paper(client, visit):
    picture = builders.upload("纸质签名.png")
    report = signed(client, visit, signature="", paper=picture)
    paper = VisitPaper.objects.get()
    assert report.paper_sha256 == paper.sha256
    assert report.signature == ""
    client.force_login(builders.liaison(visit.site))
    answer = client.get(url("visit_paper", paper.pk))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(member(visit))  # still marks blind
    assert client.get(url("visit_paper", paper.pk)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": ""},
        {"signature": "M1 1"},
        {"signature": 'M1 1L2 2"/><script>'},
        {"signature": "M1 1L2 2" * 3000},
        {"signature": "M1 1L2000 2"},
        {"signer_name": " "},
        {"signer_post": ""},
        {"present": ""},
        {"begun_at": "12:00"},
        {"begun_at": "25:00"},
        {"visited_on": "2008-04-09"},
        {"view": "contradicts", "words": ""},
        {"view": "perhaps"},
        {"paper": "both"},
        {"paper": "text", "signature": ""},
    ],
)
def test_refused(client, visit, wrong):
    files = {"both": builders.upload(), "text": builders.upload("a.png", b"not a picture")}
    if "paper" in wrong:
        wrong = wrong | {"paper": files[wrong["paper"]]}
    answer = post(client, visit, **wrong)
    assert answer.status_code == 422
    assert not VisitReport.objects.exists()
    assert not VisitPaper.objects.exists()


def test_only_who_leads_makes_it_while_the_round_is_open(client, visit):
    for person, status in (
        (member(visit), 403),
        (builders.office(), 403),
        (builders.liaison(visit.site), 403),
        (factories.user(Role.INSPECTOR), 404),
    ):
        assert post(client, visit, person).status_code == status
    recusals.recuse(user=leader(visit), site=visit.site, reason="示例", by=leader(visit))
    assert post(client, visit).status_code == 404
    assert not VisitReport.objects.exists()


def test_a_closed_round_takes_none(client, visit):
    report = signed(client, visit)
    visit.round.closed_on = datetime.date(2008, 4, 8)
    visit.round.save()
    assert post(client, visit).status_code == 403
    assert VisitReport.objects.get() == report


def may_read(client, report, person):
    client.force_login(person)
    listed = client.get(url("visit_reports", report.assessment.site_id))
    status = client.get(report.get_absolute_url()).status_code
    if listed.status_code == 200:
        assert (report in listed.context["reports"]) == (status == 200)
    return status == 200


def test_who_reads_it(client, visit):
    report = signed(client, visit)
    site = visit.site
    of_district, colleague = builders.district(site), member(visit)
    for person in (leader(visit), builders.liaison(site), builders.office(), builders.leader()):
        assert may_read(client, report, person), person.role
    outsiders = (factories.user(Role.INSPECTOR), factories.user(Role.LIAISON), factories.user(Role.AUDITOR))
    for person in (colleague, of_district, *outsiders):
        assert not may_read(client, report, person), person.role
    sheet = builders.own_sheet(visit, colleague)
    builders.fill(sheet, colleague, weak=2)
    sheets.submit_inspector_sheet(sheet=sheet, by=colleague)
    assert may_read(client, report, colleague)
    assert not may_read(client, report, of_district)
    own = builders.own_sheet(visit, leader(visit))
    sheets.submit_inspector_sheet(sheet=own, by=leader(visit))
    builders.sign(visit.sheets.get(role="final"))
    assert may_read(client, report, of_district)
    recusals.recuse(user=colleague, site=site, reason="示例", by=colleague)
    assert not may_read(client, report, colleague)


def test_what_was_signed_is_fixed(client, visit):
    report = signed(client, visit)
    for rows, field in ((VisitReport.objects.all(), "remarks"), (NotedFinding.objects.all(), "words")):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{field: "1"})
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete("default")
    report.remarks = "别的"
    assert not report.is_intact


def test_another_key_closes_the_signature_anew_and_changes_nothing_else(client, visit):
    report = signed(client, visit)
    VisitReport.objects.update(signature=STROKES)  # closed once more
    report.refresh_from_db()
    assert (report.signature, report.is_intact) == (STROKES, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitReport.objects.update(signature=STROKES, signer_name="别人")


def test_marks_written_later_change_nothing_of_it(client, visit):
    report = signed(client, visit)
    sheet = visit.sheets.get(author=leader(visit))
    score = visit_reports.noted(visit, leader(visit))[0]
    builders.mark(sheet, score.item, leader(visit), ScoreLevel.MET, version=score.version)
    assert report.findings.count() == 2
    assert VisitReport.objects.get().is_intact


def test_a_correction_is_a_new_report_that_names_the_former(client, visit):
    first = signed(client, visit)
    second = signed(client, visit, remarks="更正")
    assert second.corrects == first
    assert (
        "更正" not in client.get(first.get_absolute_url()).content.decode().split("<main")[1].split("<h2")[3]
    )
    assert second.get_absolute_url() in client.get(first.get_absolute_url()).content.decode()
    with pytest.raises(WorkflowError):
        sign(visit, corrects=first)
    with pytest.raises(WorkflowError):
        sign(visit, corrects=None)
    with pytest.raises(PermissionDenied):
        sign(visit, corrects=second, by=member(visit))


def sign(visit, corrects=None, by=None):
    filled = visit_reports.Filled(
        visited_on=datetime.date(2008, 4, 8),
        begun_at=datetime.time(9),
        ended_at=datetime.time(10),
        present="示例",
        signer_name="示例",
        signer_post="主任",
        signature=STROKES,
    )
    return visit_reports.sign(assessment=visit, filled=filled, corrects=corrects, by=by or leader(visit))


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": ""},
        {"begun_at": datetime.time(12)},
        {"signer_name": ""},
        {"digest": ""},
        {"corrects": None},
    ],
)
def test_the_database_holds_the_rules(visit, wrong):
    report = sign(visit)
    report.pk, report._state.adding, report.corrects = None, True, VisitReport.objects.get()
    for name, value in wrong.items():
        setattr(report, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        report.save()


def test_a_contradiction_has_words_in_the_database(visit):
    report, item = sign(visit), standard_items(visit.sheets.first())[0]
    for values in ({"view": "contradicts"}, {"view": "confirms", "gap": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NotedFinding.objects.create(report=report, item=item, **{"gap": "示例", **values})


def test_the_signature_lies_closed_and_is_not_in_the_trail(client, visit):
    report = signed(client, visit)
    with connection.cursor() as cursor:
        cursor.execute("SELECT signature FROM assessments_visitreport")
        assert "L30" not in cursor.fetchone()[0]
    entry = LogEntry.objects.get_for_object(report).get(action=LogEntry.Action.CREATE)
    assert STROKES not in str(entry.changes)


def test_the_ways_lead_there(client, visit):
    client.force_login(leader(visit))
    visit.assignment.visit_on = datetime.date(2008, 4, 8)
    visit.assignment.save()
    add = url("visit_report_add", visit.pk)
    assert add in client.get(reverse("assessments:route")).content.decode()
    report = signed(client, visit)
    ways = client.get(visit.site.get_absolute_url()).content.decode()
    assert url("visit_reports", visit.site_id) in ways
    assert add in client.get(report.get_absolute_url()).content.decode()
