"""A version of the terms names the one it amends, keeps what was drafted, and may be drafted while
another waits for agreement."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0003_contract_turns")]

    operations = [
        migrations.RemoveConstraint(model_name="terms", name="terms_one_open_version"),
        migrations.AddField(
            model_name="terms",
            name="base",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amendments",
                to="contracts.terms",
            ),
        ),
        migrations.AddField(
            model_name="terms",
            name="drafted",
            field=models.JSONField(blank=True, null=True, verbose_name="as drafted"),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("contract",),
                name="terms_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("contract",),
                name="terms_one_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.CheckConstraint(
                condition=models.Q(("base", None), ("version__gt", 1), _connector="OR"),
                name="terms_first_version_amends_nothing",
            ),
        ),
    ]
