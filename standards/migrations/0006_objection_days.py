from django.db import migrations, models

from standards import guards


def drop(apps, schema_editor):
    guards.drop(schema_editor.connection)


def create(apps, schema_editor):
    guards.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("standards", "0005_escalation_days")]

    operations = [
        # The tables are made anew on SQLite, and the guards cover every column: off, and on again.
        migrations.RunPython(drop, create),
        migrations.AddField(
            model_name="rulebook",
            name="objection_reply_days",
            field=models.PositiveSmallIntegerField(
                default=15, verbose_name="working days to answer an objection"
            ),
        ),
        migrations.AddField(
            model_name="rulebook",
            name="objection_kept_days",
            field=models.PositiveSmallIntegerField(
                default=730, verbose_name="days an objector's data is kept after the reply"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
