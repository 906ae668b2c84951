"""What is there from the beginning: the rules of reminders, which the office changes, and the steps' day."""

from django.db import migrations

LATE = "{about}：{what}，期限为{due}，已逾期{days}个工作日，请抓紧办理或督促办理。"
AHEAD = "{about}：{what}，期限为{due}，还有{days}个工作日，请按时办理。"
# Working days ahead, then working days overdue until district, municipal office and leading group are told.
RULES = {
    "list": ([5, 2, 1], None, 1, 5),
    "receipt": ([1], None, 1, None),
    "instruction": ([2], None, 1, 1),
    "plan": ([5, 2], 1, 3, 5),
    "measure": ([3], 3, 5, None),
    "self_assessment": ([10, 5, 2], 1, 3, 5),
    "inspection": ([2], None, 1, 5),
    "comment": ([1], None, 1, None),
    "rectification": ([5, 2], None, None, None),
    "objection": ([5, 2, 1], None, None, 1),
    "enquiry": ([3, 1], None, None, 1),
    "warning": ([5, 2], 1, 1, 3),
    "hearing": ([2, 1], None, None, None),
    "recheck": ([5, 1], None, None, 5),
    "regular_recheck": ([10, 2], None, None, 5),
}


def create(apps, schema_editor):
    rules = apps.get_model("desk", "ReminderRule")
    for kind, (lead_days, district, office, leading_group) in RULES.items():
        rules.objects.get_or_create(
            kind=kind,
            defaults={
                "lead_days": lead_days,
                "text": AHEAD,
                # Overdue findings are told where they stand, by the rulebook's days; a hearing is over then.
                "late_text": "" if kind in ("rectification", "hearing") else LATE,
                "district_after": district,
                "office_after": office,
                "leading_group_after": leading_group,
            },
        )


def begin_day(apps, schema_editor):
    apps.get_model("desk", "StepsDay").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
        migrations.RunPython(begin_day, migrations.RunPython.noop),
    ]
