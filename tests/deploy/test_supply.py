"""What the portal is made of: locks with hashes, production apart, a bill of materials, known licences."""

import json
import re

import pytest

from deploy import supply
from deploy.console import ROOT

LOCKED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def locked(name):
    return dict(LOCKED.findall((ROOT / name).read_text()))


def plain(name):
    """As registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_package_of_a_lock_has_its_hashes(name):
    lines = re.sub(r"\\\n", " ", (ROOT / name).read_text()).splitlines()
    packages = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "-c", "-r"))]
    assert len(packages) == len(locked(name)) > 20
    assert [line for line in packages if not re.match(r"[\w.\[\],-]+==\S+ .*--hash=sha256:", line)] == []


def test_what_checks_and_tests_is_not_served():
    assert not locked("requirements.txt").keys() & {"pytest", "mypy", "ruff", "playwright", "cyclonedx-bom"}


@pytest.fixture
def aside(tmp_path, monkeypatch):
    """The bill and the page of a run, apart from the checkout's own."""
    for name in ("BILL", "PAGE"):
        monkeypatch.setattr(supply, name, tmp_path / getattr(supply, name).name)
    return tmp_path


def test_bill_names_what_is_served_with_version_and_licence(aside):
    assert supply.main(["--write"]) == 0
    bill = json.loads(supply.BILL.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    told = {plain(each["name"]): each["version"] for each in bill["components"]}
    assert told == {plain(name): version for name, version in locked("requirements.txt").items()}
    assert all(each["purl"].startswith("pkg:pypi/") for each in bill["components"])
    assert supply.PAGE.read_text() == (ROOT / "docs" / "licences.md").read_text()
    assert "none told" not in supply.PAGE.read_text()


def test_another_licence_is_seen_in_what_brings_it(aside, capsys):
    assert supply.main(["--write"]) == 0
    supply.PAGE.write_text(supply.PAGE.read_text().replace("| Django | BSD-3-Clause |", "| Django | MIT |"))
    assert supply.main([]) == 1
    assert "licences.md tells otherwise" in "".join(capsys.readouterr())
