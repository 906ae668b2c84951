"""验收: what is put together, what keeps a site from passing, and two people for two decisions."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import RoundKind, Verdict
from assessments.models import Acceptance
from assessments.services import acceptance, rectification, rounds
from documents.models import Document
from documents.papers import DocumentKind, missing_fields
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may(on):
    on("2008-05-08")


@pytest.fixture
def site():
    made = factories.site(Stage.RECTIFIED)
    builders.on_site(made)
    return made


def decide(result, verdict=Verdict.PASS, by=None, note="示例"):
    acceptance.decide(acceptance=result, verdict=verdict, note=note, by=by or builders.leader())


def appraisal(sample=60, score=90):
    return acceptance.Appraisal(sample=sample, score=Decimal(score))


def test_recommend_composite_with_its_working(site):
    result = builders.recommended(site, extras=acceptance.Extras(bonus=Decimal(2), bonus_grounds="示例"))
    assert (result.standard_score, result.composite) == (100, 100)
    assert result.working == "100×80%＋90×20%＋2＝100"


def test_recommend_without_the_on_site_sheet():
    with pytest.raises(ValidationError):
        builders.recommended(factories.site(Stage.RECTIFIED))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"appraisal": appraisal(sample=29)}, "appraisal_sample"),
        ({"appraisal": appraisal(score=101)}, "appraisal_score"),
        ({"extras": acceptance.Extras(bonus=Decimal("5.01"), bonus_grounds="示例")}, "bonus"),
        ({"extras": acceptance.Extras(bonus=Decimal(1))}, "bonus_grounds"),
        ({"extras": acceptance.Extras(veto_reason="不在考评办法里")}, "veto_reason"),
        ({"opinion": " "}, "opinion"),
    ],
)
@pytest.mark.parametrize("verdict", Verdict)
def test_recommend_bad_input_names_the_field(site, more, field, verdict):
    with pytest.raises(ValidationError) as error:
        builders.recommended(site, verdict, **more)
    assert list(error.value.message_dict) == [field]
    assert not Acceptance.objects.exists()


def vetoed(site):
    reason = site.assessments.get().round.rulebook.veto_reasons[0]
    return {"extras": acceptance.Extras(veto_reason=reason)}


@pytest.mark.parametrize("more", [{"appraisal": appraisal(score=59)}, "veto"])
def test_recommend_passing_while_a_condition_is_unmet(site, more):
    more = vetoed(site) if more == "veto" else more
    with pytest.raises(ValidationError):
        builders.recommended(site, **more)
    assert acceptance.unmet_conditions(builders.recommended(site, Verdict.FAIL, **more))


def test_recommend_passing_below_the_pass_mark():
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site, weak=30)
    with pytest.raises(ValidationError):
        builders.recommended(site)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_recommend_by_another_role(site, role):
    with pytest.raises(PermissionDenied):
        builders.recommended(site, by=factories.user(role))


def test_recommend_twice(site):
    builders.recommended(site)
    with pytest.raises(InvalidTransition):
        builders.recommended(site)


def test_decide_pass_leaves_the_report(site):
    result = builders.recommended(site)
    decide(result)
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    assert (result.decision, result.decided_by) == (Verdict.PASS, builders.leader())
    paper = Document.objects.get(kind=DocumentKind.ACCEPTANCE_REPORT)
    assert missing_fields(DocumentKind.ACCEPTANCE_REPORT, paper.context) == []
    assert paper.context["working"] == "100×80%＋90×20%＝98"
    with pytest.raises(InvalidTransition):
        decide(result)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADING_GROUP])
def test_decide_by_another_role(site, role):
    with pytest.raises(PermissionDenied):
        decide(builders.recommended(site), by=factories.user(role))


def test_decide_by_the_one_who_recommended(site):
    """Somebody who has changed office since."""
    person = factories.user(Role.OFFICE)
    result = builders.recommended(site, by=person)
    person.role = Role.LEADING_GROUP
    person.save()
    with pytest.raises(PermissionDenied):
        decide(result, by=person)
    result.refresh_from_db()
    assert result.decision == ""


def test_decide_pass_against_an_unmet_condition(site):
    result = builders.recommended(site, Verdict.FAIL, **vetoed(site))
    with pytest.raises(ValidationError):
        decide(result)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED


def test_decide_fail_needs_a_reason(site):
    result = builders.recommended(site, Verdict.FAIL)
    with pytest.raises(ValidationError):
        decide(result, Verdict.FAIL, note="")
    result.refresh_from_db()
    assert result.decision == ""


def test_failed_site_is_reopened_and_comes_again_in_a_new_round(site, on):
    decide(builders.recommended(site, Verdict.FAIL), Verdict.FAIL)
    site.refresh_from_db()
    assert site.stage == Stage.NOT_ACCEPTED
    rectification.reopen(site=site, reason="示例原因", by=builders.office())
    for finding in builders.findings(site):
        rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(site))
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    site.refresh_from_db()
    assert acceptance.on_site_sheet(site) is None
    with pytest.raises(ValidationError):
        builders.recommended(site)
    rounds.close_round(round=builders.open_round(RoundKind.ACCEPTANCE), by=builders.office())
    builders.on_site(site)
    decide(builders.recommended(site))
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    assert list(Acceptance.objects.order_by("pk").values_list("decision", flat=True)) == ["fail", "pass"]
