"""The whole public site, link by link, in both languages: nothing dead, nothing foreign, nothing unnamed."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import resolve

from publicity.page_cache import MARK
from publicity.website_columns import COLUMNS
from tests.html_rules import faults
from tests.publicity.crawler import Page, crawl
from tests.publicity.whole_site import TODAY, publish_everything
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

# What 国办发〔2017〕47号 asks of every page, of a column's pages and of an article.
SITE_METAS = {"SiteName", "SiteDomain", "SiteIDCode"}
COLUMN_METAS = {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
ARTICLE_METAS = {"ArticleTitle", "PubDate", "ContentSource"}
ARTICLES = {"notice", "naming", "article", "determination", "programme", "standard"}
# For old telephones: a shell of its own, without columns.
SLIM = {"appraise", "appraisal"}


@made_once(TODAY)
def slip():
    return publish_everything()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_stands_and_says_what_it_is(client, slip, language):
    client.cookies["django_language"] = language
    found = crawl(client, "/", "/search/?q=示例", slip)
    assert found.dead == []
    assert found.away == []
    assert list(found.fragments_lost()) == []
    assert [path for path in found.static if not _is_served(path)] == []
    assert {
        name: problems for name, page in found.pages.items() if (problems := _problems(page, language))
    } == {}
    seen = {_view(address) for address in found.pages}
    assert seen >= {*COLUMNS, *ARTICLES, "site", "object", "appraisal", "verify_code"}


def _view(address: str) -> str:
    return resolve(address.partition("?")[0]).url_name or ""


def _is_kept(address: str) -> bool:
    return getattr(resolve(address.partition("?")[0]).func, MARK, False)


def _is_served(path: str) -> bool:
    name = path.removeprefix(f"/{settings.STATIC_URL.strip('/')}/")
    return bool(finders.find(name)) or staticfiles_storage.exists(name)


def _problems(page: Page, language: str) -> list[str]:
    view = _view(page.address)
    wanted = (
        SITE_METAS
        | (set() if view in SLIM else COLUMN_METAS)
        | (ARTICLE_METAS if view in ARTICLES else set())
    )
    twice = {one for one in page.ids if page.ids.count(one) > 1}
    checks = {
        "title": re.fullmatch(r"\s*\S.*–.*", page.title, re.DOTALL),
        f"lang {page.lang}": page.lang == language,
        f"{page.headings} h1": page.headings == 1,
        f"title {page.title!r} without {page.heading!r}": page.title_fits,
        f"without {wanted - page.metas.keys()}": wanted <= page.metas.keys(),
        "an empty meta tag": all(page.metas[name] for name in wanted & page.metas.keys()),
        "PubDate": re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", page.metas.get("PubDate", "2008-05-20 00:00")),
        f"ArticleTitle {page.metas.get('ArticleTitle')!r} and not {page.heading!r}": page.metas.get(
            "ArticleTitle", page.heading
        ).split()
        == page.heading.split(),
        f"twice {twice}": not twice,
        f"{(wrong := faults(page.html))}": not wrong,
        f"no name for {page.unlabelled}": not page.unlabelled,
        f"no key in the form for {page.without_key}": not page.without_key,
        "a key that all readers would share": not (_is_kept(page.address) and page.keys),
    }
    return [what for what, holds in checks.items() if not holds]
