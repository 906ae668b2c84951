"""Evidence filed by two at once, or while the door is being closed."""

import pytest

from assessments.models import Evidence, EvidenceFile
from assessments.services import sheets
from tests.assessments import builders
from tests.assessments.builders import PNG, upload
from tests.assessments.test_evidence import on_disk
from tests.at_once import at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(on):
    on("2008-03-20")
    made = builders.building()
    builders.liaison(made)
    return made


def test_the_same_file_sent_twice_at_once_is_kept_once(site):
    outcomes = at_once(*[lambda: builders.filed(site, upload())] * 2)
    kept = [outcome for outcome in outcomes if isinstance(outcome, Evidence)]
    assert len(kept) == 1
    assert "AlreadyFiled" in kinds(outcomes)
    assert EvidenceFile.objects.count() == 1
    assert len(on_disk()) == 3


def test_two_newer_versions_at_once_are_one(site):
    older = builders.filed(site, upload())

    def replace(number):
        file = upload(content=PNG + bytes([number]))
        return lambda: builders.filed(site, file, replaces=Evidence.objects.get(pk=older.pk))

    outcomes = at_once(replace(1), replace(2))
    assert kinds(outcomes) == ["WorkflowError", "done"]
    assert older.revisions.count() == 1
    assert len(on_disk()) == 6


def test_filed_before_the_sheet_is_submitted_or_not_at_all(on):
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    person = builders.members(assessment.assignment.team)[0]
    sheet = builders.own_sheet(assessment, person)
    builders.fill(sheet, person)
    outcomes = at_once(
        lambda: builders.filed(site, upload(), assessment=assessment, by=person),
        lambda: sheets.submit_inspector_sheet(sheet=sheet, by=person),
    )
    assert outcomes[1] == "done"
    assert Evidence.objects.count() == isinstance(outcomes[0], Evidence)
    if not isinstance(outcomes[0], Evidence):
        assert type(outcomes[0]).__name__ == "InvalidTransition"
        assert on_disk() == []
