"""Stored files are reached through the storage alone, wherever it is: a folder, a shared one, a bucket."""

import ast
import hashlib
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.urls import reverse

from assessments.enums import RoundKind
from assessments.marks import standard_items
from assessments.models import Evidence
from core.stored import ask_storage
from tests.assessments import builders
from tests.desk.dossiers import making
from tests.files import pdf
from tests.sources import modules
from wuhai_portal.storing import storage

# May say where files lie on a disk: who reads the setting, who tells how full the disk is, and a storage.
SAY_WHERE = {
    Path("wuhai_portal/settings/files.py"),
    Path("wuhai_portal/storing.py"),
    Path("core/stored.py"),
    Path("core/erased_files.py"),
}
ON_A_DISK = {"MEDIA_ROOT", "FileSystemStorage"}


def file_fields():
    return {
        field.name
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, FileField)
    }


def of_a_stored_file(node, names):
    """`….file.path`, `default_storage.path`: only a file on this machine's disk has one."""
    if not isinstance(node, ast.Attribute) or node.attr != "path":
        return False
    owner = node.value
    if isinstance(owner, ast.Name):
        return owner.id in {"default_storage", "storage"}
    return isinstance(owner, ast.Attribute) and owner.attr in names | {"storage"}


def test_no_module_asks_where_on_a_disk_a_stored_file_lies():
    names = file_fields()
    assert "file" in names
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path not in SAY_WHERE
        for node in ast.walk(tree)
        if of_a_stored_file(node, names)
        or (isinstance(node, ast.Attribute) and node.attr in ON_A_DISK)
        or (isinstance(node, ast.Name) and node.id in ON_A_DISK)
    ]
    assert found == []


def test_where_files_lie_as_the_setting_says(tmp_path):
    assert storage("", tmp_path)["OPTIONS"] == {}
    assert storage("/srv/files", tmp_path)["OPTIONS"] == {"location": "/srv/files"}
    bucket = storage("s3://key:se%2Fcret@files.example:9000/portal", tmp_path)
    assert bucket["BACKEND"] == "core.bucket.Bucket"
    assert bucket["OPTIONS"]["endpoint_url"] == "https://files.example:9000"
    assert bucket["OPTIONS"]["secret_key"] == "se/cret"
    assert storage("s3+http://k:s@files/portal", tmp_path)["OPTIONS"]["endpoint_url"] == "http://files"


@pytest.mark.parametrize("wanted", ["files", "s3://files/portal", "s3://k:s@files", "ftp://k:s@files/portal"])
def test_what_names_no_storage_is_refused(wanted, tmp_path):
    with pytest.raises(ImproperlyConfigured):
        storage(wanted, tmp_path)


@pytest.fixture
def away_from_disk(settings):
    """A storage whose files have no path, as a bucket's."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("away_from_disk")
def test_evidence_and_dossier_without_a_disk(client):
    site = builders.building()
    builders.filed(site, builders.upload("示例.pdf", pdf(b"stored")))
    dossier = making.made(site)
    assert dossier.state == "ready", dossier.error
    content = dossier.file.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (dossier.size, dossier.sha256)
    with ZipFile(io.BytesIO(content)) as archive:
        assert any(archive.read(name) == pdf(b"stored") for name in archive.namelist())
    assert dossier.expire() is True
    assert default_storage.listdir("dossiers")[1] == []


@pytest.mark.django_db
def test_a_dossier_is_moved_into_a_storage_on_the_same_disk_and_leaves_no_draft(settings):
    dossier = making.made(builders.building())
    assert dossier.state == "ready"
    assert not list(settings.PORTAL_DRAFTS.iterdir())
    assert oct(Path(dossier.file.path).stat().st_mode)[-3:] == "640"


@pytest.mark.django_db
def test_storage_down_an_upload_says_so_keeps_what_was_typed_and_makes_no_row(client, on, settings, tmp_path):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    site = builders.building()
    client.force_login(builders.liaison(site))
    item = standard_items(builders.self_sheet(site))[0]
    body = {"title": "示例题名", "chosen": [item.pk], "once": "示例"}
    address = reverse("assessments:evidence_add", args=[site.pk])

    (away := tmp_path / "away").write_text("no folder")
    settings.MEDIA_ROOT = away
    with pytest.raises(OSError, match="away"):
        ask_storage()
    page = client.post(address, body | {"files": [builders.upload()]}).content.decode()
    assert "文件未能保存：存储已满或没有响应" in page
    assert "示例题名" in page
    assert not Evidence.objects.exists()

    settings.MEDIA_ROOT = tmp_path / "back"
    assert client.post(address, body | {"files": [builders.upload()]}).status_code == 302
    assert Evidence.objects.get().title == "示例题名"
