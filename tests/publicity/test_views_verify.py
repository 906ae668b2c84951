"""Checking a paper by its code."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
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
