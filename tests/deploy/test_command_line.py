"""`./portal` says what there is, and never shows a traceback."""

import os
import subprocess

import pytest

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
