import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_carry_over"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveField(model_name="evidence", name="page_pointer"),
        migrations.RemoveField(model_name="evidence", name="items"),
        migrations.AddField(
            model_name="evidence",
            name="items",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                through="assessments.EvidencePointer",
                to="standards.item",
                verbose_name="items",
            ),
        ),
        migrations.AlterField(
            model_name="recusal",
            name="declared_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="declared by",
            ),
        ),
    ]
