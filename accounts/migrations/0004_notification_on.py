"""The day a notification was written, by the campaign's clock; those on record take their real date."""

from django.db import migrations, models
from django.db.models.functions import TruncDate

import accounts.clock


def fill(apps, schema_editor):
    apps.get_model("accounts", "Notification").objects.update(on=TruncDate("created_at"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_notification_site_key")]

    operations = [
        migrations.AlterModelOptions(
            name="notification",
            options={"ordering": ["-on", "-created_at", "-pk"], "verbose_name": "notification"},
        ),
        migrations.AddField(
            model_name="notification",
            name="on",
            field=models.DateField(default=accounts.clock.today, verbose_name="on"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
