"""体检 of a sheet: what is found, what keeps it open, where each remark leads."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import Check, ScoreLevel, SheetRole, SheetState
from assessments.marks import standard_items
from assessments.models import EvidenceLink, Score
from assessments.pages.sheet import open_sheet
from assessments.services import not_due, scores, sheets
from assessments.services.evidence import add_evidence
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import confirmed
from tests.assessments.test_queries import asked

pytestmark = pytest.mark.django_db

OUTSIDERS = (Role.INSPECTOR, Role.DISTRICT, Role.AUDITOR)


@pytest.fixture
def sheet(on):
    on("2008-03-20")
    return builders.self_sheet(builders.building())


@pytest.fixture
def author(sheet):
    return builders.liaison(sheet.assessment.site)


@pytest.fixture
def full(sheet, author):
    """Every item met, none shown."""
    builders.fill(sheet, author)
    return sheet


def found(sheet, reader, check=None):
    """The codes of the items with a remark, by what is wrong; or of one kind alone."""
    by_check = {}
    for remark in open_sheet(sheet, reader).checkup.remarks:
        by_check.setdefault(remark.check, []).append(remark.item.code)
    return by_check if check is None else by_check.get(check, [])


def remark(sheet, reader, check):
    (one,) = [each for each in open_sheet(sheet, reader).checkup.remarks if each.check == check]
    return one


def show(sheet, author, *items, content=b"", **more):
    files = [] if "urls" in more else [builders.upload(content=builders.drawing() + content)]
    return add_evidence(
        site=sheet.assessment.site,
        title="示例材料",
        files=files,
        pointers=dict.fromkeys(items, ""),
        by=author,
        **more,
    )


def stored(sheet, item, level, **more):
    """A mark as somebody wrote it, without the form."""
    Score.objects.filter(sheet=sheet, item=item).update(
        level=level, **{"points": 0, "reason": "示例原因", **more}
    )


def test_empty_sheet_misses_every_item(sheet, author):
    every = [item.code for item in standard_items(sheet)]

    assert found(sheet, author) == {Check.UNANSWERED: every}
    assert [check for check, _remarks in open_sheet(sheet, author).checkup.musts] == [Check.UNANSWERED]


def test_remark_leads_to_its_item(sheet, author):
    item = standard_items(sheet)[-1]
    last = open_sheet(sheet, author).checkup.remarks[-1]

    assert last.url == f"{sheet.get_absolute_url()}?section={item.section.ordinal}#item-{item.code}"


def test_full_marks_without_evidence(full, author):
    shown, *others = standard_items(full)
    show(full, author, shown)

    assert found(full, author) == {Check.NO_EVIDENCE: [item.code for item in others]}
    assert open_sheet(full, author).checkup.musts == []


def test_unit_cannot_lean_on_what_a_team_has_filed_but_the_team_can(on):
    site = builders.building()
    own = builders.self_assessed(site)
    assessment = builders.assigned(site)
    person = builders.members(assessment.assignment.team)[0]
    sheet = builders.own_sheet(assessment, person)
    on("2008-04-08")
    builders.fill(sheet, person)
    item = standard_items(sheet)[0]
    show(sheet, person, item, assessment=assessment)

    assert item.code not in found(sheet, person, Check.NO_EVIDENCE)
    assert item.code in found(own, builders.office(), Check.NO_EVIDENCE)


def test_below_full_marks_nothing_must_be_shown(full, author):
    items = standard_items(full)
    for item in items:
        stored(full, item, ScoreLevel.UNMET)

    assert found(full, author) == {}


def test_mark_that_came_without_a_reason(full, author):
    item = standard_items(full)[0]
    stored(full, item, ScoreLevel.UNMET, reason=" ")

    assert found(full, author, Check.NO_REASON) == [item.code]
    assert Check.NO_REASON in Check.MUST


def test_evidence_older_than_the_programme(full, author, english):
    first, second, third = standard_items(full)[:3]
    issued = full.assessment.site.programme.issued_on
    show(full, author, first, taken_on=issued - datetime.timedelta(days=1))
    show(full, author, second, content=b"2", taken_on=issued)
    show(full, author, third, content=b"3")

    old = remark(full, author, Check.OLD_EVIDENCE)
    assert old.item == first
    assert "示例材料" in old.detail
    assert "the programme was issued on" in old.detail


def test_evidence_that_shows_several_items_is_told_once(full, author):
    first, second = standard_items(full)[:2]
    show(full, author, second, first, taken_on=datetime.date(2005, 1, 1))

    assert found(full, author, Check.OLD_EVIDENCE) == [first.code]


def test_dead_link(full, author):
    first, second = standard_items(full)[:2]
    for item in (first, second):
        show(full, author, item, urls=[f"https://example.org/{item.code}"])
    EvidenceLink.objects.filter(url__endswith=first.code).update(problem="404")

    dead = remark(full, author, Check.DEAD_LINK)
    assert dead.item == first
    assert "404" in dead.detail


def test_evidence_replaced_since_says_nothing(full, author):
    item = standard_items(full)[0]
    old = show(full, author, item, taken_on=datetime.date(2005, 1, 1))
    show(full, author, item, content=b"new", taken_on=datetime.date(2008, 3, 1), replaces=old)

    assert found(full, author, Check.OLD_EVIDENCE) == []


def test_evidence_of_another_site_shows_nothing_here(full, author):
    other = builders.building()
    item = standard_items(full)[0]
    add_evidence(
        site=other,
        title="示例",
        files=[builders.upload()],
        pointers={item: ""},
        by=builders.liaison(other),
    )

    assert item.code in found(full, author, Check.NO_EVIDENCE)


@pytest.mark.parametrize(
    ("level", "shown", "doubted"),
    [
        (ScoreLevel.PARTLY, False, True),
        (ScoreLevel.UNMET, True, True),
        (ScoreLevel.UNMET, False, False),
        (ScoreLevel.MET, True, False),
    ],
)
def test_points_off_where_either_form_is_enough(full, author, level, shown, doubted):
    item = next(item for item in standard_items(full) if item.either_or)
    if level != ScoreLevel.MET:
        stored(full, item, level, points=1 if level == ScoreLevel.PARTLY else 0)
    if shown:
        show(full, author, item)

    assert found(full, author, Check.EITHER_OR) == ([item.code] if doubted else [])
    assert Check.EITHER_OR not in Check.MUST


def test_inapplicable_keeps_a_final_sheet_open_until_the_office_agrees(final):
    lead = final.assessment.assignment.team.leader
    item = next(item for item in standard_items(final) if item.may_be_inapplicable)
    stored(final, item, ScoreLevel.INAPPLICABLE, consented_by=None)

    assert found(final, lead, Check.NOT_CONSENTED) == [item.code]
    scores.consent_inapplicable(score=final.scores.get(item=item), by=builders.office())
    assert found(final, lead, Check.NOT_CONSENTED) == []


def test_inapplicable_on_a_members_own_sheet_needs_no_consent_yet(final):
    own = final.assessment.sheets.filter(role=SheetRole.INSPECTOR).first()
    item = next(item for item in standard_items(own) if item.may_be_inapplicable)
    stored(own, item, ScoreLevel.INAPPLICABLE)

    assert found(own, own.author, Check.NOT_CONSENTED) == []


def test_disputed_item_is_told_as_disputed_and_not_as_unanswered(final):
    item = standard_items(final)[0]
    final.scores.filter(item=item).delete()
    final.deliberations.create(item=item, gap=50, opened_on="2008-04-08")
    lead = final.assessment.assignment.team.leader

    assert found(final, lead, Check.DISPUTED) == [item.code]
    assert found(final, lead, Check.UNANSWERED) == []
    final.deliberations.update(settled_on="2008-04-09")
    assert found(final, lead, Check.UNANSWERED) == [item.code]


def test_what_is_not_due_is_passed_over(sheet, author):
    items = standard_items(sheet)[:2]
    show(sheet, author, items[0], taken_on=datetime.date(2005, 1, 1))
    not_due.declare(round=sheet.assessment.round, items=items, reason="示例", by=builders.office())

    codes = {code for of_kind in found(sheet, author).values() for code in of_kind}
    assert codes.isdisjoint(item.code for item in items)


# -- on the pages --------------------------------------------------------------


def url(name, sheet):
    return reverse(f"assessments:{name}", args=[sheet.pk])


def test_submitting_waits_for_what_must_be_mended(client, sheet, author, english):
    client.force_login(author)
    builders.fill(sheet, author)
    last = standard_items(sheet)[-1]
    sheet.scores.filter(item=last).delete()

    page = client.get(url("sheet_submit", sheet)).content.decode()

    assert "To be fixed first" in page
    assert f"#item-{last.code}" in page
    assert "After submitting the sheet can no longer be changed." not in page
    assert client.post(url("sheet_submit", sheet)).status_code == 422
    sheet.refresh_from_db()
    assert sheet.state == SheetState.DRAFT


def test_what_is_merely_odd_keeps_nobody_from_submitting(client, full, author, english):
    client.force_login(author)

    page = client.get(url("sheet_submit", full)).content.decode()
    assert "Full marks without evidence" in page
    assert "After submitting the sheet can no longer be changed." in page

    client.post(url("sheet_submit", full), confirmed(full))
    full.refresh_from_db()
    assert full.state == SheetState.SUBMITTED


def test_own_page_of_the_checkup(client, full, author, english):
    client.force_login(author)
    show(full, author, *standard_items(full))

    page = client.get(url("sheet_checkup", full)).content.decode()

    assert "The check-up finds nothing missing and nothing odd." in page
    assert url("sheet_submit", full) in page


def test_signing_shows_the_checkup(client, final, english):
    client.force_login(final.assessment.assignment.team.leader)

    assert "Full marks without evidence" in client.get(url("sheet_sign", final)).content.decode()


@pytest.mark.parametrize("name", ["sheet_checkup", "sheet_working"])
def test_seen_by_whoever_sees_the_sheet(client, final, name):
    own = final.assessment.sheets.filter(role=SheetRole.INSPECTOR).first()
    assert client.get(url(name, own)).status_code == 302
    for person in (builders.office(), builders.leader(), own.author):
        client.force_login(person)
        assert client.get(url(name, own)).status_code == 200
    for stranger in (builders.liaison(final.assessment.site), *map(factories.user, OUTSIDERS)):
        client.force_login(stranger)
        assert client.get(url(name, own)).status_code == 404


@pytest.mark.parametrize("name", ["sheet_checkup", "sheet_working", "sheet_submit"])
def test_asks_the_same_whatever_was_filed(client, full, author, name):
    client.force_login(author)
    items = standard_items(full)
    show(full, author, items[0])
    client.get(url(name, full))
    few = asked(client, url(name, full))
    for number, item in enumerate(items[1:12]):
        show(full, author, item, content=str(number).encode())
    client.get(url(name, full))

    assert asked(client, url(name, full)) == few
    # Nine are the desk's own; evidence, its files, its links and what strikes one about them are five.
    assert few <= {"sheet_working": 12, "sheet_checkup": 15, "sheet_submit": 16}[name]


def test_submitted_sheet_can_still_be_looked_through(client, full, author):
    sheets.submit_self_assessment(sheet=full, by=author, without_evidence=sheets.unshown(full))
    client.force_login(author)

    page = client.get(url("sheet_checkup", full))
    assert str(full.assessment.site) in page.content.decode()
    assert f'href="{url("sheet_submit", full)}"' not in page.content.decode()
