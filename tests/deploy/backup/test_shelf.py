"""What a backup keeps, how it stays whole, and what a restore refuses before it changes anything."""

import datetime
import io
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.backup import sealing
from deploy.backup.sealing import Seal
from deploy.backup.shelf import BEING_MADE, MANIFEST, STAMP, Keep, Shelf, write_whole
from deploy.console import Stop

NOON = datetime.datetime(2026, 12, 5, 12, tzinfo=datetime.UTC)
KEYS = {
    "SECRET_KEY": "示例" * 30,
    "SALT_KEY": "盐" * 30,
    "DATA_KEY_2": "钥" * 30,
    "TRAIL_SIGNING_KEY": "签" * 30,
}
OTHERS = KEYS | {"SALT_KEY": "another"}


def ago(**time):
    return NOON - datetime.timedelta(**time)


# -- which ones stay --------------------------------------------------------------------------------


def test_newest_of_each_day_week_and_month_stays():
    made = [ago(days=days, hours=hours) for days in range(400) for hours in (0, 6)]
    kept = Keep(7, 4, 12).of(made) - {ago(hours=6)}
    days = {ago(days=days) for days in range(7)}
    sundays = {NOON.replace(month=11, day=day) for day in (29, 22, 15)}
    firsts = [NOON.replace(month=month, day=1) for month in range(2, 13)]
    last_of_months = {first - datetime.timedelta(days=1) for first in firsts}
    assert kept == days | sundays | last_of_months


def test_all_of_the_last_day_stay():
    assert Keep(1, 0, 0).of([NOON, ago(minutes=1), ago(hours=24)]) == {NOON, ago(minutes=1)}


@pytest.mark.parametrize("rule", ["", "7", "0 4 12", "7 4 twelve", "-7 4 12"])
def test_rule_that_keeps_nothing_or_is_none_is_refused(rule):
    with pytest.raises(Stop, match="PORTAL_BACKUP_KEEP"):
        Keep.read(rule)


# -- whole or not at all ----------------------------------------------------------------------------


def put(shelf, moment, *contents):
    """A backup of these files, as it lies on the shelf."""
    with shelf.being_made(shelf.of(moment)) as making:
        added = [shelf.add(io.BytesIO(content))[0] for content in contents]
        files = ", ".join(f'"{number}": {{"sha256": "{sha256}"}}' for number, sha256 in enumerate(added))
        write_whole(making / MANIFEST, f'{{"format": 1, "files": {{{files}}}}}'.encode())
    return added


def stored(shelf):
    return {path.read_bytes() for path in shelf.files.glob("*/*")}


def test_same_file_is_kept_once_and_goes_with_the_last_backup_that_names_it(tmp_path):
    shelf = Shelf(tmp_path)
    with shelf.locked():
        put(shelf, ago(days=2), b"one", b"two")
        put(shelf, NOON, b"two", b"three")
        assert stored(shelf) == {b"one", b"two", b"three"}
        assert shelf.prune(Keep(1, 0, 0), made=shelf.of(NOON)) == [ago(days=2).strftime(STAMP)]
    assert stored(shelf) == {b"two", b"three"}
    assert [path.name for path in shelf.backups()] == [NOON.strftime(STAMP)]


def test_the_one_just_made_stays_if_the_clock_was_ahead_before(tmp_path):
    shelf = Shelf(tmp_path)
    with shelf.locked():
        put(shelf, NOON, b"of a clock that was ahead")
        put(shelf, ago(days=40), b"one")
        assert shelf.prune(Keep(1, 0, 0), made=shelf.of(ago(days=40))) == []
    assert b"one" in stored(shelf)


def test_what_fails_half_way_is_no_backup_and_leaves_those_before(tmp_path):
    shelf = Shelf(tmp_path)
    with shelf.locked():
        put(shelf, ago(days=1), b"one")
        with suppress(OSError), shelf.being_made(shelf.of(NOON)) as making:
            (making / "database.sqlite3").write_bytes(b"half")
            raise OSError(28, "No space left on device")
    assert [path.name for path in shelf.backups()] == [ago(days=1).strftime(STAMP)]
    assert not list(tmp_path.glob(f"{BEING_MADE}*"))


def test_what_a_kill_left_behind_is_no_backup_and_is_swept_up(tmp_path):
    shelf = Shelf(tmp_path)
    half = tmp_path / f"{BEING_MADE}{NOON.strftime(STAMP)}"
    half.mkdir()
    (half / MANIFEST).write_text('{"format": 1, "files": {}}')
    shelf.files.mkdir()
    (shelf.files / f"{BEING_MADE}1").write_bytes(b"half")
    assert shelf.backups() == []
    with shelf.locked():
        assert not half.exists()
        assert not list(shelf.files.iterdir())


def test_two_at_once_do_not_meet(tmp_path):
    shelf = Shelf(tmp_path)
    with shelf.locked(), pytest.raises(Stop, match="another backup is being made"), shelf.locked():
        pass
    with shelf.locked():
        pass


def test_backup_is_nobody_elses_to_read(tmp_path):
    shelf = Shelf(tmp_path / "backups")
    with shelf.locked():
        put(shelf, NOON, b"one")
    for path in (shelf.folder, *shelf.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


# -- the keys ---------------------------------------------------------------------------------------


@pytest.fixture(params=["age", "passphrase"])
def seal_and_opener(request, tmp_path):
    opener = tmp_path / "opener"
    if request.param == "passphrase":
        opener.write_text("一句足够长的口令，不写在这台机器上\n")
        return Seal(passphrase=opener), opener
    return Seal(recipient=age_key(opener)), opener


def age_key(identity):
    """Made into that file; its public half."""
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    told = subprocess.run(["age-keygen", "-y", identity], check=True, capture_output=True, text=True)
    return told.stdout.strip()


def test_keys_are_in_clear_nowhere_and_open_again(seal_and_opener, tmp_path):
    seal, opener = seal_and_opener
    settings = b"DATABASE_URL=postgres://portal:geheim@/portal\n"
    name = sealing.keep(tmp_path / "keys", replace(seal, settings=settings), KEYS, NOON)
    content = (tmp_path / "keys" / name).read_bytes()
    assert not [word for word in ("示例", "盐", "钥", "签", "geheim") if word.encode() in content]
    assert (tmp_path / "keys" / name).stat().st_mode & 0o077 == 0
    opened = sealing.open_sealed(tmp_path / "keys" / name, opener)
    assert opened == {
        "secrets.env": "".join(f"{name}={KEYS[name]}\n" for name in sorted(KEYS)).encode(),
        "portal.env": settings,
    }


def test_wrong_opener_and_a_changed_file_are_refused(seal_and_opener, tmp_path):
    seal, opener = seal_and_opener
    path = tmp_path / sealing.keep(tmp_path, seal, KEYS, NOON)
    with pytest.raises(Stop, match="--open-with"):
        sealing.open_sealed(path, None)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(Stop, match=r"does not open|age refuses"):
        sealing.open_sealed(path, opener)


def test_without_a_recipient_nothing_is_backed_up(monkeypatch):
    monkeypatch.delenv("PORTAL_BACKUP_RECIPIENT", raising=False)
    monkeypatch.delenv("PORTAL_BACKUP_PASSPHRASE", raising=False)
    with pytest.raises(Stop, match="--without-keys"):
        Seal.wanted()


def test_keys_are_pruned_by_their_own_rule(tmp_path):
    """Three files of each set; a set out of use goes once no backup can be left that needs it."""
    seal, folder = Seal(recipient=age_key(tmp_path / "identity")), tmp_path / "keys"
    for days in (500, 499, 498, 497):
        sealing.keep(folder, seal, OTHERS, ago(days=days))
    for days in (4, 3, 2, 1):
        sealing.keep(folder, seal, KEYS, ago(days=days))
    longest = Keep(7, 4, 12).longest
    sealing.prune(folder, now=ago(days=200), longest=longest, keys=KEYS)
    assert dates(folder) == [ago(days=days).date() for days in (499, 498, 497, 3, 2, 1)]
    sealing.prune(folder, now=NOON, longest=longest, keys=KEYS)
    assert dates(folder) == [ago(days=days).date() for days in (3, 2, 1)]
    sealing.prune(folder, now=NOON + datetime.timedelta(days=1000), longest=longest, keys=KEYS)
    assert len(dates(folder)) == 3


def test_key_of_a_year_that_is_destroyed_goes_with_the_third_copy_after_it(tmp_path):
    """Those of the years make no set of their own, in which it would stay as long as any backup."""
    identity, folder = tmp_path / "identity", tmp_path / "keys"
    seal, year = Seal(recipient=age_key(identity)), {"YEAR_KEY_2008": "年" * 30}
    for days, keys in ((4, KEYS | year), (3, KEYS), (2, KEYS | {"YEAR_KEY_2009": "新"}), (1, KEYS)):
        sealing.keep(folder, seal, keys, ago(days=days))
    sealing.prune(folder, now=NOON, longest=Keep(7, 4, 12).longest, keys=KEYS)
    assert dates(folder) == [ago(days=days).date() for days in (3, 2, 1)]
    held = [sealing.open_sealed(path, identity)[sealing.SECRETS].decode() for path in folder.iterdir()]
    assert [line for line in held if year["YEAR_KEY_2008"] in line] == []


def dates(folder: Path):
    return [datetime.date.fromisoformat(path.name[:10]) for path in sorted(folder.iterdir())]
