"""Which list a notification is about: of those on record, where their address names the list."""

import re

from django.db import migrations, models

OF_A_LIST = re.compile(r"^/desk/filings/(\d+)/")


def fill(apps, schema_editor):
    notification = apps.get_model("accounts", "Notification")
    for told in notification.objects.filter(read_at=None).only("url").iterator():
        if found := OF_A_LIST.match(told.url):
            notification.objects.filter(pk=told.pk).update(filing_key=int(found[1]))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_notification_on")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="filing_key",
            field=models.BigIntegerField(
                help_text="The list's key; lists live in a room above.",
                null=True,
                verbose_name="list it is about",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
