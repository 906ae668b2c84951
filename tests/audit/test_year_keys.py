"""What is erased in time is gone from older backups too: with the key of its year, once nothing needs it."""

import datetime
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.enums import Role
from audit import keys, rotation, year_keys
from audit.conditions import data
from audit.conditions import keys as condition
from audit.enums import RingKey, RotationState
from audit.models import KeyFingerprint, KeyRotation
from core import erased_files, key_file, ring
from core.acting import Refusal
from core.ciphers import Erased, Unreadable, seal_file, unseal, unseal_file
from core.encrypted import Sealed, columns
from core.enums import Severity
from core.jobs import work_on
from core.personal import PERSONAL, Whose
from deploy.backup import erased, restore, stored
from deploy.console import Stop
from publicity import tasks
from publicity.models import Erasure, Objection, ObjectionFile
from publicity.services import erasure, objections
from tests import factories
from tests.at_once import on_both
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

FIRST = "YEAR_KEY_2008"
# All that came in 2008 is due by then.
LAST_DUE = "2010-12-31"


@pytest.fixture(autouse=True)
def kept(settings, tmp_path, queue, on):
    """The run's keys in a file, none of them given by the environment, and none of a year."""
    settings.PORTAL_KEYS = tmp_path / "secrets.env"
    settings.PORTAL_KEYS.touch(0o600)
    lines = (f"{name}={line}\n" for name, line in settings.PORTAL_GIVEN_KEYS.items())
    settings.PORTAL_KEYS.write_text("# ours\n" + "".join(lines))
    settings.PORTAL_GIVEN_KEYS = {}
    on("2008-05-05")
    return settings.PORTAL_KEYS


def letter_of(on, year=2008):
    """One that is open; of another year by when it was last written, for notices have their days in 2008."""
    on("2008-05-05")
    year_keys.make()
    return written_in(on, year, scene.object_to(scene.publish(*scene.accepted(1))))


def answered_of(on, year=2008):
    """To be erased 730 days after the reply."""
    letter = scene.conclude(letter_of(on), "not_upheld")
    Objection.objects.filter(pk=letter.pk).update(erase_on=datetime.date(year + 2, 5, 6))
    return written_in(on, year, letter)


def written_in(on, year, letter):
    on(f"{year}-05-05")
    year_keys.make()
    letter.save(update_fields=["objector_name", "objector_phone", "text"])
    return letter


def lying(letter):
    """Name, telephone and letter as they lie in the database, and so in each backup of it."""
    with connection.cursor() as cursor:
        told = "SELECT objector_name, objector_phone, text FROM publicity_objection WHERE id = %s"
        cursor.execute(told, [letter.pk])
        return cursor.fetchone()


def lay(letter, row):
    """Bring a row back from an older backup, without anything it did not have then."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM publicity_erasure WHERE objection_id = %s", [letter.pk])
        cursor.execute(
            "UPDATE publicity_objection SET objector_name = %s, objector_phone = %s, text = %s,"
            " erased_at = NULL WHERE id = %s",
            [*row, letter.pk],
        )


def erase(on):
    on(LAST_DUE)
    year_keys.make()
    tasks.erase_expired()


def opened(row):
    fields = ("objector_name", "objector_phone", "text")
    return [
        unseal(lying, purpose=f"publicity.Objection.{name}") for name, lying in zip(fields, row, strict=True)
    ]


def test_every_column_that_is_erased_is_closed_by_the_year_and_no_other():
    by_year = {column.purpose for column in columns() if column.by_year}
    assert by_year == {each.field for each in PERSONAL if each.erased and each.whose == Whose.CITIZEN}
    assert all(isinstance(each.column, Sealed) for each in PERSONAL if each.field in by_year)


@pytest.mark.parametrize(("ciphers", "name"), [("international", "aes"), ("guomi", "sm4")])
def test_backup_of_what_was_erased_is_read_by_nobody_once_the_key_is_gone(on, settings, kept, ciphers, name):
    settings.PORTAL_CIPHERS = ciphers
    first, second = answered_of(on), answered_of(on, 2009)
    backup = lying(first)
    assert {each.partition(":")[0] for each in backup} == {"y2008"}
    assert {each.split(":")[1] for each in backup} == {name}
    erase(on)
    assert lying(first) == (None, None, None)
    assert opened(backup) == [scene.NAME, scene.PHONE, scene.LETTER]

    assert year_keys.destroy() == [2008]
    with pytest.raises(Erased, match="YEAR_KEY_2008 was destroyed"):
        opened(backup)
    assert Objection.objects.get(pk=second.pk).objector_name == scene.NAME
    # Nor with any key that is left, whatever the value is said to be closed by.
    for line in ring.lines():
        kind = {"DATA_KEY": "v", "YEAR_KEY": "y"}.get(key_file.family(line))
        if kind and line != FIRST:
            forged = f"{kind}{key_file.version(line)}:{backup[0].partition(':')[2]}"
            with pytest.raises(Unreadable):
                unseal(forged, purpose="publicity.Objection.objector_name")


def test_nothing_of_the_key_is_left_in_the_file(on, kept):
    answered_of(on)
    secret = key_file.read(kept)[FIRST]
    erase(on)
    assert year_keys.destroy() == [2008]
    assert key_file.read(kept)[FIRST] == key_file.DESTROYED
    assert secret not in "".join(path.read_text() for path in kept.parent.iterdir() if path.is_file())
    assert kept.read_text().startswith("# ours\n")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert secret not in str(ring.lines())


def test_it_stays_while_something_is_kept_and_says_what(on):
    answered, open_one = answered_of(on), letter_of(on)
    erase(on)
    assert lying(answered) == (None, None, None)
    assert year_keys.destroy() == []
    assert "publicity.Objection.text: 1" in year_keys.why_kept(2008)
    assert Objection.objects.get(pk=open_one.pk).text == scene.LETTER


@pytest.mark.parametrize("day", ["2008-12-31", "2009-01-01", "2009-12-31"])
def test_it_stays_in_its_year_and_the_next_whatever_is_left(on, day):
    year_keys.make()
    on(day)
    year_keys.make()
    assert year_keys.destroy() == []


def test_the_only_one_stays_however_old(on):
    year_keys.make()
    on("2012-05-05")
    assert year_keys.destroy() == []
    assert {ring.of_year(year).version for year in (2008, 2012)} == {2008}


def test_destruction_is_in_the_trail_and_forgotten_by_the_database(on):
    answered_of(on)
    keys.note()
    erase(on)
    year_keys.destroy()
    entries = LogEntry.objects.get_for_object(KeyRotation.objects.get(key=RingKey.YEAR, version=2008))
    assert any("forgotten_at" in (entry.changes or {}) for entry in entries)
    assert not KeyFingerprint.objects.filter(name=FIRST).exists()
    assert keys.same_keys() == []
    count = LogEntry.objects.count()
    assert year_keys.destroy() == []
    year_keys.make()
    assert FIRST not in {f"YEAR_KEY_{year}" for year in year_keys.lacking()}
    assert LogEntry.objects.count() == count


def killed_there(_year):
    raise MemoryError


def test_one_that_is_killed_between_file_and_trail_is_followed_up(on, kept, monkeypatch):
    answered_of(on)
    erase(on)
    with monkeypatch.context() as killed:
        killed.setattr(year_keys, "_noted", killed_there)
        with pytest.raises(MemoryError):
            year_keys.destroy()
    assert key_file.read(kept)[FIRST] == key_file.DESTROYED
    assert KeyRotation.objects.get(key=RingKey.YEAR, version=2008).forgotten_at is None
    assert keys.same_keys() == []
    assert year_keys.destroy() == [2008]
    assert KeyRotation.objects.get(key=RingKey.YEAR, version=2008).forgotten_at


# -- an older database ------------------------------------------------------------------


@pytest.fixture
def restored(on, settings):
    """The row of an older backup, with the keys of today; the key of its year is destroyed."""
    letter = answered_of(on)
    keys.note()
    noted = list(KeyFingerprint.objects.values_list("name", "digest"))
    backup = lying(letter)
    erase(on)
    year_keys.destroy()
    lay(letter, backup)
    KeyRotation.objects.filter(key=RingKey.YEAR, version=2008).update(forgotten_at=None)
    for name, digest in noted:
        KeyFingerprint.objects.get_or_create(name=name, defaults={"digest": digest})
    return letter


def test_restored_database_starts_and_its_pages_say_that_it_was_erased(restored, client, english):
    assert keys.same_keys() == []
    assert stored.unreadable() == []
    assert data().severity == Severity.OK
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(restored.get_absolute_url())
    assert page.status_code == 200
    assert "personal data was erased" in page.content.decode()
    assert "None" not in page.content.decode()
    listed = client.get("/desk/objections/")
    assert (listed.status_code, "erased" in listed.content.decode()) == (200, True)


def test_restored_one_is_erased_anew_though_no_list_names_it(restored, on):
    on("2008-06-01")
    assert erased.again() >= 1
    assert lying(restored) == (None, None, None)
    assert Erasure.objects.filter(objection=restored).exists()
    assert erasure.erase_destroyed() == 0
    on(LAST_DUE)
    assert year_keys.destroy() == [2008]  # the restored trail hears of it


def test_another_year_is_not_erased_by_it(restored, on):
    other = answered_of(on, 2010)
    erasure.erase_destroyed()
    assert Objection.objects.get(pk=other.pk).objector_name == scene.NAME


# -- files ------------------------------------------------------------------------------

LETTER = pdf("王某某".encode())


def attached_of(on):
    letter = letter_of(on)
    upload = SimpleUploadedFile("王某某.pdf", LETTER, content_type="application/pdf")
    assert objections.attach(objection=letter, files=[upload]) == []
    scene.conclude(letter, "not_upheld")
    return letter, ObjectionFile.objects.get(objection=letter)


def on_disk(file):
    return Path(settings.MEDIA_ROOT) / file.file.name


def test_every_file_of_an_objection_is_closed_by_the_year():
    assert [str(field) for field in erased_files.fields()] == [
        "publicity.ObjectionFile.file",
        "publicity.EnquiryFile.file",
    ]


@pytest.mark.parametrize("ciphers", ["international", "guomi"])
def test_file_lies_closed_and_is_handed_out_as_it_came(on, settings, client, ciphers):
    settings.PORTAL_CIPHERS = ciphers
    _letter, file = attached_of(on)
    assert file.file.name.endswith(".pdf.y2008")
    lies = on_disk(file).read_bytes()
    assert lies.startswith(b"y2008:aes:" if ciphers == "international" else b"y2008:sm4:")
    assert LETTER not in lies
    assert b"%PDF" not in lies
    client.force_login(factories.user(Role.OFFICE))
    answer = client.get(f"/desk/objections/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == LETTER
    assert answer["Content-Type"] == "application/pdf"
    assert int(answer["Content-Length"]) == len(LETTER)


def test_backup_takes_it_as_it_lies_and_tells_nothing_once_the_key_is_gone(on, client):
    letter, file = attached_of(on)
    [named] = [each for each in stored.stored_files() if each.name == file.file.name]
    with named.storage.open(named.name) as content:
        backup = content.read()
    assert (backup, named.sha256) == (on_disk(file).read_bytes(), "")
    name = file.file.name
    erase(on)
    assert not (Path(settings.MEDIA_ROOT) / name).exists()
    assert unseal_file(backup, purpose=name) == LETTER
    assert year_keys.destroy() == [2008]
    with pytest.raises(Erased):
        unseal_file(backup, purpose=name)
    # It comes back with an older backup: nobody is given it, and it is erased anew.
    default_storage.save(name, ContentFile(backup))
    Erasure.objects.filter(objection=letter).delete()
    Objection.objects.filter(pk=letter.pk).update(erased_at=None)
    ObjectionFile.objects.filter(pk=file.pk).update(file=name)
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(f"/desk/objections/files/{file.pk}/").status_code == 404
    assert stored.unreadable() == []
    assert erased.again() == 1
    assert not (Path(settings.MEDIA_ROOT) / name).exists()


def test_key_stays_while_a_file_is_closed_by_it(on):
    letter, _file = attached_of(on)
    Objection.objects.filter(pk=letter.pk).update(erase_on=None)
    written_in(on, 2009, letter)
    ObjectionFile.objects.get(objection=letter).save(update_fields=["name"])
    erase(on)
    assert year_keys.destroy() == []
    assert "publicity.ObjectionFile.file: 1" in year_keys.why_kept(2008)
    assert "publicity.Objection.text: 0" not in year_keys.why_kept(2008)


@pytest.mark.parametrize("amiss", ["another name", "cut short", "a byte", "in clear"])
def test_file_that_was_changed_or_exchanged_is_handed_to_nobody(on, client, amiss):
    _letter, file = attached_of(on)
    path = on_disk(file)
    lies = path.read_bytes()
    other = seal_file(LETTER, year=2008, purpose="another")
    path.write_bytes(
        {"another name": other, "cut short": lies[:20], "a byte": lies[:-1] + b"x", "in clear": LETTER}[amiss]
    )
    client.force_login(factories.user(Role.OFFICE))
    client.raise_request_exception = False
    answer = client.get(f"/desk/objections/files/{file.pk}/")
    assert answer.status_code == 503
    assert LETTER not in answer.content


def test_in_a_year_without_a_key_a_file_is_taken_as_it_comes(on, client):
    letter = scene.object_to(scene.publish(*scene.accepted(1)))
    objections.attach(objection=letter, files=[SimpleUploadedFile("王某某.pdf", LETTER)])
    file = ObjectionFile.objects.get(objection=letter)
    assert on_disk(file).read_bytes() == LETTER
    year_keys.make()
    client.force_login(factories.user(Role.OFFICE))
    answer = client.get(f"/desk/objections/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == LETTER


# -- a year begins ----------------------------------------------------------------------


def test_key_of_the_next_year_is_made_in_december_and_serves_from_january(on):
    on("2008-11-30")
    assert year_keys.make() == [2008]
    on("2008-12-01")
    assert year_keys.make() == [2009]
    assert year_keys.make() == []
    assert ring.of_year(2008).version == 2008
    assert ring.of_year(2009).version == 2009


def test_without_a_key_of_the_year_nobody_is_refused_and_it_is_told(on, english):
    letter = scene.object_to(scene.publish(*scene.accepted(1)))
    assert {each.partition(":")[0] for each in lying(letter)} == {"v1"}
    told = condition()
    assert (told.severity, "no key of 2008" in told.words) == (Severity.WARNING, True)
    year_keys.make()
    made = KeyRotation.objects.get(key=RingKey.YEAR)
    assert made.state == RotationState.WAITING
    work_on(KeyRotation, made.pk, rotation.close_anew)
    assert {each.partition(":")[0] for each in lying(letter)} == {"y2008"}
    assert opened(lying(letter)) == [scene.NAME, scene.PHONE, scene.LETTER]
    assert condition().severity == Severity.OK


def test_data_key_that_is_exchanged_leaves_the_years_alone(on):
    letter = letter_of(on)
    before = lying(letter)
    keys.note()
    made = rotation.begin(key=RingKey.DATA)
    work_on(KeyRotation, made.pk, rotation.close_anew)
    assert lying(letter) == before
    assert rotation.lying_before(RingKey.DATA) == {}


def test_what_is_over_is_told_until_it_is_destroyed(on, english):
    answered_of(on)
    erase(on)
    assert "2008" in condition().words
    assert condition().severity == Severity.WARNING
    year_keys.keep_up()
    assert condition().severity == Severity.OK


def test_folder_that_may_not_be_written_stops_nobody(on, settings, kept):
    """As a unit has it: the file is read-only to it; here a folder stands where its successor would be."""
    answered_of(on)
    erase(on)
    kept.with_name("secrets.env.new").mkdir()
    (kept.with_name("secrets.env.new") / "inside").touch()
    before = kept.read_text()
    year_keys.keep_up()
    assert kept.read_text() == before
    assert [key.version for key in ring.versions("year")] == [2011, 2010, 2008]


# -- several machines -------------------------------------------------------------------


def test_first_of_several_machines_makes_them_with_all_others(on, settings, kept):
    """Nobody works with its database yet, and the others are brought what it has made."""
    settings.PORTAL_ADDRESS = "192.0.2.1"
    KeyFingerprint.objects.all().delete()
    assert year_keys.make() == [2008]
    assert FIRST in key_file.read(kept)


def test_on_several_machines_the_operator_is_told_each_line(on, settings, kept):
    keys.note()
    settings.PORTAL_ADDRESS = "192.0.2.1"
    before = kept.read_text()
    with pytest.raises(Refusal, match=r"YEAR_KEY_2008=\S{43}"):
        year_keys.make()
    settings.PORTAL_ADDRESS = ""
    answered_of(on)
    erase(on)
    settings.PORTAL_ADDRESS = "192.0.2.1"
    before = kept.read_text()
    with pytest.raises(Refusal, match="YEAR_KEY_2008=destroyed"):
        year_keys.destroy()
    year_keys.keep_up()
    assert kept.read_text() == before
    # One machine has the line; the other, which has the key still, is told so.
    other = key_file.read(kept)
    settings.PORTAL_GIVEN_KEYS = other | {FIRST: key_file.DESTROYED}
    assert year_keys.destroy() == [2008]
    settings.PORTAL_GIVEN_KEYS = other
    assert keys.same_keys() == []
    assert "2008" in condition().words
    assert condition().severity == Severity.WARNING


def test_machine_that_lacks_a_years_key_does_not_start(on, settings, kept):
    year_keys.make()
    settings.PORTAL_KEYS = kept.with_name("none")
    settings.PORTAL_GIVEN_KEYS = {name: line for name, line in key_file.read(kept).items() if name != FIRST}
    [complaint] = keys.same_keys()
    assert "a YEAR_KEY_2008 that is missing here" in complaint.msg


@on_both
def test_what_lies_under_a_year_is_counted_on_each_database(database, on):
    letter_of(on)
    (column,) = (each for each in columns() if each.purpose == "publicity.Objection.text")
    assert column.lying_of(2008).count() == 1
    assert column.lying_of(200).count() == 0
    assert column.lying_before(7).count() == 0
    assert erasure.erase_destroyed() == 0


# -- the command ------------------------------------------------------------------------


def called(*arguments):
    told = StringIO()
    call_command("rotate_keys", "year", *arguments, stdout=told)
    return told.getvalue()


def test_command_makes_and_destroys_and_says_what_to_do_with_older_backups(on, settings):
    assert "New keys: 2008" in called()
    scene.conclude(scene.object_to(scene.publish(*scene.accepted(1))), "not_upheld")
    assert "in use until 2010" in called("--forget")
    on("2010-01-01")
    called()
    assert "still needed. publicity.Objection.objector_name: 1" in called("--forget")
    erase(on)
    told = called("--forget")
    assert "Destroyed: the key of 2008." in told
    assert "Older copies of the file of keys hold it still: take them away." in told
    settings.PORTAL_ADDRESS = "192.0.2.1"
    on(str(datetime.date(2020, 1, 1)))
    with pytest.raises(CommandError, match="YEAR_KEY_2020="):
        called()


def test_timer_does_both_and_writes_no_key_anywhere(on, settings, kept):
    answered_of(on)
    erase(on)
    told = StringIO()
    call_command("rotate_keys", "--keep-up", stdout=told, stderr=told)
    assert key_file.read(kept)[FIRST] == key_file.DESTROYED
    settings.PORTAL_ADDRESS = "192.0.2.1"
    on("2020-01-01")
    call_command("rotate_keys", "--keep-up", stdout=told, stderr=told)
    assert told.getvalue() == ""
    assert "YEAR_KEY_2020" not in kept.read_text()


def test_backup_from_before_is_restored_with_the_keys_of_today_alone(on, kept):
    """What `./portal restore` compares before it changes anything."""
    year_keys.make()
    keys.note()
    source = restore.Source(kept, {"keys": stored.key_fingerprints()}, key_file.read(kept))
    gone = source.keys | {FIRST: key_file.DESTROYED}
    restore._refuse_other_keys(replace(source, keys=gone))
    with pytest.raises(Stop, match=FIRST):
        restore._refuse_other_keys(replace(source, keys=source.keys | {FIRST: "another"}))
    with pytest.raises(Stop, match="DATA_KEY_1"):
        restore._refuse_other_keys(replace(source, keys=gone | {"DATA_KEY_1": "another"}))
