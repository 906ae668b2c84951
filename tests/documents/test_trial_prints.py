"""What stops a draft's trial print is told on its page, and nobody checks or signs it before it is made."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.services import motions
from core.acting import Refusal
from core.clock import pinned, today
from core.enums import FileState
from documents.enums import DraftState
from documents.models import Document, Draft, DraftPaper
from documents.papers import DocumentKind
from documents.services import checking, drafts, signing
from documents.services.drafts import StaleDraft
from tests import agreeing, factories
from tests.documents.drafted import drafted, heard_site
from tests.documents.full import full_disk
from tests.documents.test_services import LONG_AGO

pytestmark = pytest.mark.django_db

NO_FONT_HAS_IT = "\ue123"
NOTICE = f"documents/{DocumentKind.RECTIFICATION_NOTICE}.html"


@pytest.fixture(autouse=True)
def _day(on):
    on("2008-04-16")


@pytest.fixture
def draft() -> Draft:
    return drafted(heard_site(), factories.user(Role.OFFICE))


@pytest.fixture
def unprintable(tmp_path):
    """While it holds, the kind's template has a character that no font of the papers has."""
    place = tmp_path / NOTICE
    place.parent.mkdir()
    text = Path(settings.BASE_DIR, "templates", NOTICE).read_text()
    place.write_text(text.replace("{% endblock", f"<p>{NO_FONT_HAS_IT}</p>{{% endblock"))
    engines = [deepcopy(each) | {"DIRS": [tmp_path, *each["DIRS"]]} for each in settings.TEMPLATES]
    return override_settings(TEMPLATES=engines)


def paper_of(draft: Draft) -> DraftPaper:
    return Draft.objects.get(pk=draft.pk).papers.get()


def tried(draft: Draft) -> DraftPaper:
    agreeing.made(draft)
    return paper_of(draft)


def assert_nobody_checks(draft: Draft, client: Client, colleague: User) -> str:
    """Neither by the service nor by the pages; returns the draft's own."""
    turn = Draft.objects.get(pk=draft.pk).turn
    with pytest.raises(Refusal):
        checking.check(draft=draft, turn=turn, by=colleague)
    client.force_login(colleague)
    at = reverse("documents:draft_check", args=[draft.pk])
    assert client.post(at, {"turn": turn}).status_code == 422
    client.post(reverse("documents:drafts_together"), {"check": "1", "draft": [f"{draft.pk}.{turn}"]})
    assert Draft.objects.get(pk=draft.pk).state == DraftState.CHECKING
    page = client.get(draft.get_absolute_url()).content.decode()
    assert at not in page
    return page


def test_full_disk_loses_nothing_and_the_page_sends_to_the_administrator(client, draft, colleague):
    with full_disk():
        for _again in range(DraftPaper.life.max_attempts + 2):
            DraftPaper.objects.update(claimed_at=LONG_AGO)
            paper = tried(draft)
            assert (paper.is_pending, paper.attempts, paper.sha256) == (True, 0, "")
    page = assert_nobody_checks(draft, client, colleague)
    assert "磁盘空间不足" in page
    assert "管理员" in paper.error
    # There is room again: it is taken up by itself, and nothing half-written stays.
    DraftPaper.objects.update(claimed_at=LONG_AGO)
    paper = tried(draft)
    assert (paper.state, paper.error) == (FileState.READY, "")
    assert default_storage.listdir(DraftPaper.folder)[1] == [Path(paper.file.name).name]
    checking.check(draft=draft, turn=1, by=colleague)


def test_failed_print_says_why_and_is_made_again_once_that_is_mended(client, draft, colleague, unprintable):
    with unprintable:
        paper = tried(draft)
    assert (paper.state, paper.file.name, paper.sha256) == (FileState.FAILED, "", "")
    told = Notification.objects.filter(user=draft.drafted_by, url=draft.get_absolute_url())
    assert [note.text for note in told if "试印" in str(note) or "on trial" in note.text]
    assert "字体不能显示" in paper.error
    page = assert_nobody_checks(draft, client, colleague)
    assert paper.error in page
    again = reverse("documents:draft_paper_retry", args=[paper.pk])
    assert again in page
    assert client.get(reverse("documents:draft_paper_file", args=[paper.pk])).status_code == 404
    client.post(again)
    assert tried(draft).state == FileState.READY
    checking.check(draft=draft, turn=1, by=colleague)


def test_print_that_broke_its_worker_each_time_is_given_up_in_words(client, draft, colleague):
    DraftPaper.objects.update(attempts=DraftPaper.life.max_attempts)
    paper = tried(draft)
    assert paper.state == FileState.FAILED
    assert paper.error in assert_nobody_checks(draft, client, colleague)
    client.post(reverse("documents:draft_paper_retry", args=[paper.pk]))
    assert (tried(draft).state, paper_of(draft).attempts) == (FileState.READY, 1)


def test_nobody_signs_what_was_checked_and_could_not_be_printed_anew(
    client, draft, colleague, leader, unprintable
):
    agreeing.made(draft)
    checking.check(draft=draft, turn=1, by=colleague)
    with pinned(today() + timedelta(days=1)):
        with pytest.raises(StaleDraft):
            signing.sign(draft=draft, turn=1, by=leader)
        moved = Draft.objects.get(pk=draft.pk)
        with unprintable:
            paper = tried(moved)
        assert paper.state == FileState.FAILED
        with pytest.raises(Refusal):
            signing.sign(draft=moved, turn=2, by=leader)
        with pytest.raises(Refusal):
            motions.agree(motion=moved.motion, by=leader)
        assert not Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).exists()
        client.force_login(leader)
        at = reverse("documents:draft_sign", args=[draft.pk])
        assert at not in client.get(draft.get_absolute_url()).content.decode()
        client.post(reverse("documents:draft_paper_retry", args=[paper.pk]))
        agreeing.made(moved)
        signing.sign(draft=moved, turn=2, by=leader)
    assert Document.objects.get(kind=DocumentKind.RECTIFICATION_NOTICE).number == 1


def test_print_that_was_let_go_and_cannot_be_made_any_more_is_not_checked(
    client, draft, colleague, unprintable
):
    assert tried(draft).expire()
    drafts.retry(paper=paper_of(draft))
    with unprintable:
        assert tried(draft).state == FileState.FAILED
    assert_nobody_checks(draft, client, colleague)
