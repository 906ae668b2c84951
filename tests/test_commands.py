"""Whoever is told to call a command of `./portal` is told one that there is, with words that it knows."""

import re
from importlib import util
from pathlib import Path

import pytest
from django.core.management import get_commands

from deploy.__main__ import COMMANDS
from deploy.console import ROOT
from tests.test_docs import tracked

# In a sentence, in code, or on a line of its own: up to a sign that ends it.
CALLED = re.compile(r'(?:\./|`)portal ([a-z][a-z-]*(?: [^`"\n.,;:)…\\]+)?)')
TOLD_IN = (".py", ".html", ".md", ".po", ".toml", ".yml", "/run")
SUBJECTS = {
    "maintenance": {"announce", "on", "off"},
    "rotate-keys": {"data", "sign", "year", "trail"},
    "serve": {"web", "worker", "beat", "metrics"},
}
# What goes to Django's commands, to pytest and to a benchmark is theirs.
OF_OTHERS = {"manage", "test", "bench"}


def told():
    names = [name for name in tracked() if name.endswith(TOLD_IN) or "install/files/" in name]
    ours = [name for name in names if not name.startswith("tests/")]
    return sorted({(name, said) for name in ours for said in CALLED.findall((ROOT / name).read_text())})


def options(command):
    spec = util.find_spec(COMMANDS[command][0])
    return set(re.findall(r'"(--[a-z-]+)"', Path(spec.origin).read_text()))


def wrong(said):
    name, *words = said.split()
    if name == "again":  # call ./portal again
        return False
    if name not in COMMANDS or (name == "manage" and words and words[0] not in {"COMMAND", *get_commands()}):
        return True
    if name in SUBJECTS and words and re.fullmatch("[a-z|]+", words[0]):
        return not set(words[0].split("|")) <= SUBJECTS[name]
    named = {word.strip("[]") for word in words if word.startswith(("--", "[--"))}
    return name not in OF_OTHERS and not named <= options(name)


def test_each_command_that_is_named_is_there():
    found = told()
    assert len(found) > 100
    assert [(name, said) for name, said in found if wrong(said)] == []


@pytest.mark.parametrize("said", ["bakup", "manage verify_trial", "maintenance end", "restore X --key F"])
def test_another_is_found(said):
    assert wrong(said)
