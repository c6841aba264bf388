"""Keep internal notes and reviewers' remarks that were picked in one table; nothing that was picked is lost."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_sources(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each kept note its source, and keep the remarks that were picked beside them."""
    # PostgreSQL changes no table with checks still to be made, so they are made row by row here.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    kept = apps.get_model("archive", "RecordedNote")
    kept.objects.update(source=models.functions.Concat(models.Value("note:"), "note_id", output_field=models.TextField()))
    remarks = apps.get_model("archive", "RecordedRemark")
    records = apps.get_model("archive", "CaseRecord")
    for pk, picked in records.objects.exclude(picked_remarks=[]).values_list("pk", "picked_remarks").iterator():
        kept.objects.bulk_create(
            kept(
                record_id=pk,
                note_id=0,
                source=f"review:{one.review_id}",
                author=one.author,
                text=one.text,
                written_at=one.written_at,
            )
            for one in remarks.objects.filter(record_id=pk, pk__in=picked)
        )


class Migration(migrations.Migration):
    """Add, fill, then take away. The step back is not offered: which remarks were not picked is in the log."""

    dependencies = [("archive", "0012_delivery_and_redaction")]

    operations = [
        migrations.RemoveConstraint(model_name="recordednote", name="recorded_note_once"),
        migrations.AddField(
            model_name="recordednote",
            name="source",
            field=models.CharField(default="", max_length=40),
            preserve_default=False,
        ),
        migrations.RunPython(name_sources, elidable=True),
        migrations.AlterModelOptions(name="recordednote", options={"ordering": ["written_at", "pk"]}),
        migrations.RemoveField(model_name="recordednote", name="note_id"),
        migrations.AlterField(
            model_name="recordednote",
            name="record",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="archive.caserecord"
            ),
        ),
        migrations.AddConstraint(
            model_name="recordednote",
            constraint=models.UniqueConstraint(fields=("record", "source"), name="recorded_note_once"),
        ),
        migrations.RemoveField(model_name="caserecord", name="picked_remarks"),
        migrations.DeleteModel(name="RecordedRemark"),
    ]
