"""What a notification is about: of those on record, where their address names the site."""

import re

from django.db import migrations, models

OF_A_SITE = re.compile(r"^/desk/(?:sites|rectifications|acceptances)/(\d+)/")


def fill(apps, schema_editor):
    notification = apps.get_model("accounts", "Notification")
    for told in notification.objects.filter(read_at=None).only("url").iterator():
        if found := OF_A_SITE.match(told.url):
            notification.objects.filter(pk=told.pk).update(site_key=int(found[1]))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_organisation_is_active")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="site_key",
            field=models.BigIntegerField(
                help_text="The site's key; sites live in a room above.",
                null=True,
                verbose_name="site it is about",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
