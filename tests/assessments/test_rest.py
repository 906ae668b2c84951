"""The rest of a section of a self-assessment is met: at one press, told which, and back again."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assessments.enums import Check, RoundKind, ScoreLevel, Together
from assessments.marks import standard_items
from assessments.models import NotDue, Score, ScoreEntry
from assessments.services import rest, scores, sheets, together
from sites.calendar import today
from sites.enums import Action
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return builders.building(kind=Kind.SERVICE)


def items_of(item):
    return list(item.section.items.all())


def met(sheet, item, by=None):
    return rest.meet_rest(sheet=sheet, section=item.section, by=by or builders.liaison(sheet.assessment.site))


def undo(sheet, item, by=None):
    by = by or builders.liaison(sheet.assessment.site)
    return together.undo(sheet=sheet, press=Together.REST, section=item.section, by=by)


def test_what_is_unmarked_in_the_section_gets_full_marks(sheet, item):
    by = builders.liaison(sheet.assessment.site)
    builders.mark(sheet, item, by, ScoreLevel.UNMET)
    others = [each for each in items_of(item) if each != item]
    assert met(sheet, item) == others
    stored = {score.item: score for score in sheet.scores.all()}
    assert set(stored) == {item, *others}
    assert all(
        stored[each].points == each.points and stored[each].together == Together.REST for each in others
    )
    assert stored[item].level == ScoreLevel.UNMET
    assert not stored[item].together
    assert met(sheet, item) == []


def test_what_is_not_due_gets_no_mark(sheet, item):
    NotDue.objects.create(
        round=sheet.assessment.round,
        item=item,
        reason="示例",
        decided_by=builders.office(),
        decided_on="2008-03-20",
    )
    assert item not in met(sheet, item)
    assert not sheet.scores.filter(item=item).exists()


def test_taken_back_it_is_unmarked_again_and_what_was_written_since_stays(sheet, item):
    by = builders.liaison(sheet.assessment.site)
    met(sheet, item)
    builders.mark(sheet, item, by, ScoreLevel.PARTLY, version=1)
    assert not sheet.scores.get(item=item).together
    assert undo(sheet, item) == [each for each in items_of(item) if each != item]
    assert list(sheet.scores.values_list("item", flat=True)) == [item.pk]
    assert ScoreEntry.objects.filter(sheet=sheet).count() == len(items_of(item)) + 1


def test_marked_again_after_it_was_taken_back(sheet, item):
    by = builders.liaison(sheet.assessment.site)
    met(sheet, item)
    undo(sheet, item)
    values = {"level": ScoreLevel.MET, "points": None, "reason": "", "version": 0, "by": by}
    assert scores.save_score(sheet=sheet, item=item, **values) == 2
    assert sheet.scores.get(item=item).version == 2
    assert scores.save_score(sheet=sheet, item=item, **values) == 2  # sent twice
    assert [each.version for each in ScoreEntry.objects.filter(sheet=sheet, item=item)] == [1, 2]
    met(sheet, item)
    undo(sheet, item)
    assert sheet.scores.get().item == item


def test_on_the_page_it_is_told_which(client, sheet, liaison, item):
    answer = client.post(url("meet_rest", sheet.pk, item.section_id))
    page = client.get(answer.url).content.decode()
    codes = " ".join(each.code for each in items_of(item))
    assert codes in page
    assert url("undo_rest", sheet.pk, item.section_id) in page
    assert url("undo_rest", sheet.pk, item.section_id) in client.get(url("pocket", sheet.pk)).content.decode()
    client.post(url("undo_rest", sheet.pk, item.section_id))
    assert not sheet.scores.exists()
    page = client.get(url("pocket", sheet.pk)).content.decode()
    assert url("meet_rest", sheet.pk, item.section_id) in page


def test_only_the_unit_and_only_before_it_submits(client, sheet, item):
    for person in (builders.office(), builders.leader()):
        with pytest.raises(PermissionDenied):
            met(sheet, item, by=person)
    client.force_login(factories.liaison_of(builders.building()))
    assert client.post(url("meet_rest", sheet.pk, item.section_id)).status_code == 404
    by = builders.liaison(sheet.assessment.site)
    met(sheet, item)
    for each in standard_items(sheet):
        met(sheet, each)
    sheets.submit_self_assessment(sheet=sheet, by=by, without_evidence=sheets.unshown(sheet))
    for act in (met, undo):
        with pytest.raises(InvalidTransition):
            act(sheet, item)
    assert sheet.scores.filter(together=Together.REST).exists()


def test_a_section_of_another_standard_is_not_found(client, sheet, liaison):
    other = builders.self_sheet(builders.building(kind=Kind.GOVERNMENT_AFFAIRS))
    section = standard_items(other)[0].section_id
    assert client.post(url("meet_rest", sheet.pk, section)).status_code == 404


def test_an_inspector_marks_each_item_alone(client, site, item, sheet):
    builders.fill(sheet, builders.liaison(site))
    sheets.submit_self_assessment(
        sheet=sheet, by=builders.liaison(site), without_evidence=sheets.unshown(sheet)
    )
    site.refresh_from_db()
    assessment = builders.assigned(site)
    person = assessment.assignment.team.leader
    own = builders.own_sheet(assessment, person)
    assert assessment.round.kind == RoundKind.INSPECTION
    client.force_login(person)
    assert client.post(url("meet_rest", own.pk, item.section_id)).status_code == 403
    assert "meet_rest" not in client.get(url("pocket", own.pk)).content.decode()
    assert not own.scores.exists()


def test_the_database_knows_that_it_is_met(sheet, item):
    met(sheet, item)
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.filter(item=item).update(level=ScoreLevel.PARTLY, reason="示例", points=0)


# -- full marks without evidence ---------------------------------------------------


@pytest.fixture
def full(sheet, liaison):
    builders.fill(sheet, liaison)
    return sheet


def listed(client, sheet):
    return client.get(url("sheet_submit", sheet.pk)).context["form"].unshown


def submitted(client, sheet, **body):
    return client.post(url("sheet_submit", sheet.pk), body)


def test_full_marks_without_evidence_are_confirmed_in_one_list(client, full, item):
    site = full.assessment.site
    builders.filed(site, builders.upload(), pointers={item: ""})
    shown = listed(client, full)
    assert item not in shown
    assert len(shown) == full.scores.count() - 1
    answer = submitted(client, full)
    assert answer.status_code == 422
    assert shown[0].code in str(answer.context["form"].errors["confirmed"])
    full.refresh_from_db()
    assert full.is_draft
    keys = [each.pk for each in shown]
    assert submitted(client, full, seen=keys).status_code == 422  # shown and not confirmed
    assert submitted(client, full, seen=keys[1:], confirmed="on").status_code == 422  # one came since
    answer = submitted(client, full, seen=keys, confirmed="on")
    assert answer.url == full.get_absolute_url()

    # Who confirmed which, and when, stays in the site's history.
    step = site.history.get(action=Action.SUBMIT_SELF_ASSESSMENT)
    assert (step.by, step.on) == (builders.liaison(site), today())
    assert f"{len(shown)}项" in step.note
    assert step.note.endswith("、".join(each.code for each in shown))
    assert item.code not in step.note.split("：")[1].split("、")


def test_where_everything_is_shown_nothing_is_asked(client, full):
    builders.filed(full.assessment.site, builders.upload(), pointers=dict.fromkeys(standard_items(full), ""))
    page = client.get(url("sheet_submit", full.pk))
    assert "confirmed" not in page.context["form"].fields
    assert submitted(client, full).url == full.get_absolute_url()
    assert full.assessment.site.history.get(action=Action.SUBMIT_SELF_ASSESSMENT).note == ""


def test_the_list_that_is_confirmed_stands_once_on_the_page(client, full):
    page = client.get(url("sheet_submit", full.pk))
    assert page.context["form"].unshown
    assert Check.NO_EVIDENCE not in {remark.check for remark in page.context["checkup"].remarks}


def test_what_an_inspector_took_on_site_shows_nothing_for_the_unit(full, item):
    with pytest.raises(ValidationError) as error:
        sheets.submit_self_assessment(sheet=full, by=builders.liaison(full.assessment.site))
    assert item.code in str(error.value)


def test_items_below_full_marks_are_not_listed(client, full, item):
    builders.mark(full, item, builders.liaison(full.assessment.site), ScoreLevel.UNMET, version=1)
    assert item not in listed(client, full)
