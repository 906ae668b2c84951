"""Files in a bucket of a real S3 server: evidence, a dossier, a server that is away and comes back."""

import hashlib
import io
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from assessments.enums import RoundKind
from assessments.marks import standard_items
from assessments.models import Evidence, EvidenceFile
from core.stored import Withheld, ask_storage, opened
from tests.assessments import builders
from tests.desk.dossiers import making
from tests.machines.swift import swift
from wuhai_portal.storing import storage

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with swift(tmp_path_factory.mktemp("swift")) as started:
        yield started


@pytest.fixture
def bucket(server, settings, tmp_path):
    """The portal's storage."""
    settings.STORAGES = settings.STORAGES | {"default": storage(server.url("portal"), tmp_path)}
    default_storage.bucket.create()
    return server


@pytest.mark.django_db
def test_files_in_a_bucket_and_a_server_that_is_away(bucket, client, on):
    ask_storage()
    names = [default_storage.save("示例/一.txt", ContentFile(text)) for text in (b"first", b"second")]
    assert len(set(names)) == 2
    assert [default_storage.open(name).read() for name in names] == [b"first", b"second"]
    with pytest.raises(FileNotFoundError):
        default_storage.open("示例/无.txt")

    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    site = builders.building()
    client.force_login(builders.liaison(site))
    item = standard_items(builders.self_sheet(site))[0]
    address = reverse("assessments:evidence_add", args=[site.pk])
    body = {"title": "示例题名", "chosen": [item.pk], "once": "示例"}
    assert client.post(address, body | {"files": [builders.upload()]}).status_code == 302
    stored = EvidenceFile.objects.get()
    with opened(stored.file, stored.sha256) as content:
        assert content.read() == builders.PNG

    dossier = making.made(site)
    assert dossier.state == "ready", dossier.error
    whole = dossier.file.read()
    assert hashlib.sha256(whole).hexdigest() == dossier.sha256
    with ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
    assert dossier.expire() is True
    assert default_storage.listdir("dossiers")[1] == []

    bucket.stop()
    with pytest.raises(OSError, match="does not answer"):
        ask_storage()
    with pytest.raises(Withheld):
        opened(stored.file, stored.sha256)
    again = body | {"title": "服务器不在时的题名", "once": "示例二"}
    page = client.post(address, again | {"files": [builders.upload("二.png", builders.drawing("red"))]})
    assert "文件未能保存" in page.content.decode()
    assert "服务器不在时的题名" in page.content.decode()
    assert Evidence.objects.count() == 1

    bucket.start()
    again["once"] = "示例三"
    page = client.post(address, again | {"files": [builders.upload("二.png", builders.drawing("red"))]})
    assert page.status_code == 302
    assert Evidence.objects.count() == 2
