"""What is on record takes its new shape: pointers with pages, who declared a recusal, marks' first entries."""

from django.db import migrations


def carry_over(apps, schema_editor):
    evidence = apps.get_model("assessments", "Evidence")
    pointer = apps.get_model("assessments", "EvidencePointer")
    pages = dict(evidence.objects.values_list("pk", "page_pointer"))
    shown = evidence.items.through.objects.order_by("pk").values_list("evidence_id", "item_id")
    pointer.objects.bulk_create(
        (pointer(evidence_id=one, item_id=item, page=pages[one]) for one, item in shown), batch_size=500
    )
    recusal = apps.get_model("assessments", "Recusal")
    for one in recusal.objects.filter(declared_by=None):
        one.declared_by_id = one.user_id
        one.save(update_fields=["declared_by"])
    score, entry = apps.get_model("assessments", "Score"), apps.get_model("assessments", "ScoreEntry")
    entry.objects.bulk_create(
        (
            entry(
                sheet_id=mark.sheet_id,
                item_id=mark.item_id,
                version=mark.version,
                level=mark.level,
                points=mark.points,
                reason=mark.reason,
                by_id=mark.updated_by_id,
            )
            for mark in score.objects.order_by("pk").iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_inspection")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
