"""A paper that was withdrawn and replaced says so wherever it is named: on every page, to every role.

Whatever kind it is of, and whichever page comes to name one: the pages are found by following links.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped]  # it has none
from django.test import Client
from django.urls import reverse

from accounts.models import User
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import withdraw
from tests.documents.papers import issue_paper
from tests.publicity.crawler import crawl, view_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

REASON = "示例理由：内容有误"
# As units see it, each of the roles that read papers, and, last, the public.
ACCOUNTS = ("lingdao", "shiban", "quban1", "ducha1", "lianluo01", "shenji", "")
# What was told, as it was told on its day.
TOLD_THEN = {
    "desk:notifications": "messages",
    "desk:trail": "who did what",
    "publicity:verify": "an example of how a number is written",
}
# What stands there was said once, and is quoted: messages, and why a paper was withdrawn.
QUOTED = {"told-list", "void"}
# A thing that stands by itself on a page, with what is said of it.
UNITS = {"tr", "li", "option", "article", "section", "main"}
HEADS = {"head", "nav", "header", "h1"}


@pytest.fixture
def replaced(demo) -> dict[str, Document]:
    """By its number, every paper of the demo and one of each kind that it lacks, replaced by a later one."""
    there = set(Document.objects.values_list("kind", flat=True))
    for kind in DocumentKind:
        if kind not in there:
            issue_paper(kind)
    papers = list(Document.objects.standing())
    later = {kind: issue_paper(kind, title=f"后来的{kind.label}") for kind in DocumentKind}
    for paper in papers:
        withdraw(document=paper, reason=REASON, successor=later[DocumentKind(paper.kind)])
    return {paper.full_number: paper for paper in Document.objects.exclude(replaced_by=None)}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_replaced_paper_says_so_wherever_it_is_named(client, replaced, account):
    assert {paper.kind for paper in replaced.values()} == set(DocumentKind)
    if account:
        client.force_login(User.objects.get(username=account))
    found = crawl(
        client,
        "/desk/" if account else "/",
        is_read=lambda address: address.startswith("/desk/") == bool(account),
        alike=3,
        most=6000,
    )
    named = [
        f"{address}: {line}"
        for address, page in found.pages.items()
        if view_of(address) not in TOLD_THEN
        for line in unsaid(address, page.html, replaced)
    ]
    assert not named, "\n".join(named)


def test_page_of_each_kind_says_why_and_what_stands_in_its_place(client: Client, replaced):
    client.force_login(User.objects.get(username="shiban"))
    for paper in replaced.values():
        if not paper.is_closed:
            page = client.get(paper.get_absolute_url()).content.decode()
            assert REASON in page
            assert paper.replaced_by_number in page
        page = Client().get(reverse("publicity:verify_code", args=[paper.verification_code])).content.decode()
        assert "真实，但已失效" in page
        assert paper.replaced_by_number in page
        assert (REASON in page) == paper.is_public


def unsaid(address: str, html: str, papers: dict[str, Document]) -> Iterator[str]:
    """The papers a page names without saying that they count no more, and what does."""
    # A title may name another paper, a reason too.
    texts = (text for paper in papers.values() for text in (paper.title, paper.withdrawn_why))
    quoted = {text for text in texts if "号" in text}
    numbers = re.compile("|".join(map(re.escape, papers)))
    addresses = {
        address: paper
        for paper in papers.values()
        for address in (
            paper.get_absolute_url(),
            reverse("documents:download", args=[paper.pk]),
            reverse("publicity:verify_code", args=[paper.verification_code]),
        )
    }
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter():
        ancestors = [element]
        while ancestors[-1] in parents:
            ancestors.append(parents[ancestors[-1]])
        if not isinstance(element.tag, str) or any(QUOTED & classes(each) for each in ancestors):
            continue
        text = "\n".join([element.text or "", *(child.tail or "" for child in element)])
        for each in quoted:
            text = text.replace(each, "")
        text = re.sub("（已撤回，由.*?代替）", "", text)
        met = {papers[number] for number in numbers.findall(text)}
        if element.tag == "a" and element.get("href") in addresses:
            met.add(addresses[element.get("href")])
        around = said_around(ancestors) if met else ""
        for paper in met:
            is_its_own = addresses.get(address) == paper
            said = "".join(root.itertext()) if is_its_own else around
            if "撤回" not in said or paper.replaced_by_number not in said:
                yield f"{paper.full_number} in <{element.tag}> {' '.join(said.split())[:120]}"


def classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def said_around(ancestors: list[Element]) -> str:
    """What stands in the same line, entry or part of the page; around its head, the whole page."""
    root = ancestors[-1]
    if {each.tag for each in ancestors} & HEADS:
        return "".join(root.itertext())
    for at, above in pairwise(ancestors):
        if at.tag in UNITS or (at.tag == "div" and above.tag == "dl"):
            return "".join(at.itertext())
    return "".join(root.itertext())
