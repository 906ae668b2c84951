"""Personal data goes on its day, with a proof; reply and dates stay."""

import datetime
import json
import shutil
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.enums import Role
from core import erasures
from publicity import tasks
from publicity.models import Erasure, Objection, ObjectionFile
from publicity.services import objections
from tests import factories
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

# 730 days after the reply on 6 May 2008.
LAST_KEPT, DUE = "2010-05-05", "2010-05-06"


@pytest.fixture
def answered(on):
    on("2008-05-05")
    letter = scene.object_to(scene.publish())
    files = [SimpleUploadedFile(f"{name}.pdf", pdf(name.encode())) for name in ("王某某", "现场")]
    objections.attach(objection=letter, files=files)
    on("2008-05-06")
    return scene.conclude(letter, "not_upheld")


def on_disk():
    return [path for path in Path(settings.MEDIA_ROOT).glob("letters/**/*") if path.is_file()]


def stored():
    """All the database has of objections and their files, as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT objector_name, objector_phone, text FROM publicity_objection")
        return cursor.fetchall()


def test_data_is_kept_until_its_day(answered, on):
    on(LAST_KEPT)
    tasks.erase_expired()
    answered.refresh_from_db()
    assert answered.objector_name == scene.NAME
    assert len(on_disk()) == 2
    assert not Erasure.objects.exists()


def test_data_goes_on_its_day_and_the_reply_stays(answered, on):
    digests = sorted(answered.files.values_list("sha256", flat=True))
    on(DUE)
    tasks.erase_expired()
    letter = Objection.objects.get()
    assert stored() == [(None, None, None)]
    assert (letter.reply, letter.state, str(letter.received_on)) == ("示例答复", "not_upheld", "2008-05-05")
    assert on_disk() == []
    assert {(file.name, file.file.name) for file in ObjectionFile.objects.all()} == {("", "")}
    proof = Erasure.objects.get()
    assert proof.due_on == datetime.date.fromisoformat(DUE)
    assert proof.what == ["objector_name", "objector_phone", "text", "files"]
    assert sorted(proof.files) == digests


def test_erasure_is_in_the_trail_without_what_was_erased(answered, on):
    on(DUE)
    tasks.erase_expired()
    entries = LogEntry.objects.get_for_model(Erasure)
    assert entries.count() == 1
    told = [(entry.changes, entry.object_repr) for entry in LogEntry.objects.all()]
    trail = json.dumps(told, ensure_ascii=False)
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "王某某"):
        assert secret not in trail


def test_erasing_again_does_nothing(answered, on):
    on(DUE)
    tasks.erase_expired()
    before = stored(), Erasure.objects.values().get(), LogEntry.objects.count()
    on("2010-06-01")
    tasks.erase_expired()
    assert (stored(), Erasure.objects.values().get(), LogEntry.objects.count()) == before


def test_file_that_is_gone_already_does_not_stop_it(answered, on):
    on_disk()[0].unlink()
    on(DUE)
    tasks.erase_expired()
    assert len(Erasure.objects.get().files) == 2
    assert on_disk() == []


def test_file_that_cannot_be_deleted_leaves_no_proof_and_holds_up_no_other(answered, on):
    """A folder stands where the file was: deleting fails, whoever runs the test."""
    other = scene.conclude(scene.object_to(answered.notice), "not_upheld")
    path = on_disk()[0]
    path.unlink()
    path.mkdir()
    (path / "inside").touch()
    on("2010-06-01")
    tasks.erase_expired()
    answered.refresh_from_db()
    assert answered.objector_name == scene.NAME
    assert [proof.objection for proof in Erasure.objects.all()] == [other]
    (path / "inside").unlink()
    tasks.erase_expired()
    assert Erasure.objects.count() == 2


def test_what_cannot_be_noted_for_a_later_restore_is_not_erased(answered, on):
    """A file stands where the folder of notes would be."""
    in_the_way = Path(settings.MEDIA_ROOT) / erasures.FOLDER
    shutil.rmtree(in_the_way, ignore_errors=True)
    in_the_way.touch()
    on(DUE)
    tasks.erase_expired()
    answered.refresh_from_db()
    assert (answered.objector_name, len(on_disk())) == (scene.NAME, 2)
    in_the_way.unlink()
    tasks.erase_expired()
    assert on_disk() == []
    (line,) = map(json.loads, erasures.noted())
    assert (line["table"], line["pk"], line["fields"]) == (
        "publicity_objection",
        answered.pk,
        ["objector_name", "objector_phone", "text", "files"],
    )


def test_open_objection_is_never_erased(on):
    on("2008-05-05")
    scene.object_to(scene.publish())
    on("2020-01-01")
    tasks.erase_expired()
    assert Objection.objects.get().objector_name == scene.NAME


def test_pages_say_that_the_data_was_erased(answered, on, client, english):
    address = answered.files.first().pk
    on(DUE)
    tasks.erase_expired()
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(answered.get_absolute_url()).content.decode()
    assert "personal data was erased" in page
    assert Erasure.objects.get().files[0] in page
    assert "erased" in client.get("/desk/objections/").content.decode()
    assert client.get(f"/desk/objections/files/{address}/").status_code == 404
    assert "示例答复" in client.get("/objections/", {"code": answered.receipt_code}).content.decode()
