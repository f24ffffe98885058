from django.db import migrations, models


class Migration(migrations.Migration):
    """The unit of a metric is written once per language."""

    dependencies = [("contracts", "0001_initial")]

    operations = [
        migrations.RenameField("metric", "unit", "unit_en"),
        migrations.AlterField(
            "metric", "unit_en", models.CharField(blank=True, max_length=40)
        ),
        migrations.AddField(
            "metric", "unit_fi", models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            "metric", "unit_sv", models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
    ]
