"""Search over what is published: in Chinese, by parts of words, and never what is not public."""

import pytest
from django.urls import reverse

from sites.enums import Stage
from standards.models import Standard
from tests import factories
from tests.at_once import on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db
URL = reverse("publicity:search")


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def titles(page) -> list[str]:
    return [hit.title for group in page.context["groups"] for hit in group.hits]


@on_both
def test_two_characters_in_the_middle_of_a_word_are_enough(client, on, database):
    on("2008-05-05")
    notice = scene.publish(title="关于拟命名示范点的公示")
    assert titles(client.get(URL, {"q": "拟命"})) == [str(notice)]


def test_every_word_must_stand_in_it(client, on):
    on("2008-05-05")
    scene.publish(title="关于拟命名示范点的公示")
    assert titles(client.get(URL, {"q": "拟命名 实地", "kind": "notices"})) == ["关于拟命名示范点的公示"]
    assert titles(client.get(URL, {"q": "拟命名 火星", "kind": "notices"})) == []


def test_only_what_the_public_may_know_is_found(client):
    listed, filed = factories.site(Stage.BUILDING), factories.site(Stage.FILED)
    found = titles(client.get(URL, {"q": listed.window_name[:2], "kind": "sites"}))
    assert any(listed.window_name in title for title in found)
    assert not any(filed.window_name in title for title in found)
    assert titles(client.get(URL, {"q": filed.window_name})) == []


def test_item_leads_to_its_place_in_the_standard(client):
    item = Standard.objects.get(kind="service").sections.first().items.first()
    page = client.get(URL, {"q": item.code})
    hit = page.context["groups"][0].hits[0]
    assert hit.url == reverse("publicity:standard", args=["service"]) + f"#{item.code}"
    assert f'id="{item.code}"' in client.get(hit.url).content.decode()


def test_words_are_marked_and_nothing_typed_is_ever_code(client, on):
    on("2008-05-05")
    scene.publish(title="示例公示<script>alert(1)</script>")
    page = client.get(URL, {"q": "<script> 公示", "kind": "notices"}).content.decode()
    assert "<mark>公示</mark>" in page
    assert "<mark>&lt;script&gt;</mark>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("asked", ["", "   ", "长" * 61, "字" * 500])
def test_what_cannot_be_searched_for_is_said_at_the_field(english, asked):
    page = english.get(URL, {"q": asked})
    assert page.status_code == 422
    assert page.context["form"].errors["q"]


@pytest.mark.parametrize("asked", ["%", "_", "\\", "'", '"; DROP TABLE x', "*"])
def test_wildcards_are_characters_like_others(client, asked):
    factories.site(Stage.BUILDING)
    page = client.get(URL, {"q": asked, "kind": "sites"})
    assert page.status_code == 200
    assert titles(page) == []


def test_one_kind_page_by_page(client):
    for _number in range(25):
        factories.site(Stage.BUILDING)
    asked = {"q": "示例", "kind": "sites"}
    first, second = client.get(URL, asked), client.get(URL, {**asked, "page": 2})
    assert (len(titles(first)), len(titles(second))) == (20, 5)
    of_all = client.get(URL, {"q": "示例"})
    group = next(group for group in of_all.context["groups"] if group.source.key == "sites")
    assert (len(group.hits), group.has_more) == (5, True)
    assert "kind=sites" in of_all.content.decode()


def test_plan_is_found_once_however_many_lists_were_filed_in_it(client):
    for _number in range(3):
        factories.site(Stage.BUILDING)
    plan = factories.programme()
    asked = {"q": plan.title[:4], "kind": "programmes"}
    assert titles(client.get(URL, asked)) == [plan.title]
    found = client.get(URL, {"q": plan.title}).context["groups"]  # the rulebook names the plan as well
    assert [one.total for one in found if one.source.key == "programmes"] == [1]


def test_paper_is_told_with_its_number_and_opens_where_it_is_verified(client, on):
    on("2008-05-05")
    paper = scene.publish(title="示例公示").document
    type(paper).objects.filter(pk=paper.pk).update(state="ready", file="x.pdf", sha256="0" * 64)
    (group,) = client.get(URL, {"q": paper.title, "kind": "documents"}).context["groups"]
    assert [(hit.title, hit.url) for hit in group.hits] == [
        (str(paper), reverse("publicity:verify_code", args=[paper.verification_code]))
    ]


def test_unknown_kind_is_said(client):
    assert client.get(URL, {"q": "示例", "kind": "people"}).status_code == 422


def test_queries_are_few(client, django_assert_max_num_queries):
    for _number in range(6):
        factories.site(Stage.BUILDING)
    with django_assert_max_num_queries(12):
        client.get(URL, {"q": "示例"})
