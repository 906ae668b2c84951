"""`./portal test --again`: what failed is tried once more, and only that."""

import pytest

from deploy import testing

pytestmark = pytest.mark.heavy

SAMPLES = """
from pathlib import Path

import pytest

RUNS = Path(__file__).with_suffix(".runs")


@pytest.mark.xdist_group("one")
def test_that_passes_the_second_time():
    RUNS.touch()
    RUNS.write_text(RUNS.read_text() + "1")
    assert len(RUNS.read_text()) == 2


def test_that_passes():
    assert RUNS.suffix == ".runs"


{more}
"""


@pytest.fixture
def samples(tmp_path, monkeypatch):
    """Runs a folder of its own: its first test fails once, and there may be more."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n drill\n", encoding="utf-8")

    def run(more, *options):
        (tmp_path / "test_samples.py").write_text(SAMPLES.format(more=more), encoding="utf-8")
        return testing.main(["--fast", *options, str(tmp_path), "--no-summary"])

    return run


def test_what_passes_the_second_time_fails_nothing(samples, capfd):
    assert samples("", "--again") == 0
    told = capfd.readouterr().out
    assert "1 failed, 1 passed" in told
    assert told.rstrip().splitlines()[-1].count("1 passed") == 1  # the other one is not run again


def test_what_fails_twice_has_failed(samples):
    assert samples("def test_that_fails():\n    assert False\n", "--again") == 1


def test_without_it_once_is_enough(samples):
    assert samples("") == 1
