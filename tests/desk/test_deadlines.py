"""The list of deadlines: what stands on it for whom, how it was counted, who moved it, and what it costs."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Organisation
from assessments.enums import RoundKind
from assessments.services import rectification, recusals
from desk.deadlines import Deadline, NarrowedRows, Narrowing, last_days, open_rows, read
from desk.lights import lights_of
from desk.todo import Work
from documents.models import Document
from sites.deadlines import DEADLINES, OPEN_DATES, OpenDate
from sites.enums import FilingState, Level, Stage
from sites.models import Filing, Measure, Programme
from sites.services import extend_phase
from tests import factories
from tests.assessments import builders
from tests.desk import due
from tests.publicity import scene

pytestmark = pytest.mark.django_db
PAGE = "/desk/deadlines/"


def rows(reader=None, *kinds) -> list[OpenDate]:
    wanted = [kind for kind in DEADLINES if not kinds or kind.key in kinds]
    return OPEN_DATES.rows(open_rows(programme=Programme.objects.current(), reader=reader, kinds=wanted))


def deadlines(reader=None, *kinds) -> list[Deadline]:
    return read(rows(reader, *kinds), Programme.objects.current())


def kinds(reader) -> set[str]:
    return {row.kind for row in rows(reader)} - {"list"}


def prolonged(ordinal: int, to: str) -> None:
    phase = Programme.objects.current().phases.get(ordinal=ordinal)
    extend_phase(
        phase=phase,
        previous_end=phase.last_day,
        new_end=due.day(to),
        reason="示例延期理由",
        asked_by="示例",
        by=builders.office(),
    )


# -- what is due --------------------------------------------------------------------------------------------


def test_every_body_that_owes_a_list_has_the_phases_last_day():
    found = rows(None, "list")
    assert {row.due_on for row in found} == {due.day("2008-01-31")}
    assert sorted(row.about for row in found) == sorted(
        [
            *(unit.organisation.name for unit in factories.programme().designated_units.all()),
            *(one.name for one in Organisation.objects.districts()),
        ]
    )
    assert len({row.key for row in found}) == len(found)


def test_list_that_is_begun_is_due_until_it_is_filed():
    unit = factories.programme().designated_units.get(ordinal=2).organisation
    begun = factories.filing(unit)
    (line,) = [one for one in deadlines(None, "list") if one.row.filing == begun.pk]
    assert line.url_for(Role.OFFICE) == begun.get_absolute_url()
    Filing.objects.update(state=FilingState.FILED, filed_on="2008-01-10")
    assert unit.name not in {row.about for row in rows(None, "list")}


def test_list_that_is_not_begun_leads_its_people_to_where_they_begin_it():
    line = deadlines(None, "list")[0]
    assert line.url_for(Role.LIAISON) == "/desk/filings/mine/"
    assert line.url_for(Role.OFFICE) == "/desk/filings/"


def test_plans_are_due_of_determined_sites_and_of_districts_without_one():
    site = due.district_site(Stage.DETERMINED)
    assert {row.key for row in rows(None, "plan")} == {f"site-{site.pk}", f"list-{site.filing_id}"}
    due.measure(site, "2008-03-01")
    due.measure(site.filing, "2008-03-01")
    assert rows(None, "plan") == []


def test_self_assessment_is_due_by_the_round_or_the_phase(on):
    site = builders.building()
    liaison = factories.user(Role.LIAISON, site.organisation)
    (line,) = deadlines(None, "self_assessment")
    assert line.due_on == due.day("2008-04-30")
    assert "2008年4月30日" in line.counted
    assert [[todo.due for todo in Work(one).todos] for one in (liaison, builders.office())] == [
        [],
        [line.due_on],  # it opens the round first
    ]
    builders.open_round(RoundKind.SELF)
    (line,) = deadlines(None, "self_assessment")
    assert line.due_on == due.day("2008-06-30")
    assert [todo.due for todo in Work(liaison).todos] == [line.due_on]


@pytest.mark.parametrize("stage", [Stage.WITHDRAWN, Stage.REVOKED])
def test_nothing_is_due_of_a_site_that_is_off_the_road(stage):
    site = factories.site(Stage.BUILDING)
    due.measure(site, "2008-03-01")
    type(site).objects.update(stage=stage)
    assert {row.kind for row in rows()} == {"list"}


def test_nothing_of_an_earlier_programme_is_due_by_its_phases():
    due.measure(factories.site(Stage.BUILDING), "2008-03-01")
    factories.site(Stage.DETERMINED)
    Programme.objects.update(is_current=False)
    assert rows() == []


def test_row_says_in_which_district_it_is():
    site = due.district_site(Stage.BUILDING)
    city = factories.site(Stage.BUILDING)
    for owner in (site, city, site.filing):
        due.measure(owner, "2008-03-01")
    name = site.filing.organisation.short_name
    found = {row.about: row.district for row in rows(None, "measure")}
    assert found == {
        site.window_name: name,
        site.filing.organisation.name: name,
        city.window_name: None,
    }


# -- how it was counted, who moved it -----------------------------------------------------------------------


def test_phase_is_told_with_its_extensions_who_when_why():
    factories.site(Stage.DETERMINED)
    prolonged(2, "2008-04-11")
    (line,) = deadlines(None, "plan")
    assert line.due_on == due.day("2008-04-11")
    assert "2008年4月11日" in line.counted
    (moved,) = line.moved
    assert (moved.by, moved.on) == (builders.office(), due.day("2008-01-10"))
    assert "示例延期理由" in moved.text


def test_extended_finding_says_so_and_the_others_do_not():
    site = builders.building()
    builders.inspected(site)
    with builders.on("2008-04-17"):
        rectification.extend(
            finding=builders.findings(site)[0], working_days=3, reason="示例理由", by=builders.office()
        )
    first, second = deadlines(None, "rectification")
    assert (first.row.n, list(first.moved)) == (1, [])
    assert first.counted.startswith("自2008年4月8日起")
    assert [one.text for one in second.moved] == ["由2008年4月22日延至2008年4月25日：示例理由"]


def test_counted_days_are_those_on_record():
    warning, letter = due.warned(), due.letter()
    assert {line.kind.key: line.counted for line in deadlines(None, "warning", "objection")} == {
        "warning": warning.counted,
        "objection": letter.counted,
    }


# -- who may know -------------------------------------------------------------------------------------------


@pytest.fixture
def all_kinds(on):
    """A district's site with a date of every kind but its list and plan; dates of other sites besides."""
    on("2008-05-20")
    site = due.district_site(Stage.BUILDING)
    builders.self_assessed(site)
    site.refresh_from_db()
    builders.assigned(site)
    due.measure(site, "2008-04-30")
    due.letter(scene.accepted()[0])
    due.recheck("2008-06-20")
    due.warned(scene.accepted()[0])
    return site


def test_city_sees_all(all_kinds):
    seen = {"measure", "plan", "receipt", "inspection", "objection", "warning", "recheck"}
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        assert kinds(factories.user(role)) == seen


def test_district_sees_its_own_sites_without_teams_and_letters(all_kinds):
    assert kinds(due.district_clerk(all_kinds.filing)) == {"measure", "plan"}
    other = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    assert kinds(other) == set()


def test_unit_sees_its_own_without_teams_rechecks_and_letters(all_kinds):
    assert kinds(builders.liaison(all_kinds)) == {"measure"}
    named, warned = (due.Site.objects.get(stage=stage) for stage in (Stage.NAMED, Stage.WARNED))
    assert kinds(factories.liaison_of(named)) == {"receipt"}
    assert kinds(factories.liaison_of(warned)) == {"receipt", "warning"}
    letter = due.Site.objects.get(objections__isnull=False)
    assert kinds(factories.liaison_of(letter)) == set()
    of_letter_district = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    assert "objection" not in kinds(of_letter_district)


def test_inspector_sees_the_own_missing_sheet_alone(all_kinds):
    visit = all_kinds.assessments.get(round__kind=RoundKind.INSPECTION)
    member = builders.members(visit.assignment.team)[0]
    assert kinds(member) == {"inspection", "measure"}
    assert kinds(factories.user(Role.INSPECTOR)) == set()


def test_recusal_takes_everything_away_but_what_everybody_may_read(all_kinds):
    office = factories.user(Role.OFFICE)
    for site in due.Site.objects.all():
        recusals.recuse(user=office, site=site, reason="示例")
    assert kinds(office) == {"receipt"}
    papers = Document.objects.filter(pk__in=[row.spot for row in rows(office, "receipt")])
    assert {paper.is_public for paper in papers} == {True}
    Document.objects.update(is_public=False)
    assert kinds(office) == set()


def test_list_with_a_site_one_stood_aside_from_is_not_shown():
    site = factories.site(Stage.DRAFT, level=Level.DISTRICT)
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=site, reason="示例")
    key = f"district-{site.filing.organisation_id}"
    assert key not in {row.key for row in rows(office, "list")}
    assert key in {row.key for row in rows(None, "list")}


def test_letter_leads_the_city_to_it_and_whoever_looks_into_it():
    letter = due.letter()
    (line,) = deadlines(factories.user(Role.LEADING_GROUP), "objection")
    for role in (Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR):
        assert line.url_for(role) == letter.get_absolute_url()


# -- the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE, 200),
        (Role.LEADING_GROUP, 200),
        (Role.DISTRICT, 200),
        (Role.INSPECTOR, 200),
        (Role.LIAISON, 200),
        (Role.AUDITOR, 403),
    ],
)
def test_who_reads_the_page(client, role, status):
    scene.sign_in(client, role)
    assert client.get(PAGE).status_code == status


def test_page_asks_strangers_to_sign_in(client):
    assert client.get(PAGE).status_code == 302


def test_page_shows_dates_with_light_distance_and_how_they_were_counted(client, english, on):
    on("2008-04-28")
    site = due.district_site(Stage.BUILDING)
    for day, text in (("2008-04-25", "late"), ("2008-04-30", "soon"), ("2008-06-30", "far")):
        due.measure(site, day, text)
    builders.open_round(RoundKind.SELF)
    scene.sign_in(client, Role.OFFICE)
    html = client.get(PAGE, {"kind": "measure"}).content.decode()
    places = [html.index(word) for word in ("late”", "soon”", "far”")]
    assert places == sorted(places)
    for words in ("1 working day overdue", "2 working days left", "as the agreed work plan says"):
        assert words in html
    assert [
        len(client.get(PAGE, {"kind": "measure", "light": one}).context["lines"])
        for one in ("red", "yellow", "green")
    ] == [1, 1, 1]


def test_page_is_narrowed_by_district_and_kind(client):
    site = due.district_site(Stage.BUILDING)
    due.measure(site, "2008-03-01")
    due.measure(factories.site(Stage.BUILDING), "2008-03-01")
    scene.sign_in(client, Role.OFFICE)
    here = client.get(PAGE, {"kind": "measure", "district": site.filing.organisation_id}).context["lines"]
    assert [line.deadline.about for line in here] == [site.window_name]
    other = client.get(PAGE, {"kind": "measure", "district": factories.district("乌达").pk})
    assert list(other.context["lines"]) == []
    assert client.get(PAGE, {"kind": "nonsense", "light": "blue", "district": "x"}).status_code == 200


def test_words_of_the_record_are_marked_as_chinese(client, english, on):
    on("2008-04-10")
    builders.inspected(builders.building())
    factories.site(Stage.DETERMINED)
    scene.sign_in(client, Role.OFFICE)
    recorded = '<p lang="zh-Hans">自2008年4月8日起'
    assert recorded in client.get(PAGE, {"kind": "rectification"}).content.decode()
    assert '<p lang="zh-Hans">' not in client.get(PAGE, {"kind": "plan"}).content.decode()


def test_findings_are_narrowed_as_everything_else(client, on):
    on("2008-04-10")
    site = builders.building(level=Level.DISTRICT)
    builders.inspected(site)
    scene.sign_in(client, Role.OFFICE)
    wanted = {"kind": "rectification", "light": "green", "district": site.filing.organisation_id}
    (line,) = client.get(PAGE, wanted).context["lines"]
    assert line.deadline.row.n == 2
    for other in ({"light": "red"}, {"district": factories.district("乌达").pk}):
        assert list(client.get(PAGE, wanted | other).context["lines"]) == []


def test_districts_filter_offers_neither_districts_nor_letters(client):
    site = due.district_site(Stage.BUILDING)
    client.force_login(due.district_clerk(site.filing))
    form = client.get(PAGE).context["filter"]
    assert list(form.fields) == ["kind", "light"]
    assert "objection" not in dict(form.fields["kind"].choices)


def test_page_before_the_plan_is_loaded_is_empty(client):
    scene.sign_in(client, Role.OFFICE)
    Programme.objects.update(is_current=False)
    assert list(client.get(PAGE).context["lines"]) == []


def test_export_has_every_line_with_its_extensions(client):
    site = due.district_site(Stage.BUILDING)
    for _each in range(60):
        due.measure(site, "2008-03-01", "=1+1")
    factories.site(Stage.DETERMINED)
    prolonged(2, "2008-04-11")
    scene.sign_in(client, Role.OFFICE)
    assert len(client.get(PAGE).context["lines"]) == 50
    answer = client.get(PAGE, {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    table = list(sheet.iter_rows(values_only=True))
    assert len(table) == 1 + len(rows())
    assert any("示例延期理由" in (row[9] or "") for row in table[1:])


def test_pages_together_are_the_whole_list_in_its_order():
    for _ in range(11):
        factories.site(stage=Stage.DETERMINED)
        factories.site(stage=Stage.BUILDING)
    reader, programme = factories.user(Role.OFFICE), Programme.objects.current()
    found = NarrowedRows(
        Narrowing(),
        user=reader,
        programme=programme.pk,
        last_days=last_days(programme),
        lights=lights_of(programme),
        district=None,
    )
    whole = list(found.all())
    assert len(whole) > 22
    assert [row for start in range(0, len(whole), 3) for row in found[start : start + 3]] == whole
    assert found[:5] + found[5:] == whole
    assert (found.count_to(5), found.count_to(1000)) == (5, len(whole))


def test_dates_of_one_day_stand_by_number():
    sites = [factories.site(stage=Stage.BUILDING) for _ in range(12)]
    assert [row.site for row in rows(None, "self_assessment")] == [site.pk for site in sites]


def test_page_costs_the_same_however_much_is_due(client, on):
    on("2008-02-20")
    scene.sign_in(client, Role.OFFICE)
    costs = []
    for number in (3, 27):
        for _each in range(number):
            due.measure(factories.site(Stage.BUILDING), "2008-06-01")
            factories.site(Stage.DETERMINED)
        builders.inspected(builders.building())
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))
    assert Measure.objects.count() == 30
    assert costs[0] == costs[1] <= 12
