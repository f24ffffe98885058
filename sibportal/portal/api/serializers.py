"""What REST clients read of the dashboards: contracts at a glance, and what waits.

Money and shares are strings with their places; what the caller may not see is null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from outcomes.selectors import Progress
from sibportal.portal.selectors import against_path, expected_by


class Money(serializers.DecimalField):
    """An amount as a string."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, read_only=True, **options)


class Share(serializers.DecimalField):
    """A share between 0 and 1 as a string."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=6, read_only=True, **options)


class ContractIntakeSerializer(serializers.Serializer[Any]):
    """Intake over the cohorts of a contract; a number too small for the caller is null."""

    places = serializers.IntegerField(read_only=True)
    planned_by_today = serializers.IntegerField(read_only=True)
    referred = serializers.IntegerField(read_only=True, allow_null=True)
    contacted = serializers.IntegerField(read_only=True, allow_null=True)
    enrolled = serializers.IntegerField(read_only=True, allow_null=True)
    declined = serializers.IntegerField(read_only=True, allow_null=True)
    unsuitable = serializers.IntegerField(read_only=True, allow_null=True)
    left = serializers.IntegerField(read_only=True, allow_null=True)


class VerifiedSerializer(serializers.Serializer[Any]):
    """The figure of one closed period: shares between 0 and 1, null where protected."""

    period = serializers.IntegerField(source="period.number", read_only=True)
    ends_on = serializers.DateField(source="period.ends_on", read_only=True)
    numerator = serializers.IntegerField(read_only=True, allow_null=True)
    denominator = serializers.IntegerField(read_only=True, allow_null=True)
    measured = serializers.IntegerField(read_only=True, allow_null=True)
    estimate = Share(allow_null=True)
    low = Share(allow_null=True)
    high = Share(allow_null=True)


class OutcomeProgressSerializer(serializers.Serializer[Any]):
    """An outcome that is paid for: verified figures, threshold, what was expected by now."""

    key = serializers.CharField(source="outcome_key", read_only=True)
    titles = serializers.DictField(child=serializers.CharField(), read_only=True)
    is_rate = serializers.BooleanField(read_only=True)
    verified = VerifiedSerializer(source="series", many=True, read_only=True)
    threshold = Share(allow_null=True)
    threshold_count = serializers.DecimalField(
        max_digits=14, decimal_places=4, read_only=True, allow_null=True
    )
    standing = serializers.CharField(read_only=True, allow_null=True)
    expected = serializers.SerializerMethodField()
    against_path = serializers.SerializerMethodField()

    def get_expected(self, one: Progress) -> Decimal | None:
        """By the end of the last closed period: a share, or a number of people."""
        return expected_by(one, one.current.period.ends_on) if one.current else None

    def get_against_path(self, one: Progress) -> str | None:
        """ahead, as_expected or behind."""
        return against_path(one)


class MoneySerializer(serializers.Serializer[Any]):
    """Paid, calculated and not yet paid, and what the terms still leave."""

    currency = serializers.CharField(read_only=True)
    paid = Money()
    waiting = Money()
    still_possible = Money(allow_null=True)
    cap = Money(allow_null=True)


class OverviewSerializer(serializers.Serializer[Any]):
    """How one contract stands."""

    contract = serializers.UUIDField(source="contract.id", read_only=True)
    code = serializers.CharField(source="contract.code", read_only=True)
    state = serializers.CharField(source="contract.state", read_only=True)
    providers = serializers.ListField(child=serializers.CharField(), read_only=True)
    intake = ContractIntakeSerializer(read_only=True, allow_null=True)
    outcomes = OutcomeProgressSerializer(many=True, read_only=True)
    money = MoneySerializer(read_only=True, allow_null=True)


class WaitingSerializer(serializers.Serializer[Any]):
    """How much waits for the caller, over all contracts."""

    terms_to_agree = serializers.IntegerField(read_only=True)
    claims_to_submit = serializers.IntegerField(read_only=True)
    claims_to_approve = serializers.IntegerField(read_only=True)
    claims_to_pay = serializers.IntegerField(read_only=True)
    periods_to_close = serializers.IntegerField(read_only=True)
    closings_to_sign = serializers.IntegerField(read_only=True)
    exits_to_confirm = serializers.IntegerField(read_only=True)
    consents_to_ask_again = serializers.IntegerField(read_only=True)
    disputes_to_decide = serializers.IntegerField(read_only=True)
    measurements_to_verify = serializers.IntegerField(read_only=True)
    measurements_due = serializers.IntegerField(read_only=True)
    measurements_late = serializers.IntegerField(read_only=True)
    questions_to_answer = serializers.IntegerField(read_only=True)
    measurements_to_correct = serializers.IntegerField(read_only=True)
