from django.db import migrations, models

from standards import guards


def drop(apps, schema_editor):
    guards.drop(schema_editor.connection)


def create(apps, schema_editor):
    guards.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("standards", "0004_deductions_and_comments")]

    operations = [
        # The tables are made anew on SQLite, and the guards cover every column: off, and on again.
        migrations.RunPython(drop, create),
        migrations.AddField(
            model_name="rulebook",
            name="escalation_offices_days",
            field=models.PositiveSmallIntegerField(
                default=3, verbose_name="working days overdue until the offices are told"
            ),
        ),
        migrations.AddField(
            model_name="rulebook",
            name="escalation_leading_group_days",
            field=models.PositiveSmallIntegerField(
                default=5, verbose_name="working days overdue until the leading group is told"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escalation_leading_group_days__gte", models.F("escalation_offices_days"))
                ),
                name="rulebook_escalation_ascends",
            ),
        ),
        migrations.RunPython(create, drop),
    ]
