"""Practice: made from an agreed sheet without names, marked alone, compared; outside of all else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.enums import Role
from assessments.agreement import Share
from assessments.models import PracticeAnswer, PracticeMark, PracticeRun, PracticeSheet, Score, Sheet
from assessments.services import practice
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(site, on):
    """A signed sheet with two items below full marks; what was written there names people and a number."""
    builders.self_assessed(site)
    final = builders.visited(site, weak=2)
    on("2008-04-08")
    liaison = builders.liaison(site)
    member = builders.members(final.assessment.assignment.team)[1]
    words = f"{site.organisation.name}{liaison.name}（0473-2012345）称由{member.name}代填"
    final.scores.filter(level="partly").update(reason=words)
    builders.sign(final)
    return Sheet.objects.get(pk=final.pk)


@pytest.fixture
def office():
    return builders.office()


@pytest.fixture
def inspector():
    return factories.user(Role.INSPECTOR)


@pytest.fixture
def sheet(source, office):
    made = practice.copy(source=source, title="甲单位", by=office)
    PracticeMark.objects.filter(sheet=made, found="").update(found="示例情况")
    return made


@pytest.fixture
def released(sheet, office):
    practice.release(sheet=sheet, by=office)
    sheet.refresh_from_db()
    return sheet


def fill(run, **levels):
    """Every item met, but for those named by code."""
    for mark in run.sheet.marks.select_related("item__section"):
        level = levels.get(mark.item.code.replace("-", "_").replace(".", "_"), "met")
        faults = None if mark.item.deduction is None else 0
        reason = "" if level == "met" else "示例"
        values = {"level": level, "points": None, "faults": faults, "reason": reason}
        practice.answer(run=run, item=mark.item, by=run.by, **values)


# -- making -----------------------------------------------------------------


def test_copy_has_the_marks_and_no_name(source, office):
    made = practice.copy(source=source, title="甲单位", by=office)
    with translation.override("zh-hans"):
        assert str(made).endswith("（示例）")
    scores = {score.item_id: score for score in source.scores.all()}
    marks = list(made.marks.all())
    assert {mark.item_id for mark in marks} == set(scores)
    for mark in marks:
        score = scores[mark.item_id]
        assert (mark.level, mark.points, mark.faults) == (score.level, score.points, score.faults)
    site = source.assessment.site
    names = [site.window_name, site.organisation.name, builders.liaison(site).name]
    names += [person.name for person in builders.members(source.assessment.assignment.team)]
    told = "".join(mark.found + mark.reason for mark in marks)
    assert [name for name in (*names, "2012345") if name in told] == []
    assert "代填" in told


def test_only_the_office_copies_and_only_what_is_signed(source, inspector, office):
    with pytest.raises(PermissionDenied):
        practice.copy(source=source, title="示例", by=inspector)
    own = source.assessment.sheets.filter(role="inspector").first()
    with pytest.raises(InvalidTransition):
        practice.copy(source=own, title="示例", by=office)


def test_office_changes_a_mark_until_it_is_released(client, sheet, office):
    mark = sheet.marks.select_related("item").get(item__code="ZW-1.1")
    client.force_login(office)
    address = url("practice_mark", sheet.pk, mark.item_id)
    body = {"found": "只有一次会议纪要", "level": "unmet", "points": "", "reason": ""}
    assert client.post(address, body).status_code == 422
    assert client.post(address, {**body, "reason": "缺纪要"}).status_code == 302
    mark.refresh_from_db()
    assert (mark.level, mark.points, mark.found, mark.reason) == ("unmet", 0, "只有一次会议纪要", "缺纪要")
    practice.release(sheet=sheet, by=office)
    assert client.post(address, {**body, "reason": "改"}).status_code == 422
    mark.refresh_from_db()
    assert mark.reason == "缺纪要"


def test_release_wants_what_is_found_everywhere(sheet, office):
    sheet.marks.filter(item__code="ZW-1.1").update(found="")
    with pytest.raises(ValidationError, match=r"ZW-1\.1"):
        practice.release(sheet=sheet, by=office)


# -- marking ----------------------------------------------------------------


def test_inspector_marks_an_item_a_screen_and_sees_where_they_differ(client, released, inspector):
    client.force_login(inspector)
    begun = client.post(url("practice_begin", released.pk))
    run = PracticeRun.objects.get()
    assert (begun.url, run.by) == (run.get_absolute_url(), inspector)
    shown = client.get(run.get_absolute_url()).content.decode()
    assert "示例情况" in shown or "××" in shown
    first, second = (mark.item for mark in released.marks.select_related("item")[:2])
    body = {"level": "met", "points": "", "reason": "", "version": 0}
    address = url("practice_answer", run.pk, first.pk)
    assert client.post(address, {**body, "level": "unmet"}).status_code == 422
    assert client.post(address, body).url == f"{run.get_absolute_url()}?item={second.code}"
    client.post(url("practice_finish", run.pk))
    run.refresh_from_db()
    assert run.finished_on is None
    fill(run)
    client.post(url("practice_finish", run.pk))
    page = client.get(run.get_absolute_url())
    assert [row.mark.level for row in page.context["page"].differing] == ["partly", "partly"]
    assert page.context["page"].agreement.exact == Share(41, 43)
    assert "代填" in page.content.decode()
    assert client.post(address, body).status_code == 422


def test_agreed_marks_are_not_told_before_the_end(client, released, inspector):
    reason = "只有约定理由才有的话"
    released.marks.filter(level="partly").update(reason=reason)
    run = practice.begin(sheet=released, by=inspector)
    client.force_login(inspector)
    for mark in released.marks.select_related("item")[:3]:
        shown = client.get(run.get_absolute_url(), {"item": mark.item.code})
        assert reason not in shown.content.decode()
    assert client.get(url("practice_sheet", released.pk)).status_code == 403


def test_practice_is_its_owners_alone_until_it_is_finished(client, released, inspector, office):
    run = practice.begin(sheet=released, by=inspector)
    other = factories.user(Role.INSPECTOR)
    for person in (other, office):
        client.force_login(person)
        assert client.get(run.get_absolute_url()).status_code == 404
        with pytest.raises(PermissionDenied):
            practice.finish(run=run, by=person)
    fill(run)
    practice.finish(run=run, by=inspector)
    client.force_login(other)
    assert client.get(run.get_absolute_url()).status_code == 404
    client.force_login(office)
    assert client.get(run.get_absolute_url()).status_code == 200


def test_office_sees_each_inspectors_agreement(client, released, inspector, office):
    run = practice.begin(sheet=released, by=inspector)
    fill(run, ZW_2_1="unmet")
    practice.finish(run=run, by=inspector)
    practice.begin(sheet=released, by=factories.user(Role.INSPECTOR))
    client.force_login(office)
    [each] = client.get(url("practice_sheet", released.pk)).context["practised"]
    assert (each.run, each.agreement.exact, each.agreement.near) == (run, Share(40, 43), Share(42, 43))


def test_closed_is_begun_by_nobody_new(released, inspector, office):
    run = practice.begin(sheet=released, by=inspector)
    practice.close(sheet=released, by=office)
    released.refresh_from_db()
    assert practice.begin(sheet=released, by=inspector) == run
    with pytest.raises(InvalidTransition):
        practice.begin(sheet=released, by=factories.user(Role.INSPECTOR))


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.OFFICE])
def test_only_inspectors_begin(released, role):
    with pytest.raises(PermissionDenied):
        practice.begin(sheet=released, by=factories.user(role))


def test_a_draft_is_not_found_by_inspectors(client, sheet, inspector):
    client.force_login(inspector)
    assert client.post(url("practice_begin", sheet.pk)).status_code == 404
    assert client.get(url("practice")).context["rows"] == []


def test_nothing_of_a_programme_changes(released, inspector):
    before = (Sheet.objects.count(), Score.objects.count())
    run = practice.begin(sheet=released, by=inspector)
    fill(run)
    practice.finish(run=run, by=inspector)
    assert (Sheet.objects.count(), Score.objects.count()) == before
    assert PracticeAnswer.objects.count() == PracticeSheet.objects.get().marks.count()
