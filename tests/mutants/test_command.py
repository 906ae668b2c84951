"""`./portal mutants` over a toy module: what is killed, what survives, what is explained and no longer is."""

import os
import subprocess
import sys

import pytest

from deploy.console import ROOT

TOY = """
LIMIT = 3


def over(n):
    return n > LIMIT
"""
TESTS = """
from toy import over


def test_over():
    assert over(4) and not over(2)
"""
SURVIVOR = """
[[explained]]
module = "toy.py"
in = "over"
before = "return n > LIMIT"
after = [{after}]
why = "nobody has three"
"""
RUN = """
import sys
from pathlib import Path

from mutants.command import reasons_in, report
from mutants.subjects import Subject

sys.exit(report([Subject("toy.py", ("test_toy.py",))], reasons_in(Path("explained.toml"))))
"""


@pytest.fixture
def run(tmp_path):
    """Run the command over the toy in a process of its own; returns its exit code and what it printed."""

    def run(tests=TESTS, explained="", toy=TOY):
        for name, text in {"toy.py": toy, "test_toy.py": tests, "explained.toml": explained}.items():
            (tmp_path / name).write_text(text)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
        env |= {"PYTHONPATH": f"{ROOT}:{tmp_path}", "PORTAL_TEST_HOME": str(tmp_path)}
        command = [sys.executable, "-P", "-c", RUN]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_survivor_is_shown_with_its_line(run):
    code, told = run()
    assert code == 1
    assert "toy.py:6 in over survived\n  - return n > LIMIT\n  + return n >= LIMIT\n" in told
    assert told.count("survived") == 1
    assert "3 of    4 killed" in told


def test_all_are_killed(run):
    code, told = run(TESTS.replace("over(2)", "over(3)"))
    assert (code, "4 of    4 killed" in told, "survived" in told) == (0, True, False)


def test_explanation_takes_the_survivor_off_the_list(run):
    code, told = run(explained=SURVIVOR.format(after='"return n >= LIMIT"'))
    assert (code, "survived" in told, "1 explained" in told) == (0, False, True)


def test_too_few_are_killed_however_well_explained(run):
    tests = TESTS.replace("assert over(4) and not over(2)", "assert over(9) and not over(2)")
    limit = SURVIVOR.replace('"over"', '"LIMIT"').replace("return n > LIMIT", "LIMIT = 3")
    explained = SURVIVOR.format(after='"return n >= LIMIT"') + limit.format(after='"LIMIT = 4"')
    code, told = run(tests, explained)
    assert (code, "survived" in told, "2 explained" in told) == (1, False, True)


def test_explanation_of_what_is_killed_or_is_no_mutant_is_named(run):
    stale = ("return n <= LIMIT", "return n > LIMIT + 1")
    code, told = run(TESTS.replace("over(2)", "over(3)"), SURVIVOR.format(after=str(list(stale))[1:-1]))
    assert code == 1
    for after in stale:
        assert f"explained, but not so or killed, in over\n  - return n > LIMIT\n  + {after}\n" in told


@pytest.mark.slow
def test_mutant_that_goes_round_in_circles_is_killed(run):
    code, told = run(
        "from toy import down\n\n\ndef test_down():\n    assert down(3) == 0\n",
        toy="def down(n):\n    while n:\n        n -= 1\n    return n\n",
    )
    assert (code, "survived" in told) == (0, False)


def test_tests_that_fail_by_themselves_judge_nothing(run):
    code, told = run("def test_nothing():\n    assert False\n")
    assert code == 1
    assert "its tests do not pass as it is" in told
