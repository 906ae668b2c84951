"""What the database itself refuses, whoever writes."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState, Verdict
from assessments.marks import standard_items
from assessments.models import Acceptance, Assessment, EvidenceFile, Finding, Round, Score, Sheet, TeamMember
from tests.assessments import builders

pytestmark = pytest.mark.django_db


def refused(make, name: str) -> None:
    """`make` breaks the constraint `name` (SQLite names it for checks only) and leaves nothing."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    assert name in str(error.value) or "UNIQUE" in str(error.value)


@pytest.fixture
def sheet():
    return builders.self_sheet(builders.building())


@pytest.fixture
def item(sheet):
    return standard_items(sheet)[0]


def score(sheet, item, **fields):
    values = {"level": ScoreLevel.MET, "points": item.points, "reason": ""}
    values |= {"max_points": item.points, "updated_by": builders.office(), **fields}
    return Score.objects.create(sheet=sheet, item=item, **values)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"level": ScoreLevel.PARTLY, "points": Decimal(99), "reason": "示例"}, "score_within_points"),
        ({"level": ScoreLevel.PARTLY, "points": Decimal(-1), "reason": "示例"}, "score_within_points"),
        ({"level": ScoreLevel.PARTLY, "points": Decimal(1)}, "score_less_than_full_has_reason"),
        ({"level": ScoreLevel.UNMET, "points": Decimal(0)}, "score_less_than_full_has_reason"),
        ({"level": ScoreLevel.MET, "points": Decimal(1)}, "score_less_than_full_has_reason"),
        ({"level": ScoreLevel.UNMET, "points": Decimal(1), "reason": "示例"}, "score_unmet_has_no_points"),
        (
            {"level": ScoreLevel.INAPPLICABLE, "points": Decimal(1), "reason": "示例"},
            "score_unmet_has_no_points",
        ),
    ],
)
def test_score_refused(sheet, item, fields, name):
    refused(lambda: score(sheet, item, **fields), name)
    assert not sheet.scores.exists()


def test_score_twice_for_an_item_refused(sheet, item):
    score(sheet, item)
    refused(lambda: score(sheet, item), "score_once_per_item")


def test_sheet_second_final_refused(sheet):
    Sheet.objects.create(assessment=sheet.assessment, role=SheetRole.FINAL)
    refused(
        lambda: Sheet.objects.create(assessment=sheet.assessment, role=SheetRole.FINAL),
        "sheet_one_self_one_final",
    )


def test_sheet_second_of_an_inspector_refused(sheet):
    person = builders.members(builders.team())[0]
    fields = {"assessment": sheet.assessment, "role": SheetRole.INSPECTOR, "author": person}
    Sheet.objects.create(**fields)
    refused(lambda: Sheet.objects.create(**fields), "sheet_once_per_inspector")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"role": SheetRole.INSPECTOR}, "sheet_inspector_is_known"),
        ({"role": SheetRole.FINAL, "state": SheetState.SIGNED}, "sheet_signed_by_somebody"),
    ],
)
def test_sheet_refused(sheet, fields, name):
    refused(lambda: Sheet.objects.create(assessment=sheet.assessment, **fields), name)


def test_round_second_open_of_a_kind_refused():
    first = builders.open_round(RoundKind.SELF)
    fields = {"programme": first.programme, "kind": first.kind, "rulebook": first.rulebook, "title": "示例"}
    fields |= {"opened_on": "2008-03-20", "opened_by": builders.office()}
    refused(
        lambda: Round.objects.create(ordinal=2, due_on="2008-04-01", **fields), "round_one_open_of_a_kind"
    )
    refused(
        lambda: Round.objects.create(ordinal=3, due_on="2008-03-01", closed_on="2008-03-21", **fields),
        "round_opens_before_due",
    )


def test_team_second_leader_refused():
    made = builders.team()
    follower = made.members.get(is_leader=False)
    refused(lambda: TeamMember.objects.filter(pk=follower.pk).update(is_leader=True), "team_one_leader")


def test_assessment_twice_in_a_round_refused(sheet):
    copy = {
        "round": sheet.assessment.round,
        "site": sheet.assessment.site,
        "standard": sheet.assessment.standard,
    }
    refused(lambda: Assessment.objects.create(**copy), "assessment_once_per_round")


def test_finding_without_opinion_or_twice_refused(sheet, item):
    fields = {
        "assessment": sheet.assessment,
        "item": item,
        "reason": "示例",
        "working_days": 10,
        "deadline": "2008-04-30",
    }
    refused(lambda: Finding.objects.create(opinion="", **fields), "finding_has_opinion")
    Finding.objects.create(opinion="示例", **fields)
    refused(lambda: Finding.objects.create(opinion="示例", **fields), "finding_once_per_item")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"bonus": Decimal(1)}, "acceptance_bonus_has_grounds"),
        ({"veto_reason": "泄密"}, "acceptance_veto_has_grounds"),
        ({"appraisal_score": Decimal(101)}, "acceptance_appraisal_percent"),
        ({"decision": Verdict.PASS}, "acceptance_decided_by_somebody"),
        (
            {"decision": Verdict.PASS, "decided_by": "same", "decided_on": "2008-05-08"},
            "acceptance_two_people",
        ),
    ],
)
def test_acceptance_refused(sheet, fields, name):
    fields = {key: builders.office() if value == "same" else value for key, value in fields.items()}
    refused(lambda: acceptance(sheet, **fields), name)


def test_acceptance_second_undecided_refused(sheet):
    acceptance(sheet)
    refused(lambda: acceptance(sheet), "acceptance_one_undecided")


def acceptance(sheet, **fields):
    values = {"standard_score": 90, "standard_maximum": 100, "appraisal_sample": 60, "appraisal_score": 90}
    values |= {"composite": 90, "working": "90", "recommendation": Verdict.PASS, "opinion": "示例"}
    values |= {"recommended_by": builders.office(), "recommended_on": "2008-05-07", **fields}
    return Acceptance.objects.create(assessment=sheet.assessment, **values)


def test_evidence_file_empty_refused(sheet, on):
    on("2008-03-20")
    filed = builders.filed(sheet.assessment.site, builders.upload())
    refused(
        lambda: EvidenceFile.objects.create(
            evidence=filed, file="x", name="x", content_type="x", size=0, sha256="x"
        ),
        "evidence_file_not_empty",
    )
