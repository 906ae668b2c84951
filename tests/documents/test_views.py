"""The register of papers at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.open_steps import bring_up_to_date
from documents.enums import RenderState
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
from sites.enums import Stage
from tests import factories
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return issue_paper()


@pytest.fixture
def office(client):
    user = factories.user(Role.OFFICE)
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", ["detail", "status", "download", "retry"])
def test_paper_asks_strangers_to_sign_in(client, document, name):
    address = reverse(f"documents:{name}", args=[document.pk])
    answer = client.post(address) if name == "retry" else client.get(address)
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


@pytest.mark.parametrize("name", ["detail", "status", "download", "retry"])
@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_paper_of_somebody_elses_site_is_not_found(client, document, name, role):
    client.force_login(factories.user(role))
    address = reverse(f"documents:{name}", args=[document.pk])
    answer = client.post(address) if name == "retry" else client.get(address)
    assert answer.status_code == 404


def test_paper_of_the_own_unit_is_found_by_its_liaison(client):
    site = factories.site(Stage.RECTIFYING)
    document = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    client.force_login(factories.liaison_of(site))
    assert document in client.get(reverse("documents:list")).context["object_list"]
    assert client.get(document.get_absolute_url()).status_code == 200


def test_retry_by_get_is_refused(client, office, document):
    assert client.get(reverse("documents:retry", args=[document.pk])).status_code == 405


def test_list_asks_strangers_to_sign_in(client):
    assert client.get(reverse("documents:list")).status_code == 302


def test_list_without_papers_says_what_will_fill_it(client, office):
    assert 'class="empty"' in client.get(reverse("documents:list")).content.decode()


def test_list_is_narrowed_by_kind_and_state(client, office, document):
    notice = issue_paper(DocumentKind.PUBLIC_NOTICE)
    Document.objects.filter(pk=notice.pk).update(state=RenderState.FAILED)

    def listed(**filters):
        return list(client.get(reverse("documents:list"), filters).context["object_list"])

    assert listed(kind="public_notice") == [notice]
    assert listed(state="queued") == [document]
    assert listed(kind="public_notice", state="nonsense") == [notice]
    assert listed() == [notice, document]


@pytest.mark.sqlite  # PostgreSQL reads the whole table where it is as small as in a test
def test_list_is_counted_and_cut_in_the_index_of_the_register():
    papers = Document.objects.visible_to(factories.user(Role.OFFICE)).filter(programme=factories.programme())
    plan = papers[:50].explain()
    assert "document_register" in plan
    assert "TEMP B-TREE" not in plan
    assert "COVERING INDEX document_register" in papers.order_by().values("pk").explain()


def test_list_asks_the_database_as_often_for_thirty_as_for_three(client, office):
    def queries(count: int) -> int:
        while Document.objects.count() < count:
            issue_paper()
        bring_up_to_date()
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(reverse("documents:list")).context["object_list"]) == count
        return len(asked)

    few = queries(3)
    assert queries(30) == few <= 12


def test_detail_shows_number_code_and_the_sites_it_is_about(client, office, document):
    content = client.get(document.get_absolute_url()).content.decode()
    for fact in (document.full_number, document.verification_code, str(document.sites.get())):
        assert fact in content


def test_detail_of_a_waiting_paper_says_that_the_queue_is_away(client, office, document):
    client.cookies["django_language"] = "en"
    content = client.get(document.get_absolute_url()).content.decode()
    assert "The queue cannot be reached now" in content
    assert f'hx-get="{reverse("documents:status", args=[document.pk])}"' in content


def test_status_answers_htmx_with_the_card_that_goes_on_asking_until_it_is_ready(client, office, document):
    address = reverse("documents:status", args=[document.pk])
    waiting = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert waiting.count("<article") == 1
    assert "<html" not in waiting
    assert "hx-get" in waiting
    render(document.pk)
    ready = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in ready
    assert reverse("documents:download", args=[document.pk]) in ready


def test_status_without_htmx_leads_to_the_page(client, office, document):
    answer = client.get(reverse("documents:status", args=[document.pk]))
    assert answer.url == document.get_absolute_url()


def test_download_of_a_paper_that_is_not_ready_is_not_found(client, office, document):
    assert client.get(reverse("documents:download", args=[document.pk])).status_code == 404


def test_download_is_called_by_number_and_title(client, office, document):
    render(document.pk)
    answer = client.get(reverse("documents:download", args=[document.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert "filename*=utf-8''%E4%B9%8C" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_retry_puts_a_failed_paper_back_into_the_queue(client, office, document):
    Document.objects.filter(pk=document.pk).update(state=RenderState.FAILED, error="示例", attempts=3)
    assert (
        reverse("documents:retry", args=[document.pk])
        in client.get(document.get_absolute_url()).content.decode()
    )
    page = client.post(reverse("documents:retry", args=[document.pk]), follow=True)
    document.refresh_from_db()
    assert (document.state, document.error, document.attempts) == (RenderState.QUEUED, "", 0)
    assert 'class="message message--warning"' in page.content.decode()


def test_retry_leaves_a_ready_paper_as_it_is(client, office, document):
    render(document.pk)
    client.post(reverse("documents:retry", args=[document.pk]))
    assert Document.objects.get(pk=document.pk).state == RenderState.READY
