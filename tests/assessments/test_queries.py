"""How many times the database is asked: few, and no more for thirty rows than for three."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.enums import RoundKind, SheetRole, SheetState, Verdict
from assessments.marks import standard_items
from assessments.models import Acceptance, Assessment, Assignment, Finding, Round, Score, Sheet
from assessments.services import draws
from assessments.services.evidence import add_evidence
from sites.enums import Stage
from standards.enums import Kind
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def asked(client, address, data=None, **headers) -> int:
    """Queries of one request; the statements that begin and end a transaction ask nothing."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address) if data is None else client.post(address, data, **headers)
    assert response.status_code in (200, 302)
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(frame) for query in captured)


def fill_round(kind, stage, count, team=None):
    """`count` sites at `stage` in the round of a kind, each with its sheets, finding and result."""
    team = team or builders.team(kind)
    people = builders.members(team)
    for _ in range(count):
        site = factories.site(stage)
        assessment = Assessment.objects.create(
            round=team.round, site=site, standard=team.round.standards.get(kind=site.kind)
        )
        Assignment.objects.create(
            assessment=assessment, team=team, assigned_by=builders.office(), assigned_on="2008-04-01"
        )
        for person in people:
            Sheet.objects.create(
                assessment=assessment,
                role=SheetRole.INSPECTOR,
                author=person,
                state=SheetState.SUBMITTED,
                submitted_on="2008-04-08",
            )
        Sheet.objects.create(
            assessment=assessment,
            role=SheetRole.FINAL,
            state=SheetState.SIGNED,
            signed_by=people[0],
            signed_on="2008-04-08",
            submitted_on="2008-04-08",
        )
        item = standard_items(assessment.sheets.first())[0]
        Finding.objects.create(
            assessment=assessment,
            item=item,
            points=0,
            reason="示例",
            opinion="示例",
            working_days=10,
            deadline="2008-04-30",
        )
        Acceptance.objects.create(
            assessment=assessment,
            standard_score=90,
            standard_maximum=100,
            appraisal_sample=60,
            appraisal_score=90,
            composite=90,
            working="90",
            recommendation=Verdict.PASS,
            opinion="示例",
            recommended_on="2008-05-07",
            recommended_by=builders.office(),
        )


def same_at_3_and_30(client, address, more) -> int:
    """`more(n)` adds n rows to the page at `address`; returns the number of queries, the same both times.

    The rail counts what waits anew after each writing, which is a question for it and not for the page.
    """
    counts = []
    for count in (3, 27):
        more(count)
        client.get(address)
        counts.append(asked(client, address))
    assert counts[0] == counts[1]
    return counts[0]


def test_round_list(client):
    def more(count):
        for _ in range(count):
            last = Round.objects.first() or builders.open_round(RoundKind.SELF)
            Round.objects.create(
                programme=last.programme,
                kind=RoundKind.RECHECK,
                ordinal=Round.objects.count() + 1,
                title="示例",
                rulebook=last.rulebook,
                opened_on="2008-01-01",
                due_on="2008-02-01",
                closed_on="2008-02-01",
                opened_by=builders.office(),
            )

    client.force_login(builders.office())
    assert same_at_3_and_30(client, url("rounds"), more) <= 12


def test_round_page(client):
    team = builders.team()
    client.force_login(builders.office())

    def more(count):
        fill_round(RoundKind.INSPECTION, Stage.SELF_ASSESSED, count, team)
        for _ in range(count):
            builders.building()

    assert same_at_3_and_30(client, url("round", team.round_id), more) <= 12


def test_draws_whether_held_or_not(client):
    """On their own page and on their round's."""
    team, office = builders.team(), builders.office()
    builders.building()
    client.force_login(office)

    def more(count):
        for _ in range(count):
            draws.abandon(draw=builders.waiting_draw(team), reason="示例", by=office)

    for address in (url("draws"), url("round", team.round_id)):
        assert same_at_3_and_30(client, address, more) <= 12


def test_my_sheets_of_an_inspector(client):
    team = builders.team()
    client.force_login(builders.members(team)[1])

    def more(count):
        fill_round(RoundKind.INSPECTION, Stage.SELF_ASSESSED, count, team)

    assert same_at_3_and_30(client, url("my_sheets"), more) <= 12


def test_my_sheets_of_a_liaison(client):
    unit = factories.unit()
    builders.open_round(RoundKind.SELF)

    def more(count):
        for _ in range(count):
            builders.self_sheet(builders.building(organisation=unit))

    more(1)
    client.force_login(builders.liaison(Assessment.objects.get().site))
    assert same_at_3_and_30(client, url("my_sheets"), more) <= 12


def test_rectification_list(client):
    team = builders.team()
    client.force_login(builders.office())

    def more(count):
        fill_round(RoundKind.INSPECTION, Stage.RECTIFYING, count, team)

    assert same_at_3_and_30(client, url("rectifications"), more) <= 12


def test_acceptance_list(client):
    team = builders.team(RoundKind.ACCEPTANCE)
    client.force_login(builders.office())

    def more(count):
        fill_round(RoundKind.ACCEPTANCE, Stage.RECTIFIED, count, team)

    for address in (url("acceptances"), url("acceptance_report"), url("acceptance_goals")):
        assert same_at_3_and_30(client, address, more) <= 12, address


@pytest.mark.parametrize("page", ["acceptance", "acceptance_items"])
def test_acceptance_page_whatever_the_site_has_behind_it(client, on, page):
    """Inspected and visited, then recommended as well."""
    on("2008-05-08")
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site, weak=1)
    client.force_login(builders.office())
    client.get(url(page, site.pk))
    assert asked(client, url(page, site.pk)) <= 12
    builders.recommended(site)
    client.get(url(page, site.pk))
    assert asked(client, url(page, site.pk)) <= 12


def test_rectification_page_whatever_the_findings(client, on):
    few, many = builders.building(), builders.building()
    builders.inspected(few, weak=3)
    builders.inspected(many, weak=30)
    for site in (few, many):
        builders.answered(site)
    client.force_login(builders.office())
    client.get(url("rectification", few.pk))
    count = asked(client, url("rectification", few.pk))
    assert count == asked(client, url("rectification", many.pk))
    assert count <= 12


def sheet_with_evidence(kind: str, files: int):
    site = builders.building(kind=kind)
    sheet = builders.self_sheet(site)
    for item in standard_items(sheet)[:files]:
        with builders.on("2008-03-20"):
            add_evidence(
                site=site,
                title="示例",
                files=[builders.upload(content=builders.PNG + f"{site.pk} {item.code}".encode())],
                pointers={item: ""},
                by=builders.liaison(site),
            )
    return sheet


@pytest.mark.parametrize("who", ["liaison", "inspector", "final"])
def test_sheet_page_whatever_the_items(client, on, who):
    """43 items or 68, evidence on one of them or on eight; begun, or whole."""
    counts = []
    for kind, files in ((Kind.GOVERNMENT_AFFAIRS, 1), (Kind.GOVERNMENT_AFFAIRS, 8), (Kind.SERVICE, 8)):
        sheet = sheet_with_evidence(kind, files)
        site, reader = sheet.assessment.site, builders.liaison(sheet.assessment.site)
        if who != "liaison":
            builders.self_assessed(site)
            final = builders.visited(site)
            reader = final.assessment.assignment.team.leader
            sheet = final if who == "final" else final.assessment.sheets.get(author=reader)
        client.force_login(reader)
        client.get(url("sheet", sheet.pk))
        counts.append(asked(client, url("sheet", sheet.pk)))
    assert len(set(counts)) == 1
    assert counts[0] <= 12


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_saving_one_score(client, on, headers):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    person = builders.members(assessment.assignment.team)[0]
    sheet = builders.own_sheet(assessment, person)
    item = standard_items(sheet)[0]
    client.force_login(person)
    on("2008-04-08")
    address = url("score", sheet.pk, item.pk)
    ContentType.objects.get_for_model(Score)  # the trail asks for it once a process
    assert asked(client, address, {"level": "met", "version": 0}, **headers) <= 8
    assert asked(client, address, {"level": "unmet", "reason": "示例", "version": 1}, **headers) <= 8
    assert sheet.scores.get().version == 2
