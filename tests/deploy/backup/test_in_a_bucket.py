"""A portal whose files lie in a bucket of a real S3 server, backed up and restored."""

import shutil

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tests.deploy.backup import homes
from tests.machines.swift import swift
from wuhai_portal.storing import storage

pytestmark = [pytest.mark.drill, pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def server(tmp_path):
    (tmp_path / "swift").mkdir()
    with swift(tmp_path / "swift") as started:
        yield started


def test_a_portal_whose_files_lie_in_a_bucket_is_backed_up_and_restored_into_another(
    portal, server, tmp_path
):
    """Files by the portal's own doing in both, and not one on the machines' disks."""
    media = portal.folder / "media"
    wanted = {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}
    buckets = {
        name: storages.create_storage(storage(server.url(name), tmp_path)) for name in ("first", "second")
    }
    for each in buckets.values():
        each.bucket.create()
    for name, content in wanted.items():
        assert buckets["first"].save(name, ContentFile(content)) == name
    shutil.rmtree(media)

    backups = str(tmp_path / "backups")
    backing_up = f'./portal backup "{backups}" --without-keys'
    portal.done(backing_up, PORTAL_STORAGE=server.url("first"))
    said = portal.done(f"sleep 1; {backing_up}", PORTAL_STORAGE=server.url("first"))
    assert "0 new files" in said
    assert "!! " not in said.replace("!! WITHOUT THE KEYS", "")

    empty = homes.Home(tmp_path / "empty", portal.url)
    empty.folder.mkdir(0o700)
    shutil.copy(portal.folder / "secrets.env", empty.folder)
    empty.done(f'./portal restore "{backups}"', PORTAL_STORAGE=server.url("second"))
    second = buckets["second"]
    assert {object_.key for object_ in second.bucket.objects.all()} == set(wanted)
    assert {name: second.open(name).read() for name in wanted} == wanted
    assert not (empty.folder / "media").exists()
