"""What is missing is found by asking dpkg."""

import shutil

import pytest

from deploy import debian

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-query"), reason="not a Debian machine")


def test_missing_names_the_first_alternative_of_what_is_not_there():
    packages = ["dpkg", "no-such-package-1|no-such-package-2", "no-such-package-3|dpkg"]
    assert debian.missing(packages) == ["no-such-package-1"]


def test_install_with_nothing_missing_runs_no_apt(monkeypatch):
    monkeypatch.setenv("PATH", f"{shutil.which('dpkg-query').rpartition('/')[0]}")
    debian.install(["dpkg"])
