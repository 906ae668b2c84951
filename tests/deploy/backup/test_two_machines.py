"""Two machines start on a new database at once: one makes it, the other waits and finds it done."""

import subprocess

import pytest
from django.db import connection

from core import key_file
from deploy.console import ROOT, end
from deploy.environment import throwaway
from deploy.run import PYTHON
from tests.at_once import on_both

pytestmark = [pytest.mark.drill, pytest.mark.django_db]


@on_both
def test_two_that_start_at_once_make_one_database(make, tmp_path, database):
    folders = [tmp_path / name for name in ("first", "second")]
    url = make("started").url if connection.vendor == "postgresql" else f"sqlite:///{tmp_path}/portal.sqlite3"
    for folder in folders:
        folder.mkdir(0o700)
    keys = {name: value for name, value in throwaway(tmp_path).items() if name in key_file.NEW}
    started = [
        subprocess.Popen(
            [*PYTHON, "deploy.prepare", "empty"],
            env=throwaway(folder) | keys | {"DATABASE_URL": url},
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    try:
        said = [process.communicate(timeout=300)[1] for process in started]
    finally:
        for process in started:
            end(process)
    assert [process.returncode for process in started] == [0, 0], said
    assert "".join(said).count("Migrating the database") == 1
    assert "".join(said).count("Another process prepares this database") == 1
