from django.db import migrations, models

from standards import guards


def drop(apps, schema_editor):
    guards.drop(schema_editor.connection)


def create(apps, schema_editor):
    guards.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("standards", "0006_objection_days")]

    operations = [
        # The tables are made anew on SQLite, and the guards cover every column: off, and on again.
        migrations.RunPython(drop, create),
        migrations.AddField(
            model_name="rulebook",
            name="due_soon_days",
            field=models.PositiveSmallIntegerField(
                default=3, verbose_name="working days from which a date is close"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
