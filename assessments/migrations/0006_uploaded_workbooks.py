from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_rectification_in_writing")]

    operations = [
        migrations.AddField(
            model_name="sheetupload",
            name="workbook",
            field=models.CharField(
                default="",
                help_text="The same of one that is uploaded again.",
                max_length=12,
                verbose_name="download",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheetupload",
            name="notes",
            field=models.JSONField(
                default=list,
                help_text="What was changed beside the marks, as sheet_workbook.Note.",
                verbose_name="notes",
            ),
        ),
        migrations.AddField(
            model_name="sheetuploadrow",
            name="version",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Of the mark that its writer knows of: what was taken, or shown beside.",
                verbose_name="row version",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="sheetupload",
            index=models.Index(fields=["sheet", "workbook"], name="upload_by_workbook"),
        ),
    ]
