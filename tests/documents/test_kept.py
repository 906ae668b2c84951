"""What became of a paper's stored file is told at every door, and the paper comes back as it was issued."""

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from audit.enums import Incident
from core.enums import Severity
from documents.enums import RenderState
from documents.models import Document, PaperSources, Signature
from documents.papers import DocumentKind
from documents.rendering import paper_html, paper_sources
from documents.services import render, retry
from tests import factories
from tests.addresses import patterns
from tests.core.test_stored import Place, draws_otherwise, functions, papers_condition
from tests.desk.dossiers import making as dossiers
from tests.documents.papers import issue_paper
from tests.unprivileged import rights_count

pytestmark = pytest.mark.django_db

# The addresses that hand out a paper's own file, whoever asks; a dossier holds it as well.
DOORS = ("documents:download", "publicity:document", "publicity:enquiry_paper", "publicity:objection_paper")


def test_every_address_that_hands_out_a_paper_is_tried_here():
    found = {
        name
        for name, _route, view, _wanted in patterns()
        for function in functions(view)
        if {"paper_response", "content_of"} & set(function.__code__.co_names)
    }
    assert found == set(DOORS)


def made(kind: DocumentKind = DocumentKind.RECTIFICATION_NOTICE, *sites, **fields) -> Document:
    document = issue_paper(kind, *sites)
    Document.objects.filter(pk=document.pk).update(**fields)
    return drawn(document)


def drawn(document: Document) -> Document:
    render(document.pk)
    document.refresh_from_db()
    return document


def content_of(document: Document) -> bytes:
    return Path(document.file.path).read_bytes()


def incidents(document: Document) -> list[str]:
    entries = LogEntry.objects.get_for_object(document).filter(additional_data__has_key="incident")
    return [each.additional_data["incident"] for each in entries.order_by("pk")]


# -- a stored file that is not what it was -------------------------------------------------------


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something.txt").write_text("not ours")


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "one byte changed": flip,
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "last byte gone": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "something behind it": lambda path: path.write_bytes(path.read_bytes() + b"\n% appended"),
    "without its signature": lambda path: path.write_bytes(path.read_bytes().rpartition(b"%%EOF")[0]),
    "another paper": lambda path: path.write_bytes(content_of(made())),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "a folder": make_folder,
    "a link to itself": loop,
    "unreadable": lambda path: path.chmod(0o000),
}


@pytest.fixture(params=DAMAGES)
def damage(request) -> Callable[[Path], object]:
    return DAMAGES[request.param]


@pytest.mark.parametrize("door", DOORS)
def test_no_door_hands_out_a_damaged_paper_and_soon_all_do_again(client, on, door, damage):
    on("2008-05-06")
    place = Place(door)
    client.force_login(place.office)
    before = content_of(place.record)
    damage(Path(place.file.path))
    with rights_count():
        answer = client.get(place.address)
        assert (answer.status_code, answer.streaming) == (503, False)
        assert before[:8] not in answer.content
        assert papers_condition().severity == Severity.ERROR
        assert Notification.objects.filter(user=place.office, about={"file": place.file.name}).count() == 1
        drawn(place.record)
        answer = client.get(place.address)
    assert b"".join(answer.streaming_content) == before
    assert incidents(place.record) == [Incident.DAMAGED, Incident.MADE_AGAIN]
    assert papers_condition().severity == Severity.WARNING
    assert Signature.objects.filter(document=place.record).count() == 1


def test_dossier_holds_the_paper_as_it_was_issued(damage):
    office, site = factories.user(Role.OFFICE), factories.site()
    document = made(DocumentKind.RECTIFICATION_NOTICE, site)
    before = content_of(document)
    damage(Path(document.file.path))
    with rights_count():
        archive = dossiers.opened(dossiers.made(site, office))
    (name,) = (each for each in archive.namelist() if document.title in each)
    assert archive.read(name) == before
    assert incidents(document) == [Incident.DAMAGED, Incident.MADE_AGAIN]


# -- what it was drawn from is kept --------------------------------------------------------------


@pytest.mark.parametrize("kind", DocumentKind)
def test_paper_is_made_again_as_it_was_whatever_its_template_says_by_now(settings, tmp_path, kind):
    document = made(kind)
    before = content_of(document)
    folder = tmp_path / "templates" / "documents"
    shutil.copytree(Path(settings.BASE_DIR, "templates", "documents"), folder)
    for path in folder.glob("*.html"):
        path.write_text(path.read_text().replace("</head>", "<style>p { color: red }</style></head>"))
    settings.TEMPLATES = [
        deepcopy(each) | {"DIRS": [tmp_path / "templates", *each["DIRS"]]} for each in settings.TEMPLATES
    ]
    assert "color: red" in paper_html(kind, document.context)
    # Nor does the row it was frozen from count any more.
    Document.objects.filter(pk=document.pk).update(context={}, state=RenderState.QUEUED)
    default_storage.delete(document.file.name)
    drawn(document)
    assert (document.state, document.error) == (RenderState.READY, "")
    assert content_of(document) == before


def test_what_a_paper_said_stands_beside_its_signature_with_all_it_was_drawn_from():
    document = made()
    signature = document.signature
    assert document.full_number in signature.html.replace("\u2060", "")
    assert signature.sources.files == paper_sources().files
    assert {"gbt9704.css", "documents/base.html", "documents/pdf.py"} <= signature.sources.files.keys()
    assert {f"documents/{kind.value}.html" for kind in DocumentKind} <= signature.sources.files.keys()
    assert "HarfBuzz" in signature.made_with
    assert all(len(digest) == 64 for digest in signature.fonts.values())
    assert signature.fonts


def test_papers_of_one_release_share_what_they_were_drawn_from_and_it_stays():
    assert made().signature.sources == made(DocumentKind.PUBLIC_NOTICE).signature.sources
    for act in (lambda: PaperSources.objects.update(files={}), lambda: Signature.objects.update(html="")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()


# -- another renderer ----------------------------------------------------------------------------

OTHER = "WeasyPrint 60.0, pydyf 0.9.0, Pango 1.50.0, HarfBuzz 9.0"
# What was otherwise when the paper was made → the word of it that is told.
OTHERWISE = {
    "renderer": ({"made_with": OTHER}, "WeasyPrint 60.0"),
    "fonts": ({"fonts": {"Some-Font": "0" * 64}}, "Some-Font"),
    "nothing that is known": ({}, "内容被改动"),
}


@pytest.fixture
def otherwise_drawn():
    """A paper as another renderer drew it: to the same page belong other bytes."""

    def make(**then: object) -> Document:
        document = made()
        draws_otherwise()
        if then:
            Signature.objects.update(**then)
        document.refresh_from_db()
        return document

    return make


@pytest.mark.parametrize("what", OTHERWISE)
def test_paper_that_another_renderer_drew_is_not_made_again_and_the_words_say_why(
    client, otherwise_drawn, what
):
    then, word = OTHERWISE[what]
    document = otherwise_drawn(**then)
    before, office = content_of(document), document.created_by
    Path(document.file.path).unlink()
    client.force_login(office)
    address = reverse("documents:download", args=[document.pk])
    assert client.get(address).status_code == 503
    drawn(document)
    assert document.state == RenderState.FAILED
    assert word in document.error
    assert word in client.get(document.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 503
    assert incidents(document) == [Incident.DAMAGED, Incident.DIFFERS]
    told = Notification.objects.get(url=document.get_absolute_url(), user=office)
    assert "备份" in str(told)
    # The archived copy, put back, is the paper.
    Path(document.file.path).write_bytes(before)
    retry(document=document)
    drawn(document)
    assert b"".join(client.get(address).streaming_content) == before


def test_page_of_health_says_how_many_the_back_up_alone_can_bring_back(otherwise_drawn):
    assert "备份" not in papers_condition().words
    otherwise_drawn(made_with=OTHER)
    made()
    found = papers_condition()
    assert (found.severity, "1份" in found.words, "备份" in found.words) == (Severity.OK, True, True)
