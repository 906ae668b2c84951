"""Acceptance on the page: what is missing, the office's form, the leading group's form."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.enums import Band, Verdict
from assessments.models import Acceptance
from assessments.services import acceptance, rectification
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
ENTERED = {
    "bonus": "", "bonus_grounds": "", "veto_reason": "", "veto_grounds": "",
    "opinion": "示例意见", "verdict": "pass",
}  # fmt: skip


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


@made_once("2008-05-08")
def site():
    made = factories.site(Stage.RECTIFIED)
    builders.on_site(made)
    return made


@pytest.fixture
def office(client):
    client.force_login(builders.office())


def waits_for(client):
    return {row.site: row.waits_for for row in client.get(url("acceptances")).context["rows"]}


def test_list_says_what_is_missing(client, site, office):
    no_sheet, accepted = factories.site(Stage.RECTIFIED), factories.site(Stage.ACCEPTED)
    factories.site(Stage.RECTIFYING)
    assert waits_for(client) == {site: "appraisal", no_sheet: "sheet", accepted: ""}
    builders.appraised(site, sample=29)
    assert waits_for(client)[site] == "answers"
    assert "样本不足（29 份，至少 30 份）" in client.get(url("acceptances")).content.decode()
    builders.appraised(site, opened="2008-04-27")
    assert waits_for(client)[site] == "recommendation"
    result = builders.recommended(site, Verdict.FAIL)
    assert waits_for(client)[site] == "decision"
    acceptance.decide(
        acceptance=result,
        verdict=Verdict.FAIL,
        note="示例",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    assert waits_for(client)[site] == "reopening"
    site.refresh_from_db()
    for finding in rectification.reopen(site=site, reason="示例", by=builders.office()):
        rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(site))
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    assert waits_for(client)[site] == "sheet"


def test_detail_compares_the_sections(client, office):
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site, weak=1)
    sections = client.get(url("acceptance", site.pk)).context["page"].sections
    assert (sections[0]["inspection"], sections[0]["points"]) == ("17", "18.5")
    assert len(sections) == 4


def test_detail_without_the_on_site_sheet_offers_no_form(client, office):
    site = factories.site(Stage.RECTIFIED)
    assert client.get(url("acceptance", site.pk)).context["recommendation_form"] is None
    assert client.post(url("recommend", site.pk), ENTERED).url == url("acceptance", site.pk)
    assert not Acceptance.objects.exists()


def test_detail_without_a_counted_appraisal_waits_for_it(client, site, office):
    page = client.get(url("acceptance", site.pk))
    assert page.context["recommendation_form"] is None
    assert "社会评议尚未统计" in page.content.decode()
    response = client.post(url("recommend", site.pk), ENTERED)
    assert response.status_code == 422
    assert "社会评议尚未统计" in response.content.decode()
    builders.appraised(site, sample=12)
    page = client.get(url("acceptance", site.pk))
    assert page.context["recommendation_form"] is None
    assert page.context["page"].goals.appraisals is None
    assert "样本不足：社会评议参评 12 人" in page.content.decode()
    assert not Acceptance.objects.exists()


def test_detail_shows_what_the_appraisal_rests_on(client, site, office):
    builders.appraised(site, score="91.5", sample=64, on_paper=9, doubtful=3, firm_score=Decimal(88))
    for _ in ("before the recommendation", "with it"):
        html = client.get(url("acceptance", site.pk)).content.decode()
        for words in ("91.5", "± 2.5", "参评 64 人", "纸质 9 份（14.06%）", "存疑 3 份（不计存疑得分 88）"):
            assert words in html
        client.post(url("recommend", site.pk), ENTERED)


def test_recommend(client, site, office):
    builders.appraised(site)
    assert client.post(url("recommend", site.pk), ENTERED).url == url("acceptance", site.pk)
    result = Acceptance.objects.get()
    assert (result.recommendation, result.recommended_by, result.bonus) == ("pass", builders.office(), 0)
    page = client.get(url("acceptance", site.pk))
    assert result.working in page.content.decode()
    assert page.context["recommendation_form"] is None
    assert page.context["decision_form"] is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"bonus": 6}, "bonus"),
        ({"bonus": 1}, "bonus_grounds"),
        ({"veto_reason": "别的"}, "veto_reason"),
        ({"veto_grounds": "忘了选择"}, "veto_reason"),
        ({"opinion": ""}, "opinion"),
        ({"verdict": "maybe"}, "verdict"),
    ],
)
def test_recommend_refused_names_the_field(client, site, office, more, field):
    builders.appraised(site)
    response = client.post(url("recommend", site.pk), {**ENTERED, **more})
    assert response.status_code == 422
    form = response.context["recommendation_form"]
    assert list(form.errors) == [field]
    assert form["opinion"].value() == more.get("opinion", "示例意见")
    assert not Acceptance.objects.exists()


def test_veto_is_one_of_the_rulebooks(client, site, office):
    builders.appraised(site)
    reason = site.assessments.get().round.rulebook.veto_reasons[0]
    body = {**ENTERED, "veto_reason": reason, "veto_grounds": "示例事由"}
    assert client.post(url("recommend", site.pk), body).status_code == 422
    assert client.post(url("recommend", site.pk), {**body, "verdict": "fail"}).status_code == 302
    page = client.get(url("acceptance", site.pk))
    assert "示例事由" in page.content.decode()
    results = page.context["page"].results
    assert [(unmet != [], result.band) for result, unmet in results] == [(True, Band.UNQUALIFIED)]


def decided(verdict: str, note: str = "") -> dict[str, object]:
    """What the leading group's form sends, resting on a resolution."""
    return {"verdict": verdict, "note": note, "resolution": resolved("acceptance").pk}


def test_decide(client, site):
    builders.recommended(site)
    client.force_login(builders.leader())
    assert client.get(url("acceptance", site.pk)).context["decision_form"]["verdict"].value() == "pass"
    assert client.post(url("decide", site.pk), decided("pass")).url == url("acceptance", site.pk)
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    page = client.get(url("acceptance", site.pk))
    assert list(page.context["page"].papers) == [
        Document.objects.get(kind=kind)
        for kind in (DocumentKind.ACCEPTANCE_REPORT, DocumentKind.ACCEPTANCE_NOTICE)
    ]
    again = client.post(url("decide", site.pk), {"verdict": "pass"}, follow=True)
    assert "可能已由他人审定" in again.content.decode()
    assert Acceptance.objects.get().decision == "pass"


@pytest.mark.parametrize("body", [{"verdict": "fail", "note": ""}, {"verdict": ""}, {"verdict": "perhaps"}])
def test_decide_refused(client, site, body):
    builders.recommended(site)
    client.force_login(builders.leader())
    refused = client.post(url("decide", site.pk), body | {"resolution": resolved("acceptance").pk})
    assert refused.status_code == 422
    wrong = "note" if body["verdict"] == "fail" else "verdict"
    assert list(refused.context["decision_form"].errors) == [wrong]
    assert Acceptance.objects.get().decision == ""


def test_decide_by_the_office(client, site, office):
    builders.recommended(site)
    assert client.post(url("decide", site.pk), {"verdict": "pass"}).status_code == 403


def test_site_that_failed_shows_both_results_and_its_way_on(client, site, office):
    """Reopened with reasons, and once it comes again the first result stands below the second."""
    builders.recommended(site, Verdict.FAIL)
    client.force_login(builders.leader())
    client.post(url("decide", site.pk), decided("fail", "内容不全"))
    client.force_login(builders.office())
    page = client.get(url("acceptance", site.pk))
    assert url("reopen", site.pk) in page.content.decode()
    assert waits_for(client)[site] == "reopening"
    client.post(url("reopen", site.pk), {"text": "补齐公开内容"})
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
    for finding in builders.findings(site):
        rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(site))
        client.post(url("finding_verify", finding.pk), {"text": ""})
    client.post(url("rectification_close", site.pk))
    assert waits_for(client)[site] == "sheet"
    client.post(url("round_close", site.assessments.get().round_id))
    site.refresh_from_db()
    builders.on_site(site)
    assert waits_for(client)[site] == "recommendation"
    client.post(url("recommend", site.pk), ENTERED)
    client.force_login(builders.leader())
    client.post(url("decide", site.pk), decided("pass"))
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    page = client.get(url("acceptance", site.pk))
    assert [result.decision for result, _unmet in page.context["page"].results] == ["pass", "fail"]
    assert "内容不全" in page.content.decode()
    assert len(page.context["page"].papers) == 4  # 通知 and 报告 of each


def test_page_says_what_it_would_come_to(client, office):
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site, weak=1)
    builders.appraised(site, score=90)
    page = client.get(url("acceptance", site.pk))
    assert page.context["page"].prospect.working == "98.5×80%＋90×20%＝96.8"
    assert "98.5×80%＋90×20%＝96.8" in page.content.decode()
    assert "已全部办结" in page.content.decode()
