"""总体验收报告: who passed, who did not, who waits, how far the goals are; frozen on the day it is issued."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import Verdict
from assessments.papers.programme import standing
from assessments.services import acceptance, recusals
from assessments.services.programme_reports import issue_programme_report, programme_reports
from documents.fields import missing_fields
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import render_paper
from sites.calendar import pinned
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from tests import agreeing, factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.documents.reading import text_of
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
PAGE = reverse("assessments:acceptance_report")


def decided(site: Site, verdict: Verdict = Verdict.PASS) -> None:
    """Recommended and decided alike on the day."""
    result = builders.recommended(site, verdict)
    acceptance.decide(
        acceptance=result,
        verdict=verdict,
        note="示例原因",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    site.refresh_from_db()


@made_once("2008-05-08")
def sites():
    """One accepted after inspection, one not accepted, one that waits."""
    passed, failed, waiting = (
        builders.building(),
        factories.site(Stage.RECTIFIED),
        factories.site(Stage.BUILDING),
    )
    builders.rectified(passed)
    for site in (passed, failed):
        builders.on_site(site, weak=1)
    builders.appraised(passed, score=92, sample=64)
    with pinned(datetime.date(2008, 5, 8)):
        decided(passed)
        decided(failed, Verdict.FAIL)
    return passed, failed, waiting


def issued(by=None) -> Document:
    return issue_programme_report(programme=factories.programme(), by=by or builders.office())


def test_report_tells_who_passed_and_what_the_goals_came_to(sites):
    passed, failed, _waiting = sites
    context = issued().context
    assert missing_fields(DocumentKind.PROGRAMME_ACCEPTANCE, context) == []
    counts = [context[name] for name in ("sites_total", "examined", "passed", "failed", "waiting")]
    assert counts == [3, 2, 1, 1, 1]
    rows = {row["name"]: row for row in context["sites"]}
    good, bad = rows[passed.window_name], rows[failed.window_name]
    assert (good["decision"], bad["decision"]) == ("通过验收", "未通过验收")
    assert (good["standard"], good["appraisal"], good["sample"]) == ("98.5/100", "92", 64)
    assert (good["composite"], good["band"]) == ("97.2", "优秀")  # 98.5×80%＋92×20%
    goals = {row["goal"]: row for row in context["goals"]}
    assert (
        goals["组织领导机制健全"]["government_affairs"] == "92.5%"
    )  # 18.5 of 20, by the accepted site alone
    assert goals["公开制度科学完善"]["government_affairs"] == "100%"
    assert goals["组织领导机制健全"]["service"] == ""
    assert goals["监督体系规范"]["shown_by"].endswith("政务公开4/4项次（100%）。")
    assert goals["工作成效明显"]["shown_by"] == "社会评议平均92分（64份）；改进意见2项，办结2项。"
    assert goals["监督体系规范"]["government_affairs"] == ""


def test_report_is_a_paper_to_the_leading_group(sites):
    document = Document.objects.get(pk=issued().pk)
    assert document.context["addressee"] == "乌海市政务公开领导小组"
    text = text_of(render_paper(document.kind, document.context))
    assert "示范点3个，已经市政务公开领导小组审定验收结果2个，其中通过验收1个，未通过验收1个" in text
    assert "方案未定标准" in text
    assert Notification.objects.filter(user=builders.leader(), url=document.get_absolute_url()).exists()


def test_report_is_frozen_and_issued_again_only_once_things_have_moved_on(sites):
    first = issued()
    with pytest.raises(InvalidTransition):
        issued()
    _passed, _failed, waiting = sites
    Site.objects.filter(pk=waiting.pk).update(stage=Stage.RECTIFIED)
    waiting.refresh_from_db()
    builders.on_site(waiting)
    decided(waiting)
    second = issued()
    first.refresh_from_db()
    assert (first.context["passed"], second.context["passed"]) == (1, 2)
    assert list(programme_reports(factories.programme())) == [second, first]


def test_report_before_anything_is_decided():
    factories.site(Stage.RECTIFIED)
    with pytest.raises(ValidationError):
        issued()


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_report_by_another_role(sites, role):
    with pytest.raises(PermissionDenied):
        issued(factories.user(role))


def test_report_by_somebody_who_stood_aside_from_a_site(sites):
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=sites[0], reason="示例")
    with pytest.raises(ValidationError):
        issued(office)


def test_site_back_in_rectification_waits_and_one_that_failed_has_failed(sites):
    passed, failed, _waiting = sites
    Site.objects.filter(pk__in=(passed.pk, failed.pk)).update(stage=Stage.RECTIFYING)
    found = standing(Site.objects.all())
    assert (found.passed, found.failed, found.waiting) == (0, 1, 2)
    assert found.goals.appraisals is None


# -- the pages -----------------------------------------------------------------


def test_page_shows_today_and_issues(client, sites):
    client.force_login(builders.office())
    page = client.get(PAGE)
    assert (page.context["found"].passed, list(page.context["papers"])) == (1, [])
    assert client.post(PAGE).url == PAGE
    agreeing.agreed()
    page = client.get(PAGE)
    assert [paper.kind for paper in page.context["papers"]] == [DocumentKind.PROGRAMME_ACCEPTANCE]
    client.post(PAGE)
    assert Document.objects.filter(kind=DocumentKind.PROGRAMME_ACCEPTANCE).count() == 1


def test_page_of_the_leading_group_has_no_button(client, sites):
    client.force_login(builders.leader())
    html = client.get(PAGE).content.decode()
    assert f'action="{PAGE}' not in html
    assert client.post(PAGE).status_code == 403


def test_goals_on_one_page_say_which_have_no_standard(client, sites):
    client.force_login(builders.leader())
    html = client.get(reverse("assessments:acceptance_goals")).content.decode()
    for words in ("组织领导机制健全", "92.5 %", "监督体系规范", "工作成效明显", "ZW-2.3", "方案未"):
        assert words in html


def test_goals_of_one_site_stand_on_its_acceptance(client, sites):
    client.force_login(builders.office())
    html = client.get(reverse("assessments:acceptance", args=[sites[0].pk])).content.decode()
    for words in ("92.5 %", "监督体系规范", "工作成效明显"):
        assert words in html
