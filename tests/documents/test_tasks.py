"""The print shop's tasks: what the worker calls."""

import pytest

from documents import tasks
from documents.enums import RenderState
from documents.models import Document
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db


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
