"""未到期: what the office puts off in a round is left out everywhere; no result changes afterwards."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ScoreLevel, SheetRole
from assessments.marks import items_of, section_marks, sheet_score, standard_items
from assessments.models import Finding, NotDue, Score
from assessments.queries import count_of_marks
from assessments.services import not_due, sheets, signing
from sites.workflow import InvalidTransition, WorkflowError
from standards.enums import Kind
from standards.models import Item
from tests import factories
from tests.assessments import builders
from tests.assessments.test_queries import asked
from tests.standards import drafting

pytestmark = pytest.mark.django_db

REASON = "示例：四月份才到期"


def declare(sheet, count=1, **more):
    """Put off the first `count` items of a sheet's standard in its round."""
    items = standard_items(sheet)[:count]
    values = {"round": sheet.assessment.round, "items": items, "reason": REASON, "by": builders.office()}
    not_due.declare(**{**values, **more})
    return items


def url(round, name="not_due", *args):  # noqa: A002  # the domain's word
    return reverse(f"assessments:{name}", args=[round.pk, *args])


@pytest.fixture
def sheet(on):
    on("2008-03-20")
    return builders.self_sheet(builders.building())


def test_item_put_off_is_left_out_and_asked_of_nobody(sheet):
    first, second = declare(sheet, 2)

    total = sheet_score(section_marks(sheet))
    assert total.items == len(standard_items(sheet)) - 2
    assert total.maximum == 100
    assert total.sections[0].base == total.sections[0].maximum - first.points - second.points
    builders.fill(sheet, builders.liaison(sheet.assessment.site))
    sheets.submit_self_assessment(
        sheet=sheet, by=builders.liaison(sheet.assessment.site), without_evidence=sheets.unshown(sheet)
    )
    assert not sheet.scores.filter(item__in=[first, second]).exists()


def test_mark_given_before_is_kept_and_counts_nowhere(sheet):
    liaison = builders.liaison(sheet.assessment.site)
    item = standard_items(sheet)[0]
    builders.mark(sheet, item, liaison, ScoreLevel.UNMET)

    declare(sheet)

    assert sheet.scores.get(item=item).level == ScoreLevel.UNMET
    assert not sheet.scores.due().exists()
    total = sheet_score(section_marks(sheet))
    assert (total.marked, total.sections[0].not_due) == (0, 1)
    with pytest.raises(InvalidTransition):
        builders.mark(sheet, item, liaison, ScoreLevel.MET, version=1)
    assert type(sheet).objects.annotate(marked=count_of_marks()).get(pk=sheet.pk).marked == 0


def test_mark_put_off_becomes_no_finding_and_needs_no_consent(on):
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site, weak=1)
    weak = standard_items(final)[0]
    outside = next(item for item in standard_items(final) if item.may_be_inapplicable)
    Score.objects.filter(sheet=final, item=outside).update(
        level=ScoreLevel.INAPPLICABLE, points=0, reason="示例", consented_by=None
    )
    on("2008-04-08")
    not_due.declare(round=final.assessment.round, items=[weak, outside], reason=REASON, by=builders.office())

    assert signing.items_below_full(final) == []
    builders.sign(final)

    assert not Finding.objects.filter(assessment=final.assessment).exists()
    assert sheet_score(section_marks(final)).points == 100


def test_item_of_the_other_standard_measures_nothing_here(sheet):
    other = Item.objects.filter(section__standard__kind=Kind.SERVICE).select_related("section").first()

    declare(sheet, items=[other])

    assert sheet_score(section_marks(sheet)).items == len(standard_items(sheet))


def test_only_in_this_round(sheet):
    declare(sheet)
    site = sheet.assessment.site
    builders.fill(sheet, builders.liaison(site))
    sheets.submit_self_assessment(
        sheet=sheet, by=builders.liaison(site), without_evidence=sheets.unshown(sheet)
    )
    assessment = builders.assigned(site)
    own = builders.own_sheet(assessment, builders.members(assessment.assignment.team)[0])

    assert all(not item.not_due for item in standard_items(own))


def test_those_who_fill_the_sheets_are_told(sheet):
    liaison = builders.liaison(sheet.assessment.site)
    stranger = builders.liaison(builders.building())
    (item,) = declare(sheet)

    (told,) = Notification.objects.filter(user=liaison, text__contains="to be left out")
    assert told.about["codes"] == item.code
    assert not Notification.objects.filter(user=stranger).exists()


def test_declaring_the_same_twice_changes_nothing_and_tells_nobody_again(sheet):
    (item,) = declare(sheet)
    builders.liaison(sheet.assessment.site)
    told = Notification.objects.count()

    declare(sheet, reason="另一个理由")

    assert NotDue.objects.get(item=item).reason == REASON
    assert Notification.objects.count() == told


@pytest.mark.parametrize(
    ("more", "field"), [({"reason": " "}, "reason"), ({"items": []}, None)], ids=["no reason", "no item"]
)
def test_declaring_needs_items_and_a_reason(sheet, more, field):
    with pytest.raises(ValidationError) as refused:
        declare(sheet, **more)

    assert not hasattr(refused.value, "error_dict") if field is None else field in refused.value.error_dict
    assert not NotDue.objects.exists()


def test_item_of_a_version_the_round_does_not_use(sheet):
    draft_item = drafting.section_of(drafting.draft()).items.select_related("section").first()

    with pytest.raises(ValidationError):
        declare(sheet, items=[draft_item])


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT, Role.INSPECTOR, Role.LIAISON])
def test_only_the_office_declares_and_withdraws(sheet, role):
    with pytest.raises(PermissionDenied):
        declare(sheet, by=factories.user(role))
    declare(sheet)
    with pytest.raises(PermissionDenied):
        not_due.withdraw(not_due=NotDue.objects.get(), by=factories.user(role))
    assert NotDue.objects.count() == 1


def test_not_once_a_unit_has_submitted(on):
    on("2008-03-20")
    sheet = builders.self_assessed(builders.building())

    with pytest.raises(WorkflowError):
        declare(sheet)
    assert not NotDue.objects.exists()


def test_not_once_a_final_sheet_is_signed_but_before(on):
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    on("2008-04-08")
    declare(final)
    builders.sign(final)

    with pytest.raises(WorkflowError):
        declare(final, 2)
    with pytest.raises(WorkflowError):
        not_due.withdraw(not_due=NotDue.objects.get(), by=builders.office())
    assert NotDue.objects.count() == 1


def test_signed_sheet_of_the_other_kind_is_no_hindrance(on):
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    builders.sign(final)
    on("2008-04-08")
    service = Item.objects.filter(section__standard__kind=Kind.SERVICE).select_related("section").first()

    declare(final, items=[service])

    assert NotDue.objects.get().item == service


def test_closed_round_is_left_as_it_is(sheet):
    type(sheet.assessment.round).objects.update(closed_on="2008-03-21")

    with pytest.raises(WorkflowError):
        declare(sheet)


def test_withdrawn_item_is_to_be_marked_again(sheet):
    (item,) = declare(sheet)

    not_due.withdraw(not_due=NotDue.objects.get(), by=builders.office())

    assert sheet_score(section_marks(sheet)).items == len(standard_items(sheet))
    builders.mark(sheet, item, builders.liaison(sheet.assessment.site))


def test_not_withdrawn_once_a_sheet_was_submitted_without_it(on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    first, _second = builders.members(assessment.assignment.team)
    own = builders.own_sheet(assessment, first)
    on("2008-04-08")
    declare(own)
    builders.fill(own, first)
    sheets.submit_inspector_sheet(sheet=own, by=first)

    with pytest.raises(WorkflowError):
        not_due.withdraw(not_due=NotDue.objects.get(), by=builders.office())
    assert NotDue.objects.exists()


def test_disputed_item_put_off_keeps_nobody_from_signing(on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    for person, level in zip(
        builders.members(assessment.assignment.team), (ScoreLevel.UNMET, ScoreLevel.MET), strict=True
    ):
        own = builders.own_sheet(assessment, person)
        builders.fill(own, person)
        item = standard_items(own)[0]
        if level != ScoreLevel.MET:
            own.scores.filter(item=item).update(level=level, points=0, reason="示例")
        sheets.submit_inspector_sheet(sheet=own, by=person)
    final = assessment.sheets.get(role=SheetRole.FINAL)
    assert final.deliberations.open().exists()

    declare(final)
    builders.sign(final)

    final.refresh_from_db()
    assert final.state == "signed"


# -- the page ------------------------------------------------------------------


def test_office_declares_on_the_page(client, sheet, english):
    client.force_login(builders.office())
    item = standard_items(sheet)[0]
    body = {f"section_{item.section_id}": [str(item.pk)], "reason": REASON}

    answer = client.post(url(sheet.assessment.round), body, follow=True)

    page = answer.content.decode()
    assert REASON in page
    assert item.code in page
    assert NotDue.objects.get().decided_by == builders.office()


def test_page_offers_only_what_can_still_be_put_off(client, on, english):
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    builders.sign(final)
    on("2008-04-08")
    client.force_login(builders.office())

    page = client.get(url(final.assessment.round)).content.decode()

    assert f"nothing can be put off any more: {final.assessment.standard}" in page
    assert standard_items(final)[0].code not in page
    assert "BS-1.1" in page


def test_page_without_a_reason_keeps_what_was_ticked(client, sheet, english):
    client.force_login(builders.office())
    item = standard_items(sheet)[0]

    answer = client.post(
        url(sheet.assessment.round), {f"section_{item.section_id}": [str(item.pk)], "reason": ""}
    )

    assert answer.status_code == 422
    (box,) = re.findall(rf'<input type="checkbox"[^>]*value="{item.pk}"[^>]*>', answer.content.decode())
    assert "checked" in box
    assert not NotDue.objects.exists()


@pytest.mark.parametrize("typed", ["0", "x", "999999999"])
def test_page_with_an_item_that_is_not_there(client, sheet, typed):
    client.force_login(builders.office())
    section = standard_items(sheet)[0].section

    answer = client.post(url(sheet.assessment.round), {f"section_{section.pk}": [typed], "reason": REASON})

    assert answer.status_code == 422
    assert not NotDue.objects.exists()


def test_office_withdraws_on_the_page(client, sheet, english):
    (item,) = declare(sheet)
    client.force_login(builders.office())

    answer = client.post(url(sheet.assessment.round, "not_due_withdraw", item.pk), follow=True)

    assert f"{item.code} is due in this round." in answer.content.decode()
    assert "Every item is due in this round." in answer.content.decode()


def test_others_read_and_strangers_do_not(client, sheet):
    (item,) = declare(sheet)
    address, undo = url(sheet.assessment.round), url(sheet.assessment.round, "not_due_withdraw", item.pk)
    assert client.get(address).status_code == client.post(undo).status_code == 302
    client.force_login(builders.leader())
    page = client.get(address)
    assert page.status_code == 200
    assert REASON in page.content.decode()
    assert 'name="reason"' not in page.content.decode()
    assert client.post(address, {"reason": REASON}).status_code == 403
    assert client.post(undo).status_code == 403
    assert client.get(undo).status_code == 405
    for role in (Role.INSPECTOR, Role.DISTRICT, Role.LIAISON):
        client.force_login(factories.user(role))
        assert client.get(address).status_code == client.post(undo).status_code == 404


def test_member_of_a_team_reads_it(client, on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    put_off = items_of(assessment)[:1]
    not_due.declare(round=assessment.round, items=put_off, reason=REASON, by=builders.office())
    client.force_login(builders.members(assessment.assignment.team)[1])

    page = client.get(url(assessment.round)).content.decode()
    assert put_off[0].text in page
    assert REASON in page
    assert 'name="reason"' not in page


def test_page_asks_the_same_whatever_is_put_off(client, sheet):
    client.force_login(builders.office())
    declare(sheet, 3)
    client.get(url(sheet.assessment.round))
    few = asked(client, url(sheet.assessment.round))
    declare(sheet, 30)
    client.get(url(sheet.assessment.round))

    assert asked(client, url(sheet.assessment.round)) == few <= 12


def test_points_of_the_rest_are_scaled_to_the_section(sheet):
    """Of 20 points the item of 3 is put off and one of 2 not met: 15 ÷ 17 × 20 = 17.65."""
    liaison = builders.liaison(sheet.assessment.site)
    builders.fill(sheet, liaison)
    items = [item for item in standard_items(sheet) if item.section.ordinal == 1]
    lost = next(item for item in items[1:] if item.points == 2)
    sheet.scores.filter(item=lost).update(level=ScoreLevel.UNMET, points=0, reason="示例")
    assert items[0].points == 3

    declare(sheet)

    first = sheet_score(section_marks(sheet)).sections[0]
    assert (first.earned, first.base, first.points) == (15, 17, Decimal("17.65"))
