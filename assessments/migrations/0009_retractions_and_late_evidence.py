"""Objections may be withdrawn; evidence put beside an item knows when, a submitted sheet as well.

On record: a pointer is as old as its evidence, a sheet was submitted by the end of its day.
"""

import datetime

import django.utils.timezone
from django.db import migrations, models

import accounts.clock


def fill(apps, schema_editor):
    pointers = apps.get_model("assessments", "EvidencePointer").objects
    for pointer in pointers.select_related("evidence").iterator():
        at = pointer.evidence.uploaded_at
        pointers.filter(pk=pointer.pk).update(at=at, on=django.utils.timezone.localdate(at))
    sheets = apps.get_model("assessments", "Sheet").objects
    for sheet in sheets.filter(submitted_on__isnull=False).iterator():
        end = datetime.datetime.combine(sheet.submitted_on, datetime.time.max)
        sheets.filter(pk=sheet.pk).update(submitted_at=django.utils.timezone.make_aware(end))


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_refused_consent")]

    operations = [
        migrations.AlterField(
            model_name="findingreply",
            name="kind",
            field=models.CharField(
                choices=[
                    ("raise", "finding raised"),
                    ("agree", "the unit agrees"),
                    ("disagree", "the unit disagrees"),
                    ("retract", "the unit withdraws its objection"),
                    ("uphold", "kept after hearing the unit"),
                    ("notice", "rectification notice issued"),
                    ("answer", "answer"),
                    ("send_back", "sent back"),
                    ("verify", "verified"),
                    ("extend", "deadline extended"),
                    ("withdraw", "withdrawn"),
                    ("escalate", "escalated"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="evidencepointer",
            name="on",
            field=models.DateField(default=accounts.clock.today, verbose_name="on"),
        ),
        migrations.AddField(
            model_name="evidencepointer",
            name="at",
            field=models.DateTimeField(
                auto_now_add=True, default=django.utils.timezone.now, verbose_name="written at"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheet",
            name="submitted_at",
            field=models.DateTimeField(
                help_text="What was filed later its author has not seen.",
                null=True,
                verbose_name="submitted at",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
