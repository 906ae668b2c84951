"""Acceptance on the page: what is missing, the office's form, the leading group's form."""

import pytest
from django.urls import reverse

from assessments.enums import Band, Verdict
from assessments.models import Acceptance
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db
ENTERED = {
    "appraisal_sample": 60, "appraisal_score": 90, "bonus": "", "bonus_grounds": "", "veto_reason": "",
    "opinion": "示例意见", "verdict": "pass",
}  # fmt: skip


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def site(on):
    made = factories.site(Stage.RECTIFIED)
    builders.on_site(made)
    on("2008-05-08")
    return made


@pytest.fixture
def office(client):
    client.force_login(builders.office())


def waits_for(client):
    return {row.site: row.waits_for for row in client.get(url("acceptances")).context["rows"]}


def test_list_says_what_is_missing(client, site, office):
    no_sheet, accepted = factories.site(Stage.RECTIFIED), factories.site(Stage.ACCEPTED)
    factories.site(Stage.RECTIFYING)
    assert waits_for(client) == {site: "recommendation", no_sheet: "sheet", accepted: ""}
    result = builders.recommended(site, Verdict.FAIL)
    assert waits_for(client)[site] == "decision"
    Acceptance.objects.filter(pk=result.pk).update(
        decision=Verdict.FAIL, decided_by=builders.leader(), decided_on="2008-05-08"
    )
    assert waits_for(client)[site] == "sheet"


def test_detail_compares_the_sections(client, office):
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site, weak=1)
    sections = client.get(url("acceptance", site.pk)).context["sections"]
    assert (sections[0]["inspection"], sections[0]["points"]) == ("17", "18.5")
    assert len(sections) == 4


def test_detail_without_the_on_site_sheet_offers_no_form(client, office):
    site = factories.site(Stage.RECTIFIED)
    assert client.get(url("acceptance", site.pk)).context["recommendation_form"] is None
    assert client.post(url("recommend", site.pk), ENTERED).url == url("acceptance", site.pk)
    assert not Acceptance.objects.exists()


def test_recommend(client, site, office):
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
        ({"appraisal_sample": 29}, "appraisal_sample"),
        ({"appraisal_sample": -1}, "appraisal_sample"),
        ({"appraisal_score": 101}, "appraisal_score"),
        ({"bonus": 6}, "bonus"),
        ({"bonus": 1}, "bonus_grounds"),
        ({"veto_reason": "别的"}, "veto_reason"),
        ({"opinion": ""}, "opinion"),
        ({"verdict": "maybe"}, "verdict"),
        ({"appraisal_score": 50}, "__all__"),
    ],
)
def test_recommend_refused_names_the_field(client, site, office, more, field):
    response = client.post(url("recommend", site.pk), {**ENTERED, **more})
    assert response.status_code == 422
    form = response.context["recommendation_form"]
    assert list(form.errors) == [field]
    assert form["appraisal_score"].value() == str(more.get("appraisal_score", 90))
    assert not Acceptance.objects.exists()


def test_veto_is_one_of_the_rulebooks(client, site, office):
    reason = site.assessments.get().round.rulebook.veto_reasons[0]
    body = {**ENTERED, "veto_reason": reason}
    assert client.post(url("recommend", site.pk), body).status_code == 422
    assert client.post(url("recommend", site.pk), {**body, "verdict": "fail"}).status_code == 302
    results = client.get(url("acceptance", site.pk)).context["results"]
    assert [(unmet != [], result.band) for result, unmet in results] == [(True, Band.UNQUALIFIED)]


def test_decide(client, site):
    builders.recommended(site)
    client.force_login(builders.leader())
    assert client.get(url("acceptance", site.pk)).context["decision_form"]["verdict"].value() == "pass"
    assert client.post(url("decide", site.pk), {"verdict": "pass", "note": ""}).url == url(
        "acceptance", site.pk
    )
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    page = client.get(url("acceptance", site.pk))
    assert list(page.context["papers"]) == [Document.objects.get(kind=DocumentKind.ACCEPTANCE_REPORT)]
    assert client.post(url("decide", site.pk), {"verdict": "pass"}).status_code == 404


@pytest.mark.parametrize("body", [{"verdict": "fail", "note": ""}, {"verdict": ""}, {"verdict": "perhaps"}])
def test_decide_refused(client, site, body):
    builders.recommended(site)
    client.force_login(builders.leader())
    assert client.post(url("decide", site.pk), body).status_code == 422
    assert Acceptance.objects.get().decision == ""


def test_decide_by_the_office(client, site, office):
    builders.recommended(site)
    assert client.post(url("decide", site.pk), {"verdict": "pass"}).status_code == 403
