"""Database and code are compared in one place, and whoever asks is told the same."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core.schema import difference
from tests.sources import modules

# The backup writes down the names that a database has.
READ_THEM = ("core/schema.py", "deploy/backup/stored.py")


@pytest.mark.django_db
def test_what_is_lacking_in_order_and_what_is_beyond():
    assert difference() == ([], [])
    recorder = MigrationRecorder(connection)
    for app, name in (("sites", "0001_initial"), ("accounts", "0001_initial")):
        recorder.record_unapplied(app, name)
    for app, name in (("sites", "9999_newer"), ("no_room_of_ours", "0001_initial")):
        recorder.record_applied(app, name)
    assert difference() == (["accounts.0001_initial", "sites.0001_initial"], ["sites.9999_newer"])


def test_nobody_else_compares_them():
    ours = {settings.BASE_DIR / path for path, _tree in modules()}
    ours.update(settings.BASE_DIR.glob("deploy/**/*.py"))
    asking = re.compile(r"django\.db\.migrations\.(executor|loader|recorder)")
    found = {path for path in ours if asking.search(path.read_text())}
    assert found == {settings.BASE_DIR / path for path in READ_THEM}
