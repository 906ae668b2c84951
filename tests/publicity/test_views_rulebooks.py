"""The rulebook for everybody: in force, each version, what changed, and where it is found."""

import pytest
from django.urls import reverse

from assessments.services.evidence import max_files
from documents.models import Document
from documents.papers import DocumentKind
from standards import services
from standards.fingerprints import fingerprint
from standards.models import Rulebook
from tests import factories
from tests.standards import drafting

pytestmark = pytest.mark.django_db
IN_FORCE = reverse("publicity:rulebook")


def version(number):
    return reverse("publicity:rulebook_version", args=[number])


@pytest.fixture
def second():
    """A second version in force: another pass mark."""
    draft = drafting.draft_rulebook()
    services.revise(draft=draft, values={"pass_mark": 75}, seen=fingerprint(draft), by=drafting.office())
    drafting.publish(Rulebook.objects.with_items().get(pk=draft.pk))
    return Rulebook.objects.get(pk=draft.pk)


def said(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_page_has_every_article_with_its_numbers(client):
    page = said(client, IN_FORCE)

    assert "第一章 总则" in page
    assert "综合得分达到80分，且社会评议得分达到60分的" in page
    assert "（拟定）" in page
    assert "{" not in page.partition("<main")[2].partition("</main>")[0]


def test_draft_is_nobody_s_in_public(client):
    drafting.draft_rulebook()

    assert client.get(version(2)).status_code == 404
    assert client.get(f"{version(1)}?against=2").context["comparison"] is None
    assert version(2) not in client.get(reverse("publicity:sitemap")).content.decode()


def test_version_that_is_not_there_is_not_found(client):
    assert client.get(version(9)).status_code == 404
    assert client.get("/rulebook/99999999999999999999/").status_code == 404


def test_what_the_publish_page_promises_of_the_public_pages(client, second):
    page = said(client, IN_FORCE)

    assert "综合得分达到75分" in page
    old = said(client, version(1))
    assert "综合得分达到80分" in old.partition('id="versions"')[0]
    assert "已停止执行" in old


@pytest.mark.parametrize("adopt", [False, True])
def test_what_the_publish_page_promises_of_the_running_programme(adopt):
    draft = drafting.draft_rulebook()
    values = {"notice_days": 9, "evidence_max_files": 3}
    services.revise(draft=draft, values=values, seen=fingerprint(draft), by=drafting.office())
    drafting.publish(Rulebook.objects.with_items().get(pk=draft.pk), adopt=adopt)

    assert factories.programme().rulebook_used.notice_days == (9 if adopt else 5)
    assert max_files() == 3


@pytest.mark.parametrize(
    "address", [version(2), f"{version(1)}?against=2", f"{version(2)}?against=1", IN_FORCE]
)
def test_differences_stand_side_by_side_from_the_older_to_the_newer(client, second, address):
    found = client.get(address).context["comparison"]

    assert (found.old_version, found.new_version) == (1, 2)
    assert [item.code for item in found.items] == ["第二十条"]
    assert "达到80分" in found.items[0].changes[0].old
    assert "达到75分" in found.items[0].changes[0].new


@pytest.mark.parametrize("against", ["9", "x", "", "2", "99999999999999999999"])
def test_nonsense_to_compare_with_is_taken_as_the_version_before(client, second, against):
    assert client.get(f"{version(2)}?against={against}").context["comparison"].old_version == 1


def test_search_finds_an_article_as_it_reads_and_leads_to_it(client, second):
    page = client.get(reverse("publicity:search"), {"q": "综合得分达到75分"}).content.decode()
    stale = client.get(reverse("publicity:search"), {"q": "综合得分达到80分"})

    key = next(each.key for each in _articles(second) if "{pass_mark}分，且" in each.text)
    assert f"{IN_FORCE}#article-{key}" in page
    assert stale.context["groups"] == []
    assert f'id="article-{key}"' in said(client, IN_FORCE)


def _articles(rulebook):
    return [each for chapter in rulebook.chapters.all() for each in chapter.articles.all()]


def test_it_stands_in_menu_site_map_and_sitemap(client, second):
    assert f'href="{IN_FORCE}"' in said(client, reverse("publicity:home"))
    assert f'href="{IN_FORCE}"' in said(client, reverse("publicity:site_map"))
    told = client.get(reverse("publicity:sitemap")).content.decode()
    assert all(address in told for address in (IN_FORCE, version(1), version(2)))


def test_page_leads_to_the_notice_once_it_is_made(client, second):
    paper = Document.objects.get(kind=DocumentKind.RULEBOOK_NOTICE)
    assert paper.title not in said(client, IN_FORCE)
    Document.objects.filter(pk=paper.pk).update(state="ready", file="x.pdf", sha256="0" * 64)

    page = said(client, version(2))

    assert reverse("publicity:verify_code", args=[paper.verification_code]) in page
    assert paper.full_number in page
    assert paper.full_number not in said(client, version(1)).partition("<main")[2]


def test_page_asks_a_limited_number_of_times(client, second, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(version(2))
