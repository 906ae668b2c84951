"""The database itself refuses to change a published standard or rulebook."""

from django.db import migrations

from standards import guards


def create(apps, schema_editor):
    guards.create(schema_editor.connection)


def drop(apps, schema_editor):
    guards.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
