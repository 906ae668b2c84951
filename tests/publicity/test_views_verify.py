"""Checking a paper by its code, its number or its file: in force, genuine but void, or not ours."""

import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render, withdraw
from publicity.services import notices
from tests import factories
from tests.documents.papers import issue_paper
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish()


def spaced(code: str) -> str:
    return f"  {code[:4].lower()} {code[4:8]}-{code[8:]} "


def test_code_shows_what_is_on_record(client, notice):
    document = notice.document
    content = client.get(reverse("publicity:verify_code", args=[document.verification_code])).content.decode()
    for fact in (document.full_number, document.title, document.verification_code):
        assert fact in content


def test_code_is_taken_in_any_spelling(client, notice):
    code = notice.document.verification_code
    page = client.get(reverse("publicity:verify"), {"code": spaced(code)}, follow=True)
    assert page.redirect_chain == [(reverse("publicity:verify_code", args=[code]), 302)]
    assert notice.document.full_number in page.content.decode()
    assert client.get(reverse("publicity:verify_code", args=[code.lower()])).status_code == 200


def test_code_left_empty_is_asked_for(client):
    page = client.get(reverse("publicity:verify"), {"code": " "})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["code"]


def test_code_that_is_unknown_gets_a_page_that_helps_on(client):
    page = client.get(reverse("publicity:verify_code", args=["ABCD<EFGH>JK"]))
    assert page.status_code == 404
    content = page.content.decode()
    assert 'class="error-summary"' in content
    assert "ABCD&lt;EFGH&gt;JK" in content
    assert 'name="code"' in content


def test_paper_that_is_ready_shows_its_digest_and_can_be_fetched_by_anybody(client, notice):
    render(notice.document_id)
    document = Document.objects.get(pk=notice.document_id)
    content = client.get(reverse("publicity:verify_code", args=[document.verification_code])).content.decode()
    assert document.sha256 in content
    address = reverse("publicity:document", args=[document.verification_code])
    assert address in content
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert address in client.get(notice.get_absolute_url()).content.decode()


def test_paper_that_is_not_ready_cannot_be_fetched(client, notice):
    assert (
        client.get(reverse("publicity:document", args=[notice.document.verification_code])).status_code == 404
    )


def test_paper_that_is_not_public_can_be_verified_but_not_fetched(client, on):
    document = issue_paper(DocumentKind.RECTIFICATION_NOTICE)
    render(document.pk)
    code = document.verification_code
    content = client.get(reverse("publicity:verify_code", args=[code])).content.decode()
    assert document.full_number in content
    assert f"{code}.pdf" not in content
    assert reverse("documents:download", args=[document.pk]) not in content
    assert client.get(reverse("publicity:document", args=[code])).status_code == 404


def test_paper_of_a_withdrawn_notice_leads_to_the_correction(client, notice):
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    content = client.get(
        reverse("publicity:verify_code", args=[notice.document.verification_code])
    ).content.decode()
    assert notice.get_absolute_url() in content


def test_decision_shows_the_sites_it_named(client, on):
    on("2008-06-02")
    [named] = scene.named()
    content = client.get(
        reverse("publicity:verify_code", args=[named.decision.verification_code])
    ).content.decode()
    assert named.get_absolute_url() in content


def test_every_verification_address_printed_on_a_paper_leads_here(client, notice, settings):
    printed = notice.document.context["verification_url"]
    assert printed.startswith(settings.PORTAL_URL)
    assert client.get(printed.removeprefix(settings.PORTAL_URL)).status_code == 200


# -- by number and by the file --------------------------------------------------------------------

IN_FORCE, VOID = "真实有效", "真实，但已失效"
TO_THE_BYTE = "就是这份文件的原件"


@pytest.fixture
def paper(notice) -> Document:
    """A public paper with its file."""
    render(notice.document_id)
    return Document.objects.get(pk=notice.document_id)


@pytest.fixture
def inner(on) -> Document:
    """One that is not public."""
    on("2008-05-05")
    document = issue_paper(DocumentKind.RECTIFICATION_NOTICE)
    render(document.pk)
    document.refresh_from_db()
    return document


def asked(client, text: str):
    return client.get(reverse("publicity:verify"), {"code": text}, follow=True)


def sent(client, content: bytes, name: str = "收到的文件.pdf"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("publicity:verify_file"), {"file": file}, follow=True)


def content_of(document: Document) -> bytes:
    return Path(document.file.path).read_bytes()


def is_about(page, document: Document) -> bool:
    return page.status_code == 200 and document.full_number in page.content.decode()


def not_ours(page) -> bool:
    return page.status_code == 404 and 'class="error-summary"' in page.content.decode()


@pytest.mark.parametrize(
    "written",
    [
        "{series}〔{year}〕{number}号",
        "{series}[{year}]{number}",
        " {series} （{year}） 第 {number} 号 ",
    ],
)
def test_number_finds_a_public_paper_however_it_is_written(client, paper, written):
    text = written.format(series=paper.series, year=paper.year, number=paper.number)
    page = asked(client, text)
    assert is_about(page, paper)
    assert IN_FORCE in page.content.decode()
    assert TO_THE_BYTE not in page.content.decode()


def test_number_that_anybody_guesses_tells_nothing_of_what_is_not_public(client, inner):
    page = asked(client, inner.full_number)
    assert not_ours(page)
    assert inner.title not in page.content.decode()
    other = inner.full_number.replace("〕", "〕9")
    assert told(asked(client, other)).replace(other, "") == told(page).replace(inner.full_number, "")


def told(page) -> str:
    """What the page says of what it did not find."""
    return re.search('class="error-summary".*?</div>', page.content.decode(), re.DOTALL)[0]


def test_number_without_letters_finds_only_what_one_series_has(client, paper):
    text = f"〔{paper.year}〕{paper.number}号"
    assert is_about(asked(client, text), paper)
    other = issue_paper(DocumentKind.RULEBOOK_NOTICE)
    Document.objects.filter(pk=other.pk).update(is_public=True)
    assert other.number == paper.number
    assert not_ours(asked(client, text))


@pytest.mark.parametrize("written", [str, str.upper, lambda text: f" {text[:32]} {text[32:]} "])
def test_digest_says_that_the_file_is_the_paper_to_the_byte(client, inner, written):
    """Whoever has the file has read it: so it finds a paper that is not public as well."""
    page = asked(client, written(inner.sha256))
    assert is_about(page, inner)
    assert TO_THE_BYTE in page.content.decode()


def test_digest_of_another_file_in_a_papers_address_says_nothing(client, paper):
    address = reverse("publicity:verify_code", args=[paper.verification_code])
    assert TO_THE_BYTE not in client.get(address, {"sha256": "0" * 64}).content.decode()


@pytest.mark.parametrize("digest", ["0" * 64, hashlib.sha256(b"").hexdigest()])
def test_unknown_digest_is_not_ours(client, inner, digest):
    issue_paper()  # which has no file yet
    assert not_ours(asked(client, digest))


def test_file_itself_says_it_without_a_script(client, inner):
    page = sent(client, content_of(inner))
    assert is_about(page, inner)
    assert TO_THE_BYTE in page.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.replace(b"%PDF-1.7", b"%PDF-1.6"),
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:40],
        lambda content: content + b"\n% appended",
    ],
    ids=["one byte changed", "last byte gone", "half of it", "its beginning", "something behind it"],
)
def test_file_that_was_spoilt_is_not_ours(client, inner, spoil):
    content = spoil(content_of(inner))
    assert not_ours(sent(client, content))
    assert not_ours(asked(client, hashlib.sha256(content).hexdigest()))


def test_unsigned_bytes_of_a_paper_are_not_the_paper(client, inner):
    assert not_ours(sent(client, content_of(inner).removesuffix(bytes(inner.signature.increment))))


def test_signature_of_another_paper_makes_none(client, inner, paper):
    unsigned = content_of(inner).removesuffix(bytes(inner.signature.increment))
    assert not_ours(sent(client, unsigned + bytes(paper.signature.increment)))


def test_no_file_and_no_paper_at_all_are_asked_for(client):
    page = client.post(reverse("publicity:verify_file"), {})
    assert page.status_code == 422
    assert list(page.context["file_form"].errors) == ["file"]
    page = sent(client, b"<html>", "公文.pdf.exe")
    assert not_ours(page)
    assert list(page.context["file_form"].errors) == ["file"]


def test_file_that_cannot_be_looked_at_now_is_not_called_false(client, inner, settings):
    settings.PORTAL_CLAMAV = "unix:/nowhere/clamd.ctl"
    page = sent(client, content_of(inner))
    assert page.status_code == 422
    assert "不是本门户印发" not in page.content.decode()
    assert list(page.context["file_form"].errors) == ["file"]


@pytest.mark.parametrize("text", ["\ud800", "\u202e乌政公示", "A" * 201, "' OR 1=1 --", "😀" * 50])
def test_whatever_is_typed_gets_a_page(client, text):
    page = client.get(reverse("publicity:verify"), {"code": text.encode("utf-8", "surrogatepass")})
    assert page.status_code in (404, 422)


def test_withdrawn_paper_is_genuine_and_says_since_when_and_why(client, paper):
    withdraw(document=paper, reason="示例撤回理由")
    for page in (asked(client, paper.verification_code), asked(client, paper.sha256)):
        content = page.content.decode()
        assert VOID in content
        assert IN_FORCE not in content
        assert "示例撤回理由" in content


@pytest.mark.parametrize("is_public", [True, False])
def test_replaced_paper_names_what_stands_in_its_place(client, paper, is_public):
    later = issue_paper(DocumentKind.PUBLIC_NOTICE, title="后来的示例公示")
    Document.objects.filter(pk=later.pk).update(is_public=is_public)
    withdraw(document=paper, reason="示例", successor=later)
    content = asked(client, paper.verification_code).content.decode()
    assert later.full_number in content
    assert (reverse("publicity:verify_code", args=[later.verification_code]) in content) == is_public
    assert (later.verification_code in content) == is_public
    assert later.title not in content


def test_why_an_inner_paper_was_withdrawn_is_not_told_outside(client, inner):
    withdraw(document=inner, reason="示例撤回理由")
    content = asked(client, inner.sha256).content.decode()
    assert VOID in content
    assert "示例撤回理由" not in content


def test_signature_is_told_and_a_trial_one_as_such(client, paper):
    content = asked(client, paper.verification_code).content.decode()
    assert "（试用）" in content
    assert "试用证书" in content
