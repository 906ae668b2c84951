"""The print shop's tasks: what the worker and beat call."""

import pytest

from documents import tasks
from documents.enums import RenderState
from documents.models import Document
from tests.documents.papers import issue_paper
from tests.e2e.backstage import point_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(settings):
    """A queue inside this process: papers are handed over and stay there."""
    point_at("memory://")
    yield
    point_at(settings.CELERY_BROKER_URL)


def test_render_document_makes_the_file():
    document = issue_paper()
    tasks.render_document(document.pk)
    document.refresh_from_db()
    assert document.state == RenderState.READY


def test_render_document_run_twice_does_no_harm():
    document = issue_paper()
    for _ in range(2):
        tasks.render_document(document.pk)
    assert Document.objects.get(pk=document.pk).attempts == 1


def test_resend_overdue_hands_over_what_waited_for_the_broker(queue):
    waiting = [issue_paper() for _ in range(2)]
    tasks.resend_overdue()
    for document in waiting:
        document.refresh_from_db()
        assert document.sent_at is not None
        assert document.state == RenderState.QUEUED
