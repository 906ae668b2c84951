"""The public directory: listed sites only, at their public stage only."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.models import Finding
from publicity.public_state import PublicState
from sites.enums import Action, Level, Stage
from sites.models import StageChange
from standards.enums import Kind
from tests import factories
from tests.publicity import scene
from tests.sites import making

pytestmark = pytest.mark.django_db

HIDDEN = [stage for stage in Stage if stage not in Stage.LISTED]
ANNOUNCED = (Stage.ON_NOTICE, Stage.NAMED, Stage.WARNED, Stage.REVOKED)
BUILDING = [stage for stage in Stage if stage in Stage.LISTED and stage not in ANNOUNCED]


@pytest.mark.parametrize("stage", HIDDEN)
def test_site_before_the_determined_list_is_not_found(client, stage):
    site = factories.site(stage)
    assert client.get(reverse("publicity:site", args=[site.pk])).status_code == 404
    assert site.window_name not in client.get(reverse("publicity:sites")).content.decode()


@pytest.mark.parametrize("stage", BUILDING)
def test_site_between_list_and_notice_reads_under_construction(client, stage):
    site = factories.site(stage)
    for address in (reverse("publicity:site", args=[site.pk]), reverse("publicity:sites")):
        content = client.get(address).content.decode()
        assert site.window_name in content
        assert f"<span>{PublicState.BUILDING.label}</span>" in content
        if stage != Stage.BUILDING:
            assert f"<span>{stage.label}</span>" not in content


def test_site_page_never_shows_steps_findings_or_telephones(client):
    [site] = scene.accepted()
    office = factories.user(Role.OFFICE, name="示例经办人")
    for action, to, note in (
        (Action.DETERMINE, Stage.DETERMINED, ""),
        (Action.FAIL_ACCEPTANCE, Stage.NOT_ACCEPTED, "示例不予通过的理由"),
    ):
        StageChange.objects.create(
            site=site,
            action=action,
            from_stage=site.stage,
            to_stage=to,
            by=office,
            on="2008-04-10",
            note=note,
        )
    assessment = site.assessments.get()
    Finding.objects.create(
        assessment=assessment,
        points=1,
        reason="示例差距",
        opinion="示例改进意见",
        working_days=10,
        deadline="2008-04-30",
    )
    content = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
    assert "2008" in content
    for secret in (
        "示例差距",
        "示例改进意见",
        "示例不予通过的理由",
        "示例经办人",
        "0473-0000000",
        "示例联络员",
    ):
        assert secret not in content.split("<footer")[0]


def test_site_page_tells_the_public_steps_with_their_reasons(client, on):
    on("2008-06-01")
    [named] = scene.named()
    scene.complained(named, "示例投诉内容")
    scene.warned(named)
    content = client.get(reverse("publicity:site", args=[named.site_id])).content.decode()
    assert "示例警告理由" in content
    assert "示例投诉内容" not in content
    assert reverse("publicity:notice", args=[named.notice_id]) in content
    assert named.plaque_number in content


def test_site_page_of_an_upheld_objection_says_so_without_the_reply(client, on):
    on("2008-05-05")
    site, other = scene.accepted(2)
    notice = scene.publish(site, other)
    letter = scene.conclude(scene.object_to(notice, site), "upheld")
    content = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
    assert letter.reply not in content
    assert content.count('class="history-what"') == 2


def test_list_is_narrowed_by_each_filter(client):
    haibowan = factories.district()
    city = factories.site(Stage.BUILDING, kind=Kind.SERVICE)
    district = factories.site(Stage.NAMED, level=Level.DISTRICT, of=haibowan)
    factories.site(Stage.ACCEPTED, level=Level.DISTRICT, of=factories.district("乌达"))

    def listed(**filters):
        return list(client.get(reverse("publicity:sites"), filters).context["object_list"])

    assert listed(level="city") == [city]
    assert listed(kind="service") == [city]
    assert listed(district=haibowan.pk) == [district]
    assert listed(stage="named") == [district]
    assert len(listed(stage="building")) == 2
    assert len(listed()) == 3


def test_list_with_a_wrong_filter_names_it_and_keeps_the_others(client):
    city = factories.site(Stage.BUILDING)
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    page = client.get(reverse("publicity:sites"), {"level": "city", "stage": "accepted"})
    assert list(page.context["object_list"]) == [city]
    assert list(page.context["filter"].errors) == ["stage"]


def test_list_with_nothing_found_offers_the_way_back(client):
    factories.site(Stage.BUILDING)
    page = client.get(reverse("publicity:sites"), {"stage": "revoked"})
    assert list(page.context["object_list"]) == []
    assert 'class="empty"' in page.content.decode()


def test_list_has_pages_of_fifty(client):
    for _ in range(51):
        factories.site(Stage.BUILDING)
    assert len(client.get(reverse("publicity:sites")).context["object_list"]) == 50
    assert len(client.get(reverse("publicity:sites"), {"page": 2}).context["object_list"]) == 1


def test_diagram_counts_what_its_links_lead_to(client, on):
    """The city's window in a district is the city's: no site is counted twice, and none left out."""
    on("2008-05-05")
    haibowan, wuda = factories.district(), factories.district("乌达")
    factories.site(Stage.NAMED, organisation=haibowan)
    factories.site(Stage.BUILDING)
    scene.publish(factories.site(Stage.ACCEPTED, level=Level.DISTRICT, of=haibowan))
    factories.site(Stage.WARNED, level=Level.DISTRICT, of=wuda)
    factories.site(Stage.REVIEWED, level=Level.DISTRICT, of=wuda)
    areas = client.get(reverse("publicity:sites")).context["areas"]
    assert [(area.total, area.on_notice, area.titled) for area in areas] == [
        (2, 0, 1),
        (1, 1, 0),
        (0, 0, 0),
        (1, 0, 1),
    ]
    for area in areas:
        listed = client.get(area.url).context["object_list"] if area.url else []
        assert len(listed) == area.total, area.name


def test_diagram_of_another_programme_leads_to_that_programme(client):
    old = factories.programme()
    factories.site(Stage.NAMED, level=Level.DISTRICT)
    old.is_current = False
    old.save()
    areas = client.get(reverse("publicity:sites"), {"programme": old.pk}).context["areas"]
    [area] = [area for area in areas if area.total]
    assert len(client.get(area.url).context["object_list"]) == 1


def acts(client, site):
    now = client.get(reverse("publicity:site", args=[site.pk])).context["now"]
    return {act.url: act.until for act in now.acts}


def test_site_page_offers_the_objection_while_its_notice_runs(client, on):
    on("2008-05-05")
    site, other = scene.accepted(2)
    notice = scene.publish(site, other)
    object_to = reverse("publicity:object", args=[notice.pk])
    site.refresh_from_db()
    assert acts(client, site)[object_to] == notice.ends_on
    scene.conclude(scene.object_to(notice, site), "upheld")
    assert object_to not in acts(client, site)
    assert object_to in acts(client, other)
    on("2008-05-13")
    assert object_to not in acts(client, other)


def test_site_page_offers_the_appraisal_while_it_is_open(client, on):
    on("2008-05-20")
    window = scene.appraisal(days=2)
    assert acts(client, window.site)[reverse("publicity:appraise")] == window.closes_on
    on("2008-05-22")
    assert reverse("publicity:appraise") not in acts(client, window.site)


@pytest.mark.parametrize("stage", Stage.LISTED)
def test_site_page_says_the_same_of_all_stages_that_look_alike(client, stage):
    """What is not announced does not show in what comes next either."""
    site = factories.site(stage)
    page = client.get(reverse("publicity:site", args=[site.pk]))
    if stage in BUILDING:
        other = factories.site(Stage.BUILDING)
        alike = client.get(reverse("publicity:site", args=[other.pk]))
        acts = [
            replace(act, url=act.url.replace(f"?site={site.pk}", f"?site={other.pk}"))
            for act in page.context["now"].acts
        ]
        assert replace(page.context["now"], acts=acts) == alike.context["now"]
    assert str(page.context["now"].told.what) in page.content.decode()


def test_another_campaign_keeps_its_named_sites_where_the_public_looks(client, english):
    """The list, the home page, search, feed and the old address, each with the campaign that is meant."""
    old = factories.programme()
    (naming,) = scene.named(*scene.accepted())
    before = client.get(reverse("publicity:site", args=[naming.site_id])).content.decode()
    assert old.campaign not in before
    making.succeed()
    for url in ("/", "/sites/", f"/sites/{naming.site_id}/", naming.get_absolute_url()):
        html = client.get(url).content.decode()
        assert naming.site.window_name in html, url
        assert f"2008 {old.document_number}" in html, url
    for url in (f"/search/?q={naming.site.window_name}", reverse("publicity:feed")):
        html = client.get(url).content.decode()
        assert naming.site.window_name in re.sub("</?mark>", "", html), url
        assert old.document_number in html, url
    listed = client.get("/sites/", {"programme": old.pk})
    assert [site.pk for site in listed.context["object_list"]] == [naming.site_id]
    assert listed.context["named_elsewhere"] == []
    assert client.get("/sites/", {"level": "city"}).context["named_elsewhere"] == []


def test_named_sites_of_other_campaigns_are_one_question(client):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/sites/").status_code == 200
        return len(queries)

    factories.site(Stage.NAMED)
    making.succeed()
    factories.site(Stage.NAMED)
    making.succeed()
    few = asked()
    for _n in range(5):
        factories.site(Stage.NAMED)
        making.succeed()
    assert asked() == few
