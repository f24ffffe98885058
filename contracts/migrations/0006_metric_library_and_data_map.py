import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Metrics say by whom, when and how they are measured; contracts say where data accumulates."""

    dependencies = [
        ("contracts", "0005_metric_suspicions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("item_en", models.CharField(blank=True, max_length=200)),
                ("item_fi", models.CharField(blank=True, max_length=200)),
                ("item_sv", models.CharField(blank=True, max_length=200)),
                (
                    "holder_name",
                    models.CharField(blank=True, max_length=200, verbose_name="holder"),
                ),
                ("system", models.CharField(max_length=200, verbose_name="system")),
                ("legal_basis_en", models.TextField(blank=True)),
                ("legal_basis_fi", models.TextField(blank=True)),
                ("legal_basis_sv", models.TextField(blank=True)),
                ("used_by_en", models.TextField(blank=True)),
                ("used_by_fi", models.TextField(blank=True)),
                ("used_by_sv", models.TextField(blank=True)),
                ("valid_from", models.DateField(verbose_name="since")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ("valid_from", "recorded_at"),
            },
        ),
        migrations.RenameField("metric", "instrument", "instrument_en"),
        migrations.AlterField(
            model_name="metric",
            name="instrument_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RenameField("metric", "source", "source_en"),
        migrations.AlterField(
            model_name="metric",
            name="source_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="evidence_required",
            field=models.CharField(
                choices=[
                    ("none", "No evidence is asked for"),
                    ("reference", "A note of where it is held"),
                    ("file", "A file"),
                ],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="excluded_en",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="excluded_fi",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="excluded_sv",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="instrument_fi",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="instrument_sv",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="largest_change",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="library_version",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="meaningful_change",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="meaningful_change_source_en",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="meaningful_change_source_fi",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="meaningful_change_source_sv",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_by_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_by_fi",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_by_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("payer", "Payer"),
                    ("co_payer", "Co-payer"),
                    ("investor", "Investor"),
                    ("fund_manager", "Fund manager"),
                    ("project_manager", "Project manager"),
                    ("lead_provider", "Lead provider"),
                    ("service_partner", "Service partner"),
                    ("verifier", "Verifier"),
                    ("evaluator", "Evaluator"),
                    ("data_holder", "Data holder"),
                    ("referrer", "Referring unit"),
                    ("expert", "Expert"),
                    ("steering_member", "Steering group member"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_by_sv",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_when_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_when_fi",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="measured_when_sv",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="never_falls",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="metric",
            name="outlier_check",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="owner_en",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="owner_fi",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="owner_sv",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="scale_en",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="scale_fi",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="scale_sv",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="source_fi",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="source_sv",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="metric",
            name="use",
            field=models.CharField(
                choices=[
                    ("payment", "Payment may rest on it"),
                    ("follow_up", "Followed only; never paid on"),
                ],
                default="payment",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="metric",
            constraint=models.UniqueConstraint(
                fields=("code", "library_version"), name="metric_library_version_once"
            ),
        ),
        migrations.AddField(
            model_name="dataitem",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="data_items",
                to="contracts.contract",
            ),
        ),
        migrations.AddField(
            model_name="dataitem",
            name="holder_party",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contracts.party",
            ),
        ),
        migrations.AddField(
            model_name="dataitem",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dataitem",
            name="supersedes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="contracts.dataitem",
            ),
        ),
        migrations.AddConstraint(
            model_name="dataitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder_name__gt", ""), ("holder_party", None)),
                    models.Q(("holder_name", ""), ("holder_party__isnull", False)),
                    _connector="OR",
                ),
                name="data_item_has_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="dataitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None),
                    ("valid_until__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="data_item_ends_after_start",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dataitem",
            trigger=pgtrigger.compiler.Trigger(
                name="data_item_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="52f390bbcaeb4bb658102c326ef8713c14af5a6f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_data_item_is_final_fb9ce",
                    table="contracts_dataitem",
                    when="BEFORE",
                ),
            ),
        ),
    ]
