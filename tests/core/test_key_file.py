"""Who may read the file of keys, and what it says."""

import os

import pytest

from core import key_file
from tests.at_once import at_once


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "keys" / "secrets.env"
    path.parent.mkdir(mode=0o700)
    key_file.add(path, list(key_file.NEW))
    return path


def test_new_file_is_its_owners_alone_and_holds_every_key(kept):
    assert kept.stat().st_mode & 0o777 == 0o600
    keys = key_file.read(kept)
    assert keys.keys() == key_file.NEW.keys()
    assert len(set(keys.values())) == len(keys)
    assert min(map(len, keys.values())) >= 43
    assert key_file.lacking(keys) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_file_that_others_may_read_is_refused_with_what_to_do(kept, mode):
    kept.chmod(mode)
    with pytest.raises(key_file.Exposed, match=f"chmod 600 {kept}$"):
        key_file.read(kept)


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o777])
def test_folder_that_others_may_enter_is_refused_with_what_to_do(kept, mode):
    kept.parent.chmod(mode)
    with pytest.raises(key_file.Exposed, match=f"chmod 700 {kept.parent}$"):
        key_file.read(kept)


def test_proxy_passes_through_an_installed_home_and_reads_nothing(kept, monkeypatch):
    monkeypatch.setenv("PORTAL_INSTALLED", "1")
    kept.parent.chmod(0o710)
    with pytest.raises(key_file.Exposed, match=f"chmod 700 {kept.parent}$"):
        key_file.read(kept)
    monkeypatch.setenv("PORTAL_HOME", str(kept.parent))
    assert key_file.read(kept)
    kept.parent.chmod(0o750)
    with pytest.raises(key_file.Exposed, match=f"chmod 710 {kept.parent}$"):
        key_file.read(kept)


def test_what_is_opened_to_others_while_the_portal_serves_is_refused_too(kept):
    assert key_file.read(kept)
    kept.chmod(0o644)
    with pytest.raises(key_file.Exposed):
        key_file.read(kept)


def test_link_into_an_open_folder_is_refused(kept, tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    moved = kept.rename(tmp_path / "open" / "secrets.env")
    kept.symlink_to(moved)
    with pytest.raises(key_file.Exposed, match="chmod 700"):
        key_file.read(kept)


def test_another_users_file_is_refused(kept, monkeypatch):
    os.chown(kept, 65534, 65534)
    monkeypatch.setattr(os, "geteuid", lambda: 65533)
    with pytest.raises(key_file.Exposed, match="belongs to another user"):
        key_file.refuse_exposed(kept)


def test_no_file_holds_no_keys(tmp_path):
    assert key_file.read(tmp_path / "none") == {}


def test_lines_that_are_no_keys_are_left_alone(kept):
    kept.write_text("# ours\nDATA_KEY_0=x\nDATA_KEY_2 = with=signs\nPATH=/tmp\nSALT_KEY=\nDATA_KEY_x=1\n")
    assert key_file.read(kept) == {"DATA_KEY_2": "with=signs"}


def test_added_key_is_read_at_once(kept):
    key_file.read(kept)
    key_file.add(kept, ["DATA_KEY_2"])
    assert "DATA_KEY_2" in key_file.read(kept)


def test_key_that_is_added_while_another_is_taken_away_is_not_lost(kept):
    for n in range(2, 22):
        key_file.add(kept, [f"DATA_KEY_{n}"])
        verbs = (
            lambda n=n: key_file.add(kept, [f"YEAR_KEY_{n}"]),
            lambda n=n: key_file.remove(kept, [f"DATA_KEY_{n}"], instead={f"DATA_KEY_{n}": "gone"}),
        )
        assert at_once(*verbs) == ["done", "done"]
    keys = key_file.read(kept)
    assert {keys[f"DATA_KEY_{n}"] for n in range(2, 22)} == {"gone"}
    assert {f"YEAR_KEY_{n}" for n in range(2, 22)} <= keys.keys()
