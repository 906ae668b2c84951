"""The campaign, the plan and the standards as the public reads them."""

import pytest
from django.urls import reverse

from sites.models import Extension, Phase
from standards.models import Standard
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

PAGES = [
    "home",
    "programme",
    "standards",
    "sites",
    "determinations",
    "notices",
    "namings",
    "verify",
    "objection",
    "robots",
    "sitemap",
]


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("name", PAGES)
def test_public_page_needs_no_sign_in(client, name):
    assert client.get(reverse(f"publicity:{name}")).status_code == 200


@pytest.mark.parametrize("name", [page for page in PAGES if page != "objection"])
def test_public_page_refuses_to_be_written_to(client, name):
    assert client.post(reverse(f"publicity:{name}")).status_code == 405


def test_home_without_anything_says_what_will_come(english):
    page = english.get(reverse("publicity:home"))
    assert b"No public notice is running" in page.content
    assert b"No site has been named yet" in page.content


def test_home_shows_the_running_notice_with_days_left_and_way_to_object(english, on):
    on("2008-05-05")
    notice = scene.publish()
    on("2008-05-09")
    page = english.get(reverse("publicity:home"))
    assert list(page.context["notices"]) == [notice]
    assert b"3 days left" in page.content
    assert reverse("publicity:object", args=[notice.pk]) in page.content.decode()


def test_home_counts_sites_by_public_stage(client):
    for stage in ("draft", "filed", "building", "rectifying", "not_accepted", "named"):
        factories.site(stage)
    counts = dict(client.get(reverse("publicity:home")).context["counts"])
    assert {stage.value: number for stage, number in counts.items()} == {
        "building": 3,
        "on_notice": 0,
        "named": 1,
        "warned": 0,
        "revoked": 0,
    }


def test_programme_page_holds_the_plan_word_for_word(client):
    programme = factories.programme()
    content = client.get(reverse("publicity:programme")).content.decode()
    for line in programme.text.splitlines():
        assert line.strip() in content
    for unit in programme.designated_units.all():
        assert unit.name_in_plan in content


def test_programme_page_marks_today_and_names_extensions_with_their_reason(client, on):
    on("2008-04-10")
    phase = Phase.objects.get(ordinal=3)
    Extension.objects.create(
        phase=phase,
        previous_end=phase.ends_on,
        new_end="2008-05-10",
        reason="示例原因：风沙天气",
        by=factories.user("office"),
        on="2008-04-10",
    )
    content = client.get(reverse("publicity:programme")).content.decode()
    assert content.count("phase--current") == 1
    assert "示例原因：风沙天气" in content


@pytest.mark.parametrize(
    ("kind", "slug"), [("government_affairs", "government-affairs"), ("service", "service")]
)
def test_standard_page_shows_every_item_with_its_clause(client, kind, slug):
    standard = Standard.objects.published().with_items().get(kind=kind)
    content = client.get(f"/standards/{slug}/").content.decode()
    for section in standard.sections.all():
        assert section.text in content
        for item in section.items.all():
            assert f'id="{item.code}"' in content
            assert item.text in content
            assert item.clause in content
            assert item.evidence_hint in content
            assert item.disclosure_form in content


def test_standard_page_says_that_points_and_examples_are_proposed(english):
    assert (
        b"The points and examples are proposed: the plan itself gives neither."
        in english.get("/standards/service/").content
    )


def test_standard_of_another_kind_is_not_found(client):
    assert client.get("/standards/other/").status_code == 404


def test_sitemap_lists_published_pages_only(client, on):
    on("2008-05-05")
    hidden, shown = factories.site("reviewed"), factories.site("building")
    notice = scene.publish()
    determination = scene.determined(shown)
    content = client.get("/sitemap.xml").content.decode()
    assert f"/determinations/{determination.pk}/</loc>" in content
    assert f"/sites/{shown.pk}/</loc>" in content
    assert f"/sites/{hidden.pk}/</loc>" not in content
    assert f"/notices/{notice.pk}/</loc>" in content
    assert "/standards/government-affairs/</loc>" in content


def test_robots_keeps_crawlers_out_of_the_desk(client):
    content = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in content
    assert "Sitemap: http://testserver/sitemap.xml" in content
