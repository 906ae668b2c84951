"""Database and code are compared in one place, and whoever asks is told the same."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder

from core.create_together import CreateTogether
from core.schema import difference
from tests.at_once import on_both
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


@on_both
@pytest.mark.django_db
def test_database_has_each_column_constraint_and_index_of_the_models(database):
    """The first migrations make their tables at once, as their last operation leaves them."""
    lacking = []
    models = [model for model in apps.get_models() if (settings.BASE_DIR / model._meta.app_label).is_dir()]
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            named = connection.introspection.get_constraints(cursor, table)
            asked = {field.column for field in model._meta.concrete_fields}
            names = {each.name for each in (*model._meta.constraints, *model._meta.indexes)}
            lacking += [(table, name) for name in (asked ^ there) | (names - set(named))]
    assert len(models) > 150
    assert lacking == []


def test_operation_that_moves_data_is_not_left_out_unseen():
    with pytest.raises(TypeError):
        CreateTogether([RunPython(RunPython.noop)])


@pytest.mark.django_db(transaction=True)
def test_first_migration_is_undone_table_by_table(capsys):
    call_command("sqlmigrate", "audit", "0001", backwards=True)
    dropped = re.findall(r'DROP TABLE "(\w+)"', capsys.readouterr().out)
    models = apps.get_app_config("audit").get_models()
    assert sorted(dropped) == sorted(model._meta.db_table for model in models)
