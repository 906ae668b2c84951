"""Grounds as the public reads them, and where they are cited."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import OPINION, REGULATION, DocumentKind
from publicity.services import articles
from standards.models import Ground
from tests import factories
from tests.documents.papers import issue_paper
from tests.publicity import scene

pytestmark = pytest.mark.django_db
LATER = "国务院令第711号"


def ground(number: str) -> Ground:
    return Ground.objects.get(number=number)


def page(client, found):
    client.cookies["django_language"] = "en"
    return client.get(found.get_absolute_url()).content.decode()


def test_list_has_what_was_issued_by_today(client, on):
    on("2008-05-20")
    listed = client.get(reverse("publicity:grounds")).content.decode()
    assert OPINION in listed
    assert REGULATION in listed
    assert LATER not in listed
    on("2019-06-01")
    assert LATER in client.get(reverse("publicity:grounds")).content.decode()


def test_ground_of_later_years_has_no_page_yet(client, on):
    on("2008-05-20")
    assert client.get(ground(LATER).get_absolute_url()).status_code == 404


def test_page_says_how_it_stands(client, on):
    on("2008-04-30")
    assert "is not in force before" in page(client, ground(REGULATION))
    on("2008-05-20")
    held = page(client, ground(REGULATION))
    assert "is not in force before" not in held
    assert "2019" not in held
    on("2019-06-01")
    assert ground(LATER).get_absolute_url() in page(client, ground(REGULATION))
    assert ground(REGULATION).get_absolute_url() in page(client, ground(LATER))


def test_page_says_where_it_is_cited(client, on):
    on("2008-05-20")
    article = scene.put_out(scene.drafted(grounds=[ground(REGULATION)]))
    paper = issue_paper(DocumentKind.PUBLIC_NOTICE, title="示例公示")
    Document.objects.filter(pk=paper.pk).update(
        is_public=True, state="ready", file="documents/x.pdf", sha256="0" * 64
    )

    shown = page(client, ground(REGULATION))

    assert article.get_absolute_url() in shown
    assert paper.full_number in shown
    assert reverse("publicity:programme") in shown
    assert paper.full_number in page(client, ground(OPINION))


def test_draft_article_and_paper_that_is_not_public_are_named_nowhere(client, on):
    on("2008-05-20")
    draft = scene.drafted(grounds=[ground(REGULATION)], title="示例草稿")
    paper = issue_paper(DocumentKind.PUBLIC_NOTICE, title="示例公示")

    shown = page(client, ground(REGULATION))

    assert draft.title not in shown
    assert paper.full_number not in shown


def test_paper_names_title_and_number_from_the_library(on):
    on("2008-05-20")
    Ground.objects.filter(number=OPINION).update(title="示例意见")
    paper = issue_paper(DocumentKind.NAMING_DECISION)
    assert paper.context["cited"] == (
        f"《示例意见》（{OPINION}）和《中华人民共和国政府信息公开条例》（{REGULATION}）"
    )
    assert set(paper.grounds.all()) == {ground(OPINION), ground(REGULATION)}


def test_notice_whose_words_cite_what_was_replaced_is_refused_with_the_successor_named(on):
    on("2019-06-03")
    site = scene.accepted()[0]
    with pytest.raises(ValidationError, match=LATER):
        scene.publish(site, grounds=f"根据{REGULATION}，经实地检查")
    assert not Document.objects.exists()


def test_article_does_not_cite_anew_what_was_replaced(client, on):
    on("2019-06-03")
    client.force_login(factories.user(Role.OFFICE))
    client.cookies["django_language"] = "en"
    body = {"kind": "news", "title": "示例", "text": "示例", "grounds": [REGULATION]}
    answer = client.post(reverse("publicity_desk:article_add"), body)
    assert answer.status_code == 422
    assert LATER in answer.content.decode()


def test_draft_is_not_published_with_a_ground_that_was_replaced_meanwhile(on):
    on("2019-05-01")
    draft = scene.drafted(grounds=[ground(REGULATION)])
    on("2019-06-03")
    with pytest.raises(ValidationError, match=LATER):
        scene.put_out(draft)
    articles.revise(
        article=draft,
        words={"title": draft.title, "text": draft.text},
        sites=list(draft.sites.all()),
        items=[],
        grounds=[ground(LATER)],
        seen=articles.of_article(draft),
        by=draft.author,
    )
    assert scene.put_out(draft).published_on


def test_search_finds_a_ground_by_number_and_title(client, on):
    on("2008-05-20")
    for words in ("国务院令第492号", "政府信息公开条例"):
        found = client.get(reverse("publicity:search"), {"q": words}).content.decode()
        assert ground(REGULATION).get_absolute_url() in found
        assert ground(LATER).get_absolute_url() not in found


def test_site_map_leads_to_each(client, on):
    on("2008-05-20")
    addresses = client.get(reverse("publicity:sitemap")).content.decode()
    assert ground(OPINION).get_absolute_url() in addresses
    assert ground(LATER).get_absolute_url() not in addresses
