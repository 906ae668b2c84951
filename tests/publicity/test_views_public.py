"""The campaign, the plan and the standards as the public reads them."""

import datetime
import json
import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from documents.papers import OPINION, REGULATION
from publicity.open_data import DATA_SETS
from publicity.pages.plan_text import _TOLD
from publicity.website_columns import COLUMNS, column_of
from sites.enums import Level, Stage
from sites.models import Extension, Phase
from standards.models import Ground, Item, Standard
from tests import factories
from tests.publicity import scene
from tests.publicity.whole_site import publish_everything

pytestmark = pytest.mark.django_db
PLAN = settings.BASE_DIR / "fixtures" / "plan.txt"

PAGES = [
    "home",
    "programme",
    "standards",
    "grounds",
    "sites",
    "determinations",
    "notices",
    "namings",
    "articles",
    "verify",
    "objection",
    "report_error",
    "site_map",
    "robots",
    "personal_data",
    "security_txt",
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


def test_home_answers_what_then_how_far_then_what_is_open_then_what_is_new(client, on):
    on("2008-05-20")
    publish_everything()
    content = client.get(reverse("publicity:home")).content.decode()
    places = ["what", "how-far", "open-now", "namings", "new-notices", "experience"]
    found = [content.index(f'id="{place}"') for place in places]
    assert found == sorted(found)
    assert 'class="empty"' not in content


def test_home_leads_to_an_open_appraisal_until_its_last_day(client, on):
    on("2008-05-20")
    window = scene.appraisal(days=3)
    link = reverse("publicity:site", args=[window.site_id])
    for day, is_open in (("2008-05-22", True), ("2008-05-23", False)):
        on(day)
        content = client.get(reverse("publicity:home")).content.decode()
        assert (link in content) == is_open, day


def test_home_counts_sites_by_public_state(client):
    for stage in ("draft", "filed", "building", "rectifying", "not_accepted", "named"):
        factories.site(stage)
    counts = dict(client.get(reverse("publicity:home")).context["counts"])
    assert {stage.value: number for stage, number in counts.items()} == {
        "building": 3,
        "on_notice": 0,
        "notice_over": 0,
        "notice_withdrawn": 0,
        "taken_off": 0,
        "named": 1,
        "warned": 0,
        "revoked": 0,
    }


def test_programme_page_holds_the_plan_word_for_word(client):
    """To the letter: the paragraphs of the page, one after the other, are the file."""
    content = client.get(reverse("publicity:programme")).content.decode()
    paragraphs = re.findall(r'<(?:p|h3|h4) class="plan-text[^>]*>(.*?)</(?:p|h3|h4)>', content)
    shown = [unescape(re.sub(r"</?span[^>]*>", "", text)) for text in paragraphs]
    assert shown == PLAN.read_text().splitlines()


def test_plan_is_set_as_a_document(client):
    drawn = client.get(reverse("publicity:programme")).context["lines"]
    styles = [line.style for line in drawn]
    assert styles[:6] == ["title", "title", "addressee", "body", "date", "title"]
    assert Counter(styles) == {
        "title": 3,
        "addressee": 1,
        "date": 1,
        "section": 6,
        "part": 9,
        "point": 8,
        "body": 6,
    }
    named = {line.name: line.rest for line in drawn if line.style == "part"}
    assert named["（一）政务公开示范点建设标准"] == ""
    assert named["（三）加强检查考评。"].startswith("制定出台《乌海市政务公开示范点建设考评办法》")


def told(client, words: str) -> dict[str, str]:
    """What the page tells of the clause with these words, and where each leads."""
    client.cookies["django_language"] = "en"
    drawn = client.get(reverse("publicity:programme")).context["lines"]
    [line] = [line for line in drawn if words in line.name + line.rest]
    return {result.words: result.url for result in line.results}


def test_clause_of_the_designated_units_names_their_windows(client):
    unit = factories.programme().designated_units.get(name_in_plan="公安局")
    site = factories.site(Stage.BUILDING, level=Level.CITY, organisation=unit.organisation)
    results = told(client, "1个基础较好的窗口单位")
    assert any(
        words.endswith(str(site)) and url.endswith(f"/sites/{site.pk}/") for words, url in results.items()
    )
    assert sum(words.endswith("not determined yet") for words in results) == 7


def test_clauses_tell_live_figures(client, on):
    on("2008-05-20")
    assert "1 public notice" not in told(client, "无异议后，进行命名")
    scene.named()
    results = told(client, "无异议后，进行命名")
    assert results["1 public notice"] == reverse("publicity:notices")
    assert results["1 site named"] == reverse("publicity:namings")
    assert any("2008" in words for words in results)


def test_clause_of_the_grounds_leads_to_them(client, on):
    on("2008-04-30")
    results = told(client, "进一步推行政务公开的意见")
    assert [words.rpartition(": ")[2] for words in results] == ["in force", "not in force yet"]
    assert set(results.values()) == {
        ground.get_absolute_url() for ground in Ground.objects.filter(number__in=[OPINION, REGULATION])
    }


def test_clauses_of_the_standards_lead_to_their_items(client):
    results = told(client, "政务公开领导机构和办事机构健全；")
    [(words, url)] = results.items()
    assert words.startswith("Measured by ")
    assert url == "/standards/government-affairs/#section-1"


def test_every_clause_that_is_told_of_stands_in_the_plan():
    """A phrase that nobody finds any more would tell nothing."""
    text = PLAN.read_text()
    assert [phrase for phrase, _tell in _TOLD if phrase not in text] == []


def test_nothing_of_a_conclusion_that_is_not_announced_is_told(client):
    before = told(client, "验收采取实地检查、社会评议")
    factories.site(Stage.ACCEPTED)
    assert told(client, "验收采取实地检查、社会评议") == before


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
    phase.extended_to = datetime.date(2008, 5, 10)
    phase.save()
    page = client.get(reverse("publicity:programme"))
    content = page.content.decode()
    assert content.count("phase--current") == 1
    assert content.count("drawn-added") == 1
    assert "示例原因：风沙天气" in content


def test_timeline_is_to_scale_with_today_on_it(client, on):
    """January to May 2008 has 152 days; 10 April is the 101st of them, the third phase begins on the 92nd."""
    on("2008-04-10")
    drawn = client.get(reverse("publicity:programme")).context["timeline"]
    assert drawn.today == f"{100 * 100 / 152:.2f}%"
    third = drawn.lines[2]
    assert (third.x, third.width, third.added) == (f"{100 * 91 / 152:.2f}%", f"{100 * 30 / 152:.2f}%", "")
    assert [(line.begins_in > 0, line.days_left < 0) for line in drawn.lines] == [
        (False, True),
        (False, True),
        (False, False),
        (True, False),
    ]
    assert third.days_left == 20


def test_timeline_without_today_draws_no_line(english, on):
    on("2009-01-01")
    page = english.get(reverse("publicity:programme"))
    assert page.context["timeline"].today is None
    assert "drawn-today" not in page.content.decode()


def test_timeline_leads_to_what_came_of_the_phases(client, on):
    on("2008-05-20")
    determination = scene.determined()
    [naming] = scene.named()
    lines = client.get(reverse("publicity:programme")).context["timeline"].lines
    assert [result.url for result in lines[0].results] == [
        reverse("publicity:determination", args=[determination.pk])
    ]
    assert [len(line.results) for line in lines[1:3]] == [0, 0]
    decided = reverse("publicity:verify_code", args=[naming.decision.verification_code])
    assert [result.url for result in lines[3].results] == [naming.notice.get_absolute_url(), decided]


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
    told, kept = scene.article(shown), scene.drafted(shown)
    content = client.get("/sitemap.xml").content.decode()
    assert f"/experience/{told.pk}/</loc>" in content
    assert f"/experience/{kept.pk}/</loc>" not in content
    for column in ("experience", "appraise", "open-data", "report-an-error", "site-map"):
        assert f"<loc>http://testserver/{column}/</loc>" in content
    assert "/objections/" not in content
    assert f"/determinations/{determination.pk}/</loc>" in content
    assert f"/sites/{shown.pk}/</loc>" in content
    assert f"/sites/{hidden.pk}/</loc>" not in content
    assert f"/notices/{notice.pk}/</loc>" in content
    assert "/standards/government-affairs/</loc>" in content


def test_site_map_leads_to_every_column(client):
    content = client.get(reverse("publicity:site_map")).content.decode()
    for column in COLUMNS.values():
        assert f'<a href="{column.url}">{column.label}</a>' in content


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/sites/3/", "sites"),
        ("/standards/service/", "standards"),
        ("/notices/2/object/", "notices"),
    ],
)
def test_page_belongs_to_the_column_its_address_begins_with(path, name):
    assert column_of(path) == COLUMNS[name]


def test_whom_to_tell_of_a_weakness(client, settings):
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: http://testserver/report-an-error/"
    assert lines[1].startswith("Expires: ")
    settings.PORTAL_SECURITY_CONTACT = "mailto:security@example.gov.cn"
    assert "mailto:security@example.gov.cn" in client.get("/.well-known/security.txt").content.decode()


def test_pages_name_the_offices_number_once_it_is_set_and_the_demos_sample(client, settings, english):
    pages = [reverse(name) for name in ("publicity:personal_data", "publicity:report_error", "account_login")]
    settings.PORTAL_TELEPHONE, settings.PORTAL_DEMO_RULES = "", False
    assert [page for page in pages if "0473" in client.get(page).content.decode()] == []
    settings.PORTAL_DEMO_RULES = True
    assert [page for page in pages if "0473-0000000 (sample)" not in client.get(page).content.decode()] == []
    settings.PORTAL_TELEPHONE = "0473-2998888"
    for page in pages:
        content = client.get(page).content.decode()
        assert "0473-2998888" in content
        assert "0473-0000000" not in content
    gone = client.get("/gone/").content.decode()
    assert "0473-2998888" in gone


def test_robots_keeps_crawlers_out_of_the_desk(client):
    content = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in content
    assert "Allow: /appraise/$" in content
    assert "Sitemap: http://testserver/sitemap.xml" in content


STANDARD = "/standards/government-affairs/"


def test_standard_is_folded_and_unfolds_as_a_whole(client):
    folded = client.get(STANDARD).content.decode()
    assert folded.count('<details class="fold" id="section-') == 4
    assert 'class="fold" id="section-1" open' not in folded
    unfolded = client.get(f"{STANDARD}?all").content.decode()
    assert unfolded.count(" open>") >= 4
    for code in Item.objects.filter(section__standard__kind="government_affairs").values_list(
        "code", flat=True
    ):
        assert f'id="{code}"' in folded
        assert f'id="{code}"' in unfolded


def test_standard_is_searched_by_words_and_code(client):
    item = Item.objects.filter(section__standard__kind="government_affairs", text__contains="公开栏").first()
    page = client.get(STANDARD, {"q": f"公开栏 {item.code}"})
    assert [found.code for _section, items, _told in page.context["sections"] for found in items] == [
        item.code
    ]
    assert 'class="fold" id="section-' in page.content.decode()
    assert "有1条包含这些字词" in page.content.decode()
    assert "有0条包含这些字词" in client.get(STANDARD, {"q": "停车'; DROP TABLE"}).content.decode()
    assert client.get(STANDARD, {"q": "示" * 2000}).context["words"] == []


# -- what search engines are told ---------------------------------------------------------------------------


def linked(html: str) -> Any:
    return json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', html, re.DOTALL)[1])


def test_every_column_says_what_it_is_in_a_line(client):
    for column in COLUMNS.values():
        found = re.findall(
            r'<meta name="description" content="([^"]*)">', client.get(column.url).content.decode()
        )
        assert len(found) == 1, column.name
        assert 4 < len(found[0]) <= 160
        assert "\n" not in found[0]


def test_pages_say_in_the_words_of_schema_org_what_they_show(client, on):
    on("2008-05-20")
    site = factories.site(Stage.NAMED, window='示例</script><script>alert("1")</script>窗口')
    html = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
    assert linked(html)["name"] == site.window_name
    assert '<script>alert("1")' not in html
    assert linked(client.get("/").content.decode())["@type"] == "WebSite"
    data = linked(client.get("/open-data/").content.decode())
    assert [each["distribution"][0]["contentUrl"].rpartition("/")[2] for each in data["dataset"]] == [
        f"{key}.csv" for key in DATA_SETS
    ]
    article = scene.article(site)
    said = linked(client.get(article.get_absolute_url()).content.decode())
    assert (said["headline"], said["datePublished"]) == (article.title, "2008-05-20")


def test_who_reads_in_english_is_told_what_is_in_chinese_only(client, on):
    on("2008-05-05")
    notice = scene.publish()
    told = "Its texts exist in Chinese only."
    pages = ("/programme/", "/standards/service/", "/rulebook/", notice.get_absolute_url())
    assert not [url for url in pages if "只有中文" in client.get(url).content.decode()]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert [url for url in pages if told in client.get(url).content.decode()] == list(pages)
