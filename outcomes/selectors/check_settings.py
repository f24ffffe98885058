"""How strict the automatic checks of a contract are, for the checks themselves and for people."""

from __future__ import annotations

from contracts.models import Contract
from outcomes.models import CheckSetting
from outcomes.rules.checks import Setting


def check_settings(contract: Contract) -> tuple[Setting, ...]:
    """Everything that an authorised contract says about its checks, in the order it was said."""
    rows = CheckSetting.objects.filter(contract=contract).order_by("pk")
    return tuple(
        Setting(row.code, row.severity, row.metric_code, dict(row.parameters)) for row in rows
    )
