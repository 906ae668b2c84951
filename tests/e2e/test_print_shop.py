"""The worker killed in the middle of a paper, the broker gone while one is asked for: nothing is lost."""

import hashlib
import signal

import pytest

from accounts.enums import Role
from documents.enums import RenderState
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import issue
from sites.enums import Stage
from tests import factories
from tests.documents.samples import notice_findings, sample
from tests.e2e.backstage import wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    # One process drives them all: two cores carry one browser and one worker.
]


def paper(*, findings: int = 3) -> Document:
    site = factories.site(stage=Stage.RECTIFYING)
    return issue(
        kind=DocumentKind.RECTIFICATION_NOTICE,
        programme=site.programme,
        title="关于示例窗口整改的通知",
        sites=[site],
        context=sample(DocumentKind.RECTIFICATION_NOTICE, findings=notice_findings(findings)),
        by=factories.user(Role.OFFICE),
    )


def state_of(document: Document) -> str:
    return Document.objects.values_list("state", flat=True).get(pk=document.pk)


def assert_made(document: Document) -> None:
    document.refresh_from_db()
    with document.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == document.sha256


def test_worker_killed_in_the_middle_loses_nothing(backstage):
    backstage.start_broker()
    backstage.start_worker()
    document = paper(findings=400)
    wait_for(lambda: state_of(document) == RenderState.RENDERING, says="the worker did not take the paper up")
    backstage.end("worker", signal.SIGKILL)
    assert state_of(document) == RenderState.RENDERING

    backstage.start_worker()
    backstage.start_beat()
    wait_for(lambda: state_of(document) == RenderState.READY, says="the paper was lost with its worker")
    assert_made(document)
    assert document.attempts == 2


def test_broker_gone_and_back_again(backstage, client):
    document = paper()
    document.refresh_from_db()
    assert document.state == RenderState.QUEUED
    assert document.sent_at is None

    client.force_login(document.created_by)
    client.cookies["django_language"] = "en"
    page = client.get(document.get_absolute_url()).content.decode()
    assert "queue cannot be reached" in page

    backstage.start_broker()
    backstage.start_worker()
    backstage.start_beat()
    wait_for(lambda: state_of(document) == RenderState.READY, says="the waiting paper was not made")
    assert_made(document)


def test_broker_killed_with_papers_in_the_queue(backstage):
    """What was queued is on the broker's disk; what was not, on the rows."""
    backstage.start_broker()
    queued = paper()
    queued.refresh_from_db()
    assert queued.sent_at is not None
    backstage.end("broker", signal.SIGKILL)
    unsent = paper()
    backstage.start_broker()
    backstage.start_worker()
    backstage.start_beat()
    for document in (queued, unsent):
        wait_for(lambda: state_of(document) == RenderState.READY, says="a paper was lost with the broker")  # noqa: B023
        assert_made(document)
