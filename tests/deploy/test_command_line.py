"""`./portal` says what there is, and never shows a traceback."""

import os
import subprocess
import sys

import pytest

from deploy import environment
from deploy.__main__ import COMMANDS
from deploy.console import ROOT


def portal(*arguments, **environ):
    return subprocess.run(
        [ROOT / "portal", *arguments], check=False, env=os.environ | environ, capture_output=True, text=True
    )


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_the_commands(arguments):
    answer = portal(*arguments)
    assert answer.returncode == 0
    for command in ("run", "test", "check", "bench", "mutants", "manage"):
        assert f"./portal {command}" in answer.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_how_it_is_called(tmp_path, command):
    answer = portal(command, "--help", PORTAL_HOME=str(tmp_path))
    assert answer.returncode == 0
    named = "Available subcommands" if command == "manage" else f"./portal {command} "
    assert named in answer.stdout


def test_demo_on_the_network_is_refused_with_what_to_do_instead(tmp_path):
    everywhere = "0.0.0.0"  # noqa: S104
    answer = portal("run", PORTAL_BIND=everywhere, PORTAL_HOME=str(tmp_path))
    assert answer.returncode == 1
    assert "would open the demo's accounts" in answer.stderr
    assert "PORTAL_BIND=0.0.0.0 ./portal run --empty" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_rehearsals_date_is_refused_on_a_production_machine(tmp_path):
    told = {"PORTAL_HOME": str(tmp_path), "PORTAL_TODAY": "2008-05-20", "PORTAL_INSTALLED": "1"}
    for command in (["manage", "check"], ["serve", "web"], ["run", "--empty"]):
        answer = portal(*command, **told)
        assert answer.returncode == 1
        assert "PORTAL_TODAY=2008-05-20 is a rehearsal's date" in answer.stderr


def test_the_demos_rules_are_refused_on_a_production_machine(tmp_path):
    told = {"PORTAL_HOME": str(tmp_path), "PORTAL_DEMO_RULES": "1", "PORTAL_INSTALLED": "1"}
    for command in (["manage", "check"], ["serve", "web"], ["run", "--empty"]):
        answer = portal(*command, **told)
        assert answer.returncode == 1
        assert "PORTAL_DEMO_RULES takes away the rules" in answer.stderr
    told |= {"SECRET_KEY": "k" * 60, "SALT_KEY": "s" * 60}
    bare = subprocess.run(
        [sys.executable, "-P", "manage.py", "check"],
        cwd=ROOT,
        env=environment.foreign() | told,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "never where PORTAL_INSTALLED is set" in bare.stderr


@pytest.mark.parametrize(
    ("kept", "installed", "has_them"), [("demo", "", "1"), ("empty", "", ""), ("", "", ""), ("demo", "1", "")]
)
def test_the_demos_rules_are_the_demos_alone(tmp_path, monkeypatch, kept, installed, has_them):
    monkeypatch.setenv("PORTAL_INSTALLED", installed)
    monkeypatch.delenv("PORTAL_DEMO_RULES", raising=False)
    if kept:
        (tmp_path / "campaign").write_text(kept)
    env = environment.portal(tmp_path, kind="demo", address="http://localhost:8000")
    assert env["PORTAL_DEMO_RULES"] == has_them


def test_settings_file_that_is_not_there_is_a_clear_line(tmp_path):
    answer = portal("manage", "check", PORTAL_SETTINGS=str(tmp_path / "none"))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"portal: PORTAL_SETTINGS {tmp_path / 'none'} cannot be read")


def test_unknown_command_is_a_clear_line():
    answer = portal("sarve")
    assert answer.returncode == 2
    assert answer.stderr == "portal: there is no command 'sarve'; ./portal --help lists them\n"


def test_invalid_port_is_a_clear_line(tmp_path):
    answer = portal("run", PORT="web", PORTAL_HOME=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr == "portal: PORT must be a number from 1 to 65535, not 'web'\n"
    assert list(tmp_path.iterdir()) == []


def test_unknown_check_is_a_clear_line():
    answer = portal("check", "spelling")
    assert answer.returncode == 2
    assert answer.stderr.startswith("portal: there is no check 'spelling'; there are: types, ")
