"""验收: what is put together, what keeps a site from passing, and two people for two decisions."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind, Verdict
from assessments.models import Acceptance
from assessments.services import acceptance, rectification, rounds
from documents.fields import missing_fields
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import render_paper
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.documents.reading import text_of
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
VETO = "公开工作中发生泄密"


@pytest.fixture(autouse=True)
def _may(on):
    on("2008-05-08")


@made_once("2008-05-08")
def site():
    made = factories.site(Stage.RECTIFIED)
    builders.on_site(made)
    return made


def decide(result, verdict=Verdict.PASS, by=None, note="示例"):
    acceptance.decide(
        acceptance=result,
        verdict=verdict,
        note=note,
        resolution=resolved("acceptance"),
        by=by or builders.leader(),
    )


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
        ({"extras": acceptance.Extras(bonus=Decimal("5.01"), bonus_grounds="示例")}, "bonus"),
        ({"extras": acceptance.Extras(bonus=Decimal(1))}, "bonus_grounds"),
        ({"extras": acceptance.Extras(veto_reason="不在考评办法里", veto_grounds="示例")}, "veto_reason"),
        ({"extras": acceptance.Extras(veto_reason=VETO)}, "veto_grounds"),
        ({"extras": acceptance.Extras(veto_grounds="忘了选择")}, "veto_reason"),
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
    assert reason == VETO
    return {"extras": acceptance.Extras(veto_reason=reason, veto_grounds="示例事由")}


def test_recommend_passing_with_a_veto(site):
    with pytest.raises(ValidationError, match="否决"):
        builders.recommended(site, **vetoed(site))
    assert acceptance.unmet_conditions(builders.recommended(site, Verdict.FAIL, **vetoed(site)))


def test_recommend_passing_with_an_appraisal_below_the_minimum(site):
    builders.appraised(site, score=59)
    with pytest.raises(ValidationError, match="社会评议得分 59 分"):
        builders.recommended(site)
    assert acceptance.unmet_conditions(builders.recommended(site, Verdict.FAIL))


@pytest.mark.parametrize("verdict", Verdict)
def test_recommend_before_the_appraisal_is_counted(site, verdict):
    with pytest.raises(ValidationError, match="尚未统计"):
        acceptance.recommend(site=site, verdict=verdict, opinion="示例", by=builders.office())
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("verdict", Verdict)
def test_recommend_waits_while_too_few_have_answered(site, verdict):
    """No result at all, not a bad one; the next appraisal counts."""
    builders.appraised(site, sample=29)
    with pytest.raises(ValidationError, match=r"样本不足：参评 29 人，至少需要 30 人"):
        builders.recommended(site, verdict)
    assert not Acceptance.objects.exists()
    again = builders.appraised(site, sample=30, score=80, opened="2008-04-27")
    result = builders.recommended(site, verdict)
    assert (result.appraisal, result.appraisal_sample, result.appraisal_score) == (again, 30, 80)


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
    told = Document.objects.get(kind=DocumentKind.ACCEPTANCE_NOTICE)
    assert missing_fields(DocumentKind.ACCEPTANCE_NOTICE, told.context) == []
    assert [receipt.organisation for receipt in told.receipts.all()] == [site.organisation]
    assert [str(receipt.organisation) for receipt in paper.receipts.all()] == [paper.context["addressee"]]
    with pytest.raises(InvalidTransition):
        decide(result)


def test_report_says_what_the_appraisal_is_made_of(site):
    struck = {"alike": 4, "same_minute": 2}
    builders.appraised(site, on_paper=9, **struck, doubtful=3, firm_score=Decimal(88))
    decide(builders.recommended(site))
    paper = Document.objects.get(kind=DocumentKind.ACCEPTANCE_REPORT)
    text = text_of(render_paper(paper.kind, paper.context))
    on_paper = "其中纸质9份（占15%），纸质中连续相同4份、同一分钟录入2份"
    assert f"评议问卷60份，社会评议得分90分（误差±2.5分；{on_paper}，存疑3份，不计存疑得分88分）" in text


def test_report_on_a_vetoed_site_gives_the_grounds(site):
    decide(builders.recommended(site, Verdict.FAIL, **vetoed(site)), Verdict.FAIL)
    paper = Document.objects.get(kind=DocumentKind.ACCEPTANCE_REPORT)
    text = text_of(render_paper(paper.kind, paper.context))
    assert f"存在否决情形：{VETO}（示例事由）" in text


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


def test_decide_by_a_deputy_of_the_one_who_recommended(site, on):
    person, deputy = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    result = builders.recommended(site, by=person)
    User.objects.filter(pk=person.pk).update(role=Role.LEADING_GROUP, organisation=deputy.organisation)
    person.refresh_from_db()
    on("2008-05-07")
    factories.send_away(person, deputy)
    with pytest.raises(PermissionDenied):
        decide(result, by=deputy)
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


def test_failed_site_is_reopened_and_comes_again_in_a_new_round(site):
    """Failed by its appraisal, rectified, visited and appraised anew: nothing of the first time is lost."""
    builders.appraised(site, score=55)
    decide(builders.recommended(site, Verdict.FAIL), Verdict.FAIL, note="群众评价偏低")
    site.refresh_from_db()
    assert site.stage == Stage.NOT_ACCEPTED
    rectification.reopen(site=site, reason="改进窗口服务", by=builders.office())
    for finding in builders.findings(site):
        rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(site))
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    site.refresh_from_db()
    assert acceptance.on_site_sheet(site) is None
    with pytest.raises(ValidationError, match="实地评分表尚未签署"):
        builders.recommended(site)
    rounds.close_round(round=builders.open_round(RoundKind.ACCEPTANCE), by=builders.office())
    builders.on_site(site)
    with pytest.raises(ValidationError, match="社会评议得分 55 分"):
        builders.recommended(site)
    builders.appraised(site, score=88, opened="2008-04-28")
    decide(builders.recommended(site))
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    kept = Acceptance.objects.order_by("pk").values_list("decision", "appraisal_score", "decision_note")
    assert list(kept) == [("fail", 55, "群众评价偏低"), ("pass", 88, "示例")]
    assert site.documents.filter(kind=DocumentKind.ACCEPTANCE_REPORT).count() == 2
    history = site.history.order_by("pk").values_list("action", "note")
    assert [(action, note) for action, note in history if note] == [
        ("fail_acceptance", "群众评价偏低"),
        ("reopen", "改进窗口服务"),
        ("pass_acceptance", "示例"),
    ]
