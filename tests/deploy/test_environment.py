"""What the portal's processes find in their environment."""

import os
import pwd
import stat
import subprocess
import sys

import pytest

from core import key_file
from deploy import environment
from deploy.console import ROOT, Stop


@pytest.fixture
def bare_environ(monkeypatch):
    """The caller has set nothing of ours."""
    for name in list(os.environ):
        if name.startswith("PORTAL_") or key_file.family(name) or name in {"REDIS_URL", "DATABASE_URL"}:
            monkeypatch.delenv(name)


@pytest.mark.usefixtures("bare_environ")
def test_keys_are_made_once_for_their_owner_alone(tmp_path):
    first = environment.keys(tmp_path)
    kept = tmp_path / "secrets.env"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    content = kept.read_text()
    assert environment.keys(tmp_path) == first
    assert kept.read_text() == content
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] != first["SALT_KEY"]


@pytest.mark.usefixtures("bare_environ")
def test_keys_missing_one_is_added_and_the_other_stays(tmp_path):
    (tmp_path / "secrets.env").touch(0o600)
    (tmp_path / "secrets.env").write_text("# ours\nSALT_KEY=with=signs\n")
    keys = environment.keys(tmp_path)
    assert keys["SALT_KEY"] == "with=signs"
    assert environment.keys(tmp_path) == keys


@pytest.mark.usefixtures("bare_environ")
def test_keys_of_the_caller_win(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "mine")
    assert environment.keys(tmp_path)["SECRET_KEY"] == "mine"


@pytest.mark.usefixtures("bare_environ")
@pytest.mark.parametrize("sign", environment.SIGNS_OF_A_DATABASE)
def test_home_that_was_in_use_gets_no_new_keys(tmp_path, monkeypatch, sign):
    environment.keys(tmp_path)
    kept = tmp_path / "secrets.env"
    (tmp_path / sign).touch()
    environment.keys(tmp_path)
    kept.write_text("SECRET_KEY=one\nDATA_KEY_1=one\n")
    with pytest.raises(Stop, match=f"{kept} lacks SALT_KEY and TRAIL_KEY_1 and TRAIL_SIGNING_KEY"):
        environment.keys(tmp_path)
    kept.unlink()
    with pytest.raises(Stop, match=f"{kept} is missing"):
        environment.keys(tmp_path)
    assert not kept.exists()
    for name in key_file.NEW:
        monkeypatch.setenv(name, f"ours {name}")
    assert environment.keys(tmp_path)["SALT_KEY"] == "ours SALT_KEY"


@pytest.mark.usefixtures("bare_environ")
@pytest.mark.parametrize("sign", environment.SIGNS_OF_A_DATABASE)
def test_home_from_before_the_ring_gets_what_came_with_it(tmp_path, sign):
    kept = tmp_path / "secrets.env"
    kept.touch(0o600)
    kept.write_text("SECRET_KEY=one\nSALT_KEY=two\n")
    (tmp_path / sign).touch()
    keys = environment.keys(tmp_path)
    assert keys.keys() == key_file.NEW.keys()
    assert kept.read_text().startswith("SECRET_KEY=one\nSALT_KEY=two\n")
    assert environment.keys(tmp_path) == keys


@pytest.mark.usefixtures("bare_environ")
def test_keys_lie_where_portal_keys_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_KEYS", str(tmp_path / "elsewhere" / "ring"))
    home = tmp_path / "home"
    home.mkdir(0o700)
    environment.keys(home)
    assert list(home.iterdir()) == []
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("bare_environ")
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o711])
def test_home_that_others_may_look_into_is_refused_with_what_to_do(tmp_path, mode):
    tmp_path.chmod(mode)
    with pytest.raises(Stop, match=f"chmod 700 {tmp_path}$"):
        environment.portal(tmp_path, kind="demo", address="http://localhost")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("bare_environ")
def test_checkouts_own_var_is_shut_instead(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "var").mkdir(0o755)
    assert environment.keys(environment.home())
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert "was open to others (0755)" in capsys.readouterr().out


@pytest.mark.usefixtures("bare_environ")
def test_keys_that_others_may_read_are_refused_with_what_to_do(tmp_path):
    environment.keys(tmp_path)
    (tmp_path / "secrets.env").chmod(0o644)
    with pytest.raises(Stop, match=f"chmod 600 {tmp_path}/secrets.env"):
        environment.keys(tmp_path)
    env = environment.foreign() | {"PORTAL_HOME": str(tmp_path)}
    asked = [sys.executable, "manage.py", "check"]
    refused = subprocess.run(asked, check=False, env=env, cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode != 0
    assert f"chmod 600 {tmp_path}/secrets.env" in refused.stderr


@pytest.mark.usefixtures("bare_environ")
def test_processes_read_the_keys_themselves(tmp_path):
    env = environment.portal(tmp_path, kind="demo", address="http://localhost")
    assert key_file.given(env) == {}


@pytest.mark.usefixtures("bare_environ")
def test_portal_with_nothing_set(tmp_path):
    env = environment.portal(tmp_path, kind="demo", address="http://localhost:8001")
    assert env["PORTAL_URL"] == "http://localhost:8001"
    assert env["PORTAL_TODAY"] == "2008-05-20"
    assert {"localhost", "127.0.0.1"} <= set(env["PORTAL_HOSTS"].split(","))
    assert env["REDIS_URL"] == f"unix://{tmp_path}/valkey.sock"
    assert "DATABASE_URL" not in env


@pytest.mark.usefixtures("bare_environ")
def test_portal_leaves_what_the_caller_set(tmp_path, monkeypatch):
    chosen = {"PORTAL_TODAY": "", "PORTAL_URL": "https://portal.example", "REDIS_URL": "redis://other/1"}
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    env = environment.portal(tmp_path, kind="demo", address="http://localhost:8000")
    assert {name: env[name] for name in chosen} == chosen


def test_campaign_is_decided_by_the_first_start(tmp_path):
    assert environment.choose_campaign(tmp_path, empty=True) == "empty"
    assert environment.choose_campaign(tmp_path, empty=False) == "empty"


def test_campaign_empty_on_top_of_the_demo_stops_with_a_way_out(tmp_path):
    environment.choose_campaign(tmp_path, empty=False)
    with pytest.raises(Stop, match="PORTAL_HOME=another/folder"):
        environment.choose_campaign(tmp_path, empty=True)


@pytest.mark.parametrize("name", ["x" * 120, "with space", "市政", "100%"])
def test_broker_socket_long_or_odd_path_goes_elsewhere(tmp_path, name):
    socket = environment.broker_socket(tmp_path / name)
    assert tmp_path not in socket.parents
    assert len(os.fsencode(socket)) <= environment.LONGEST_SOCKET_PATH
    assert socket == environment.broker_socket(tmp_path / name)
    assert socket != environment.broker_socket(tmp_path / "another one")


def test_what_root_wrote_is_the_homes_users_and_nothing_that_a_link_leads_to(tmp_path):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (home / "media" / "papers").mkdir(parents=True)
    (home / "media" / "papers" / "one.pdf").touch()
    (elsewhere / "deeper").mkdir(parents=True)
    (elsewhere / "deeper" / "shadow").touch()
    (home / "media" / "away").symlink_to(elsewhere)
    (home / "shadow").symlink_to(elsewhere / "deeper" / "shadow")
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(home, nobody, -1)
    environment.hand_over(home)
    assert (home / "media" / "papers" / "one.pdf").stat().st_uid == nobody
    assert {path.lstat().st_uid for path in home.rglob("*")} == {nobody}
    assert {path.stat().st_uid for path in (elsewhere, *elsewhere.rglob("*"))} == {0}


def test_home_that_cannot_be_made_stops_with_a_reason(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(Stop, match="cannot be made"):
        environment.home()


@pytest.mark.usefixtures("bare_environ")
def test_throwaway_takes_nothing_of_the_callers_portal(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_TODAY", "DEBUG", "PORT"):
        monkeypatch.setenv(name, "1")
    env = environment.throwaway(tmp_path)
    assert not {"DATABASE_URL", "REDIS_URL", "PORTAL_TODAY", "DEBUG", "PORT"} & set(env)
    assert env["SECRET_KEY"] != environment.throwaway(tmp_path)["SECRET_KEY"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SALT_KEY"])
def test_settings_refuse_to_start_without_keys(tmp_path, missing):
    env = environment.throwaway(tmp_path)
    del env[missing]
    started = subprocess.run(
        [sys.executable, "manage.py", "check"], check=False, env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode != 0
    assert "SECRET_KEY and SALT_KEY must be set while DEBUG is off" in started.stderr


@pytest.mark.usefixtures("bare_environ")
def test_manage_finds_the_keys_of_the_home_by_itself(tmp_path):
    keys = environment.keys(tmp_path)
    env = environment.foreign() | {"PORTAL_HOME": str(tmp_path)}
    code = "from django.conf import settings; print(settings.SECRET_KEY, settings.SALT_KEY)"
    asked = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    told = subprocess.run(asked, check=True, env=env, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split() == [keys["SECRET_KEY"], keys["SALT_KEY"]]


def test_what_a_setting_lists_may_have_blanks_beside_the_commas(tmp_path):
    env = environment.throwaway(tmp_path) | {"PORTAL_HOSTS": "one.example, two.example,"}
    asked = [sys.executable, "-c", "from wuhai_portal import settings; print(settings.ALLOWED_HOSTS)"]
    told = subprocess.run(asked, check=True, env=env, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "['one.example', 'two.example']\n"
