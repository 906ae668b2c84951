"""Taking in files: judged by content, known by their hash, seen by whoever sees the site."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage

from accounts.enums import Role
from assessments.models import Evidence, EvidenceFile
from assessments.services.evidence import add_evidence
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(on):
    on("2008-03-20")


@pytest.fixture
def site():
    return builders.building()


def add(site, *files, **more):
    return add_evidence(site=site, files=files, **{"title": "示例", "by": builders.liaison(site), **more})


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", b"%PDF-1.4 ", "application/pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("wrong-ending.txt", builders.PNG, "image/png"),
        ("a.docx", b"PK\x03\x04....", "application/zip"),
        ("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    ],
)
def test_file_taken(site, name, content, content_type):
    file = add(site, builders.upload(name, content)).files.get()
    assert (file.name, file.content_type, file.size) == (name, content_type, len(content))
    assert file.file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.pdf", b""), ("renamed.pdf", b"MZ\x90\x00"), ("a.zip", b"PK\x03\x04"), ("page.html", b"<html>")],
)
def test_file_refused_keeps_none_of_them(site, name, content):
    with pytest.raises(ValidationError) as error:
        add(site, builders.upload(), builders.upload(name, content))
    assert name in error.value.message_dict["files"][0]
    assert not Evidence.objects.exists()
    assert not default_storage.exists("evidence")


def test_file_too_large(site, settings):
    settings.PORTAL_UPLOAD_MAX_BYTES = 1024
    with pytest.raises(ValidationError):
        add(site, builders.upload("a.png", builders.PNG + b"0" * 1024))


def test_same_file_twice_is_kept_once(site):
    filed = add(
        site,
        builders.upload("a.png"),
        builders.upload("copy.png"),
        builders.upload("b.png", builders.PNG + b"2"),
    )
    assert filed.files.count() == 2


@pytest.mark.parametrize("count", [0, 11])
def test_number_of_files(site, count):
    with pytest.raises(ValidationError):
        add(site, *[builders.upload(f"{n}.png", builders.PNG + bytes([n])) for n in range(count)])


def test_evidence_from_the_future(site):
    with pytest.raises(ValidationError) as error:
        add(site, builders.upload(), taken_on=builders.datetime.date(2008, 3, 21))
    assert list(error.value.message_dict) == ["taken_on"]


@pytest.mark.parametrize("role", list(Role))
def test_add_by_somebody_else(site, role):
    with pytest.raises(PermissionDenied):
        add(site, builders.upload(), by=factories.user(role))
    assert not EvidenceFile.objects.exists()


def test_evidence_visible_to(site):
    filed = add(site, builders.upload())
    assert list(Evidence.objects.visible_to(builders.liaison(site))) == [filed]
    assert list(Evidence.objects.visible_to(builders.office())) == [filed]
    assert not Evidence.objects.visible_to(factories.user(Role.LIAISON)).exists()
    assert not Evidence.objects.visible_to(factories.user(Role.AUDITOR)).exists()


@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.SELF_ASSESSED, Stage.ACCEPTED, Stage.NAMED])
def test_add_at_a_stage_that_asks_for_none(stage):
    site = factories.site(stage=stage)
    with pytest.raises(InvalidTransition):
        add(site, builders.upload())
    assert not EvidenceFile.objects.exists()
