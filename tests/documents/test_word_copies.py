"""The Word copies of papers: each says what its page says, in named styles, the same bytes each time."""

import io
import re

import docx
import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Export
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import paper_html
from documents.word_copy import COPY, word_copy
from documents.word_text import Element, read
from tests import agreeing, factories
from tests.accounts import exporting
from tests.documents.drafted import drafted, heard_site
from tests.documents.samples import sample


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _said(element: Element) -> str:
    """The page's words in reading order, without those that a copy leaves out."""
    if element.tag == "svg" or element.classes & {"draft", "sample", "verification"}:
        return ""
    return "".join(kid if isinstance(kid, str) else _said(kid) for kid in element.kids)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_copy_says_what_the_paper_says(kind):
    document = docx.Document(io.BytesIO(word_copy(kind, sample(kind))))
    found = "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    assert _letters(found) == _letters(_said(read(paper_html(kind, sample(kind)))))


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_copy_has_the_same_bytes_twice(kind):
    assert word_copy(kind, sample(kind)) == word_copy(kind, sample(kind))


@pytest.mark.parametrize("kind", DocumentKind)
def test_words_have_styles_and_no_formatting_of_their_own(kind):
    document = docx.Document(io.BytesIO(word_copy(kind, sample(kind))))
    formatted = [
        child.tag
        for properties in document.element.body.iter()
        if properties.tag.endswith(("}rPr", "}pPr"))
        for child in properties
        if not child.tag.endswith(("}rStyle", "}pStyle"))
    ]
    assert formatted == []


def test_each_page_of_a_copy_says_that_it_is_one():
    kind = DocumentKind.MINUTES
    (section,) = docx.Document(io.BytesIO(word_copy(kind, sample(kind)))).sections
    assert section.header.paragraphs[0].text.startswith(COPY)
    assert section.even_page_header.paragraphs[0].text.startswith(COPY)


# -- at the desk ----------------------------------------------------------------------------------------


def words_in(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


@pytest.mark.django_db
def test_copy_of_a_draft_and_of_its_paper_is_made_by_the_worker(client, on):
    on("2008-04-16")
    clerk = factories.user(Role.OFFICE)
    draft = drafted(heard_site(), clerk)
    client.force_login(clerk)
    address = reverse("documents:draft_paper_word", args=[draft.papers.get().pk])
    assert address in client.get(draft.get_absolute_url()).content.decode()
    assert "〔2008〕\u3000号" in words_in(exporting.fetched(client, address))
    agreeing.agreed()
    paper = Document.objects.get(kind="rectification_notice")
    address = reverse("documents:word", args=[paper.pk])
    assert address in client.get(paper.get_absolute_url()).content.decode()
    told = words_in(exporting.fetched(client, address))
    assert paper.full_number in told
    assert paper.verification_code not in told
    assert Export.objects.latest("pk").name == f"副本 {paper.full_number} {paper.title}.docx"


@pytest.mark.django_db
def test_who_does_not_read_the_paper_gets_no_copy(client, on):
    on("2008-04-16")
    draft = drafted(heard_site(), factories.user(Role.OFFICE))
    agreeing.agreed()
    paper = Document.objects.get(kind="rectification_notice")
    client.force_login(factories.user(Role.LIAISON))
    for name, record in (("draft_paper_word", draft.papers.get()), ("word", paper)):
        assert client.get(reverse(f"documents:{name}", args=[record.pk])).status_code == 404
    assert not Export.objects.exists()
