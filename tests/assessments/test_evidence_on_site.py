"""What an inspector takes on site: who may file it, and who is kept from seeing it, for how long."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.evidence.remarks import remarks_on
from assessments.models import Evidence, EvidenceFile, Twin
from assessments.services import evidence, recusals, rounds, sheets
from assessments.services.evidence import items_to_show, may_change, may_file
from sites.workflow import InvalidTransition, WorkflowError
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.builders import PNG, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(on):
    site = builders.building()
    builders.self_assessed(site)
    on("2008-04-08")
    return builders.assigned(site)


@pytest.fixture
def site(assessment):
    return assessment.site


@pytest.fixture
def inspectors(assessment):
    return builders.members(assessment.assignment.team)


def take(assessment, by, *files, **more):
    return builders.filed(assessment.site, *files, assessment=assessment, by=by, **more)


def submit(assessment, by):
    sheet = builders.own_sheet(assessment, by)
    builders.fill(sheet, by)
    sheets.submit_inspector_sheet(sheet=sheet, by=by)


def sees(person, piece) -> bool:
    return Evidence.objects.visible_to(person).filter(pk=piece.pk).exists()


def test_filed_by_a_member_of_the_team(assessment, inspectors):
    item = items_to_show(site=assessment.site, assessment=assessment)[0]
    taken = take(assessment, inspectors[0], photos.upload(), pointers={item: ""})
    assert (taken.assessment, taken.site) == (assessment, assessment.site)
    assert item.section.standard == assessment.standard
    assert may_change(taken, inspectors[0])
    assert not may_change(taken, inspectors[1])


def test_filed_by_nobody_else(assessment):
    strangers = [builders.office(), builders.liaison(assessment.site), factories.user(Role.INSPECTOR)]
    for person in strangers:
        with pytest.raises(PermissionDenied):
            take(assessment, person, upload())
        assert not may_file(site=assessment.site, by=person, assessment=assessment)


def test_filed_for_the_site_of_the_visit_only(assessment, inspectors):
    with pytest.raises(PermissionDenied):
        builders.filed(builders.building(), upload(), assessment=assessment, by=inspectors[0])


def test_filed_until_the_own_sheet_is_submitted(assessment, inspectors):
    taken = take(assessment, inspectors[0], upload())
    submit(assessment, inspectors[0])
    with pytest.raises(InvalidTransition):
        take(assessment, inspectors[0], upload("b.png", PNG + b"2"))
    with pytest.raises(InvalidTransition):
        evidence.point(evidence=taken, pointers={}, by=inspectors[0])
    assert take(assessment, inspectors[1], upload())


def test_filed_while_the_round_is_open(assessment, inspectors):
    rounds.close_round(round=assessment.round, by=builders.office())
    assessment.round.refresh_from_db()
    with pytest.raises(WorkflowError):
        take(assessment, inspectors[0], upload())


def test_changed_by_who_took_it_only(assessment, inspectors):
    taken = take(assessment, inspectors[0], upload())
    for person in (inspectors[1], builders.liaison(assessment.site), builders.office()):
        with pytest.raises(PermissionDenied):
            evidence.point(evidence=taken, pointers={}, by=person)
    with pytest.raises(PermissionDenied):
        take(assessment, inspectors[1], upload("b.png", PNG + b"2"), replaces=taken)


def test_blind_until_the_colleague_has_submitted(assessment, inspectors):
    mine, other = inspectors
    taken = take(assessment, mine, upload())
    assert sees(mine, taken)
    assert not sees(other, taken)
    assert not EvidenceFile.objects.visible_to(other).exists()
    submit(assessment, mine)
    assert not sees(other, taken)
    submit(assessment, other)
    assert sees(other, taken)


def test_blind_to_unit_and_district_until_it_is_signed(on):
    on("2008-04-08")
    district = factories.district()
    site = builders.building(level="district", of=district)
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    inspectors = builders.members(assessment.assignment.team)
    taken = take(assessment, inspectors[0], upload())
    over_it = factories.user(Role.DISTRICT, factories.district_office(district))
    for person in inspectors:
        submit(assessment, person)
    assert not sees(builders.liaison(site), taken)
    assert not sees(over_it, taken)
    assert sees(builders.office(), taken)
    assert sees(builders.leader(), taken)
    builders.sign(assessment.sheets.get(role="final"))
    assert sees(builders.liaison(site), taken)
    assert sees(over_it, taken)
    elsewhere = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    assert not sees(elsewhere, taken)


def test_who_stands_aside_sees_nothing_any_more(assessment, inspectors):
    taken = take(assessment, inspectors[0], upload())
    submit(assessment, inspectors[0])
    recusals.recuse(user=inspectors[0], site=assessment.site, reason="示例")
    assert not sees(inspectors[0], taken)
    with pytest.raises(PermissionDenied):
        take(assessment, inspectors[0], upload("b.png", PNG + b"2"))


def test_same_file_of_a_colleague_is_not_told_of(assessment, inspectors):
    """Nobody learns from “filed already” what a colleague, or the unit, has filed."""
    take(assessment, inspectors[0], photos.upload())
    assert take(assessment, inspectors[1], photos.upload()).files.count() == 1
    with pytest.raises(evidence.AlreadyFiled):
        take(assessment, inspectors[1], photos.upload())


def test_twin_of_a_blind_picture_is_not_told_of(assessment, inspectors):
    take(assessment, inspectors[0], photos.upload())
    [own] = take(assessment, inspectors[1], photos.upload()).files.all()
    assert Twin.objects.count() == 1
    assert not Twin.objects.visible_to(inspectors[1]).exists()
    assert remarks_on([own], inspectors[1]) == {}
    assert Twin.objects.visible_to(builders.office()).exists()
    for person in inspectors:
        submit(assessment, person)
    assert Twin.objects.visible_to(inspectors[1]).exists()


def test_acceptance_takes_its_own(on):
    on("2008-05-06")
    site = builders.building()
    builders.rectified(site)
    assessment = builders.assigned(site, kind=RoundKind.ACCEPTANCE)
    [first, _second] = builders.members(assessment.assignment.team)
    assert take(assessment, first, upload())
