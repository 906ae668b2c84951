"""Keys get new versions while people work; what former ones closed is closed anew, by whoever survives."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.auth.tokens import default_token_generator
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.enums import Role
from accounts.models import User
from audit import guards, keys, rotation
from audit.checking import look_through
from audit.conditions import data
from audit.conditions import keys as condition
from audit.enums import RingKey, RotationState
from audit.models import HeadKey, KeyFingerprint, KeyRotation, Seal
from audit.sealing import seal_trail
from core import key_file, ring
from core.acting import Refusal
from core.ciphers import seal, unseal, version_of
from core.encrypted import columns
from core.enums import Severity
from core.jobs import Claim, work_on
from publicity.models import LoggedLetter, Objection
from sites.models import ImportJob, ImportLine
from tests import factories
from tests.at_once import at_once, on_both
from tests.core.test_ciphers import closed_before
from tests.publicity import scene

pytestmark = pytest.mark.django_db

COLUMNS = list(columns())


@pytest.fixture(autouse=True)
def kept(settings, tmp_path, queue):
    """The run's keys in a file, none of them given by the environment."""
    settings.PORTAL_KEYS = tmp_path / "secrets.env"
    settings.PORTAL_KEYS.touch(0o600)
    lines = (f"{name}={line}\n" for name, line in settings.PORTAL_GIVEN_KEYS.items())
    settings.PORTAL_KEYS.write_text("# ours\n" + "".join(lines))
    settings.PORTAL_GIVEN_KEYS = {}
    return settings.PORTAL_KEYS


@pytest.fixture
def letters(on):
    """Three open ones, one that is answered, and one on record."""
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(4))
    made = [scene.object_to(notice) for _ in range(4)]
    scene.conclude(made[0], "partly")
    on_record(notice)
    keys.note()
    return made


def on_record(notice):
    return LoggedLetter.objects.create(
        notice=notice,
        kind="anonymous",
        received_on="2008-05-05",
        text="示例来信",
        dealt_with="存档",
        logged_by=factories.user(Role.OFFICE),
    )


def versions():
    """By which version each value lies closed."""
    return sorted(version_of(lying) for column in COLUMNS for _, lying in column.lying())


def texts():
    return (
        list(Objection.objects.order_by("pk").values_list("objector_name", "objector_phone", "text")),
        list(LoggedLetter.objects.values_list("text")),
    )


def worked(made):
    work_on(KeyRotation, made.pk, rotation.close_anew)
    made.refresh_from_db()
    return made


def rotated():
    return worked(rotation.begin(key=RingKey.DATA))


# -- the data key -------------------------------------------------------------------


def test_every_value_is_closed_by_the_new_key_and_reads_as_before(letters, kept):
    before, count = texts(), len(versions())
    made = rotation.begin(key=RingKey.DATA)
    assert ring.newest("data").version == 2
    assert versions() == [1] * count
    assert texts() == before
    worked(made)
    assert (made.state, made.closed_anew, made.error) == (RotationState.DONE, count, "")
    assert versions() == [2] * count
    assert texts() == before
    assert rotation.forget(key=RingKey.DATA) == ["DATA_KEY_1"]


@pytest.mark.django_db(transaction=True)
def test_former_key_goes_once_nothing_needs_it(letters, kept):
    before = texts()
    rotated()
    assert rotation.forget(key=RingKey.DATA) == ["DATA_KEY_1"]
    assert "DATA_KEY_1" not in key_file.read(kept)
    assert kept.read_text().startswith("# ours\n")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert texts() == before
    assert keys.same_keys() == []
    assert not KeyFingerprint.objects.filter(name="DATA_KEY_1").exists()
    assert rotation.forget(key=RingKey.DATA) == []


def test_by_the_other_suite_too(letters, settings):
    before = texts()
    settings.PORTAL_CIPHERS = "guomi"
    rotated()
    assert {lying[:7] for column in COLUMNS for _, lying in column.lying()} == {"v2:sm4:"}
    assert texts() == before


class Dies(Claim[KeyRotation]):
    def renew(self, **progress):
        super().renew(**progress)
        raise MemoryError


def test_one_that_is_killed_half_way_goes_on(letters, monkeypatch):
    before, count = texts(), len(versions())
    monkeypatch.setattr(rotation, "BATCH", 1)
    made = rotation.begin(key=RingKey.DATA)
    for turn in (1, 2):
        with pytest.raises(MemoryError):
            rotation.close_anew(Dies.take(KeyRotation, made.pk))
        assert versions() == [1] * (count - turn) + [2] * turn
        assert texts() == before
        with pytest.raises(Refusal, match="还没有完成"):
            rotation.forget(key=RingKey.DATA)
        KeyRotation.objects.update(claimed_at=None)
    assert rotation.begin(key=RingKey.DATA) == made
    assert worked(made).closed_anew == count
    assert versions() == [2] * count
    assert texts() == before


def test_what_somebody_writes_meanwhile_stands(letters):
    column = next(each for each in COLUMNS if each.purpose == "publicity.Objection.text")
    batch = list(column.lying())
    rotation.begin(key=RingKey.DATA)
    Objection.objects.filter(pk=letters[0].pk).update(text="后来写的")
    rotation._close_anew(column, batch)
    assert Objection.objects.get(pk=letters[0].pk).text == "后来写的"
    assert versions().count(2) == len(batch)


def test_what_cannot_be_opened_is_named_and_keeps_its_key_and_the_rest_goes_on(letters):
    count = len(versions())
    column = next(each for each in COLUMNS if each.purpose == "publicity.Objection.text")
    pk, lying = column.lying().order_by("pk").first()
    made = rotation.begin(key=RingKey.DATA)
    rows = Objection.objects.filter(pk=pk)
    text = rows.get().text
    damage(pk, lying[:-8])
    assert worked(made).state == RotationState.FAILED
    assert "publicity.Objection.text: 1" in made.error
    assert versions().count(2) == count - 1
    with pytest.raises(Refusal, match=r"publicity\.Objection\.text: 1"):
        rotation.forget(key=RingKey.DATA)
    damage(pk, lying)
    assert rotated() == made
    assert (made.refresh_from_db(), made.state)[1] == RotationState.DONE
    assert rows.get().text == text


def damage(pk, lying):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE publicity_objection SET text = %s WHERE id = %s", [lying, pk])


def test_value_from_before_the_ring_is_closed_anew_too(letters, settings):
    lines = ring.lines()
    old = closed_before("早先的来信", lines["SECRET_KEY"], lines["SALT_KEY"])
    damage(letters[1].pk, old)
    assert Objection.objects.get(pk=letters[1].pk).text == "早先的来信"
    with pytest.raises(Refusal):
        rotation.forget(key=RingKey.SIGN)
    rotated()
    assert Objection.objects.get(pk=letters[1].pk).text == "早先的来信"
    assert set(versions()) == {2}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: each.purpose)
def test_no_encrypted_column_lies_where_nothing_can_be_written_again(column):
    assert column.field.name in guards._append_only.get(column.model, [column.field.name])


@pytest.mark.django_db(transaction=True)
def test_closed_texts_within_json_are_closed_anew_too(kept):
    def sealed(text):
        return seal(text, purpose="mfa.Authenticator.data")

    keys.note()
    person = factories.user(Role.OFFICE)
    whole = {"secret": sealed("种子"), "used": 3, "codes": ["明文", {"seed": sealed("另一个")}]}
    made = Authenticator.objects.create(user=person, type="totp", data=whole)
    other = Authenticator.objects.create(user=person, type="recovery_codes", data={"used_mask": 0})
    [column] = [each for each in COLUMNS if each.purpose == "mfa.Authenticator.data"]
    assert rotated().closed_anew == 1
    made.refresh_from_db()
    other.refresh_from_db()
    assert other.data == {"used_mask": 0}
    assert (made.data["used"], made.data["codes"][0]) == (3, "明文")
    closed = [made.data["secret"], made.data["codes"][1]["seed"]]
    assert [version_of(each) for each in closed] == [2, 2]
    assert column.lying_before(2).count() == 0
    assert rotation.forget(key=RingKey.DATA) == ["DATA_KEY_1"]
    assert [unseal(each, purpose=column.purpose) for each in closed] == ["种子", "另一个"]
    assert data().severity == Severity.OK
    Authenticator.objects.update(data={"secret": f"{closed[0][:-8]}AAAAAAA="})
    assert data().severity == Severity.ERROR


@on_both
@pytest.mark.django_db(transaction=True)
def test_telephones_in_columns_and_in_rows_are_closed_anew_too(database, kept):
    keys.note()
    person, number = factories.user(Role.LIAISON), "0473-2998888"
    User.objects.filter(pk=person.pk).update(phone=number)
    mended = [f"B2 {number[1:]} → {number}"]
    job = ImportJob.objects.create(register="people", file="x", file_name="x", by=person, mended=mended)
    cells = {"name": "李某某", "phone": number}
    changes = [{"field": "phone", "before": "", "after": number}]
    ImportLine.objects.create(job=job, number=1, cells=cells, changes=changes, outcome="new")
    ImportLine.objects.create(job=job, number=2, cells={"name": "王某某", "phone": ""}, outcome="new")

    def reads():
        line = ImportLine.objects.get(cells__name__icontains="李")
        job.refresh_from_db()
        return User.objects.get(pk=person.pk).phone, job.mended, line.cells, line.changes

    assert reads() == (number, mended, cells, changes)
    assert rotated().closed_anew == 4
    assert rotation.forget(key=RingKey.DATA) == ["DATA_KEY_1"]
    assert reads() == (number, mended, cells, changes)
    lying = str([list(column.lying()) for column in COLUMNS])
    assert ("998888" in lying, lying.count("v1:"), lying.count("v2:")) == (False, 0, 4)


def test_another_rotation_waits_for_the_one_before_and_follows_it(letters):
    first = rotation.begin(key=RingKey.DATA)
    assert rotation.begin(key=RingKey.DATA) == first
    worked(first)
    second = rotation.begin(key=RingKey.DATA)
    assert (second.version, ring.newest("data").version) == (3, 3)
    worked(second)
    assert set(versions()) == {3}
    assert rotation.forget(key=RingKey.DATA) == ["DATA_KEY_1", "DATA_KEY_2"]


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_begin_one(database, kept):
    begun = at_once(*[lambda: rotation.begin(key=RingKey.DATA).version] * 3)
    assert begun == [2, 2, 2]
    assert len(re.findall("DATA_KEY_2", kept.read_text())) == 1


def test_keys_that_stand_in_the_settings_are_added_there_by_hand(letters, settings, kept):
    settings.PORTAL_GIVEN_KEYS = {"DATA_KEY_1": ring.lines()["DATA_KEY_1"]}
    with pytest.raises(Refusal, match="DATA_KEY_2=") as refused:
        rotation.begin(key=RingKey.DATA)
    line = re.search(r"DATA_KEY_2=(\S+)", str(refused.value))
    assert "DATA_KEY_2" not in kept.read_text()
    settings.PORTAL_GIVEN_KEYS |= {"DATA_KEY_2": line[1].rstrip("，")}
    keys.note()  # as a start does
    assert rotated().version == 2
    assert set(versions()) == {2}


def test_rotation_stands_in_the_trail_without_the_key(letters, kept):
    made = rotated()
    rotation.forget(key=RingKey.DATA)
    told = LogEntry.objects.get_for_object(made)
    assert [entry.get_action_display() for entry in told.order_by("pk")] == ["create", "update"]
    value = key_file.read(kept)["DATA_KEY_2"]
    assert value not in str([entry.changes for entry in told])


def test_health_tells_that_it_is_under_way(letters):
    made = rotation.begin(key=RingKey.DATA)
    assert "重新加密" in condition().words
    worked(made)
    assert "重新加密" not in condition().words


# -- what signs and what proves -------------------------------------------------------


def signing(settings, kept):
    """Start anew: the newest signs."""
    lines = key_file.read(kept)
    names = [name for name in lines if key_file.family(name) == "SECRET_KEY"]
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = [
        lines[name] for name in sorted(names, key=key_file.version, reverse=True)
    ]


def test_sessions_and_links_stay_valid_when_another_key_signs(client, settings, kept):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    link = default_token_generator.make_token(person)
    rotation.begin(key=RingKey.SIGN)
    former = settings.SECRET_KEY
    signing(settings, kept)
    assert settings.SECRET_KEY not in (former, "")
    assert [former] == settings.SECRET_KEY_FALLBACKS
    assert client.get("/desk/").status_code == 200
    assert default_token_generator.check_token(person, link)


@pytest.mark.django_db(transaction=True)
def test_former_signing_key_is_worth_nothing_once_it_is_forgotten(client, settings, kept):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    link = default_token_generator.make_token(person)
    rotation.begin(key=RingKey.SIGN)
    assert rotation.forget(key=RingKey.SIGN) == ["SECRET_KEY"]
    signing(settings, kept)
    assert settings.SECRET_KEY_FALLBACKS == []
    assert client.get("/desk/").status_code == 302
    assert not default_token_generator.check_token(person, link)


def test_key_of_the_trail_gets_a_version_and_none_is_forgotten(kept):
    seal_trail()
    before = ring.trail_signing_key()
    assert rotation.begin(key=RingKey.TRAIL).state == RotationState.DONE
    assert ring.trail_signing_key() != before
    seal_trail()
    assert [seal.key for seal in Seal.objects.all()] == [1, 2]
    assert len({seal.signed_with for seal in Seal.objects.all()}) == 2
    for key in HeadKey.objects.all():
        assert look_through(pinned=key.public).fault == ""
    assert [key.version for key in ring.versions("trail")] == [2, 1]
    with pytest.raises(Refusal):
        rotation.forget(key=RingKey.TRAIL)
    assert [key.version for key in ring.versions("trail")] == [2, 1]


# -- the command ------------------------------------------------------------------------


def called(*arguments):
    told = StringIO()
    call_command("rotate_keys", *arguments, stdout=told)
    return told.getvalue()


@pytest.mark.django_db(transaction=True)
def test_command_rotates_here_or_by_the_worker_and_says_what_is_left(letters):
    assert "The worker closes anew" in called()
    assert set(versions()) == {1}
    with pytest.raises(CommandError, match="not done"):
        called("--forget")
    assert f"{len(versions())} values were closed anew" in called("--now")
    assert set(versions()) == {2}
    assert "DATA_KEY_1" in called("--forget")
    assert "no former version" in called("--forget")
    assert "Start the portal anew" in called("sign")
    with pytest.raises(CommandError, match="proved by"):
        called("trail", "--forget")
