"""What REST clients read about claims and statements; money as text."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from payments.models import Claim
from payments.selectors.approvals import steps_taken
from payments.selectors.objections import last_day, positions


class MoneyField(serializers.DecimalField):
    """An amount as text, to the cent, in the contract's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"max_digits": 14, "decimal_places": 2, "coerce_to_string": True, "read_only": True}
            | kwargs
        )


class PayerShareSerializer(serializers.Serializer[Any]):
    """What one payer owes of a claim."""

    payer_id = serializers.UUIDField(read_only=True)
    payer = serializers.CharField(source="payer.organisation.name", read_only=True)
    amount = MoneyField()


class ApprovalStepSerializer(serializers.Serializer[Any]):
    """One step that a payer takes: a factual check or an acceptance, and who took it."""

    step = serializers.IntegerField(read_only=True)
    kind = serializers.CharField(read_only=True)
    approver = serializers.CharField(source="approval.approver.name", default=None, read_only=True)
    on_behalf_of = serializers.CharField(
        source="approval.on_behalf_of.name", default=None, read_only=True
    )
    approved_at = serializers.DateTimeField(
        source="approval.approved_at", default=None, read_only=True
    )


class PayerPartSerializer(serializers.Serializer[Any]):
    """How far one payer is: its steps, what is held back, and what it has paid and can pay now.
    Held-back and payable amounts are null where they could tell a small count."""

    payer_id = serializers.UUIDField(source="share.payer_id", read_only=True)
    held_back = MoneyField(allow_null=True)
    fallen_away = MoneyField(allow_null=True)
    payable = MoneyField(allow_null=True)
    paid = MoneyField()
    due_on = serializers.DateField(read_only=True)
    steps = ApprovalStepSerializer(many=True, read_only=True)


class ObjectionSerializer(serializers.Serializer[Any]):
    """A dispute about a line; its outcome is null while it waits for a decision."""

    id = serializers.UUIDField(read_only=True)
    payment_term = serializers.CharField(source="line.payment_term_key", read_only=True)
    party = serializers.CharField(source="party.organisation.name", read_only=True)
    raised_on = serializers.DateField(read_only=True)
    outcome = serializers.CharField(source="decision.outcome", default=None, read_only=True)
    decided_on = serializers.DateField(source="decision.decided_on", default=None, read_only=True)


class LineSerializer(serializers.Serializer[Any]):
    """What one payment term gives, with the tree that explains it."""

    id = serializers.UUIDField(read_only=True)
    payment_term = serializers.CharField(source="payment_term_key", read_only=True)
    quantity = serializers.DecimalField(
        max_digits=14, decimal_places=4, read_only=True, allow_null=True
    )
    amount = MoneyField()
    explanation = serializers.JSONField(read_only=True)


class ClaimSerializer(serializers.Serializer[Any]):
    """One claim in a list."""

    id = serializers.UUIDField(read_only=True)
    contract = serializers.UUIDField(source="contract_id", read_only=True)
    number = serializers.IntegerField(read_only=True)
    period = serializers.IntegerField(source="period.number", read_only=True)
    state = serializers.CharField(read_only=True)
    currency = serializers.CharField(source="contract.currency", read_only=True)
    amount = MoneyField()
    payee = serializers.CharField(source="payee.organisation.name", read_only=True)
    due_on = serializers.DateField(read_only=True)
    calculated_at = serializers.DateTimeField(read_only=True)


class ClaimDetailSerializer(ClaimSerializer):
    """One claim whole. `lines`, `calculation` and `digest` are null where the counts behind them
    are too small for the reader to see."""

    terms = serializers.UUIDField(source="terms_id", read_only=True)
    closing = serializers.UUIDField(source="closing_id", read_only=True)
    payer_shares = PayerShareSerializer(many=True, read_only=True)
    payers = serializers.SerializerMethodField()
    objections = ObjectionSerializer(many=True, read_only=True)
    objection_deadline = serializers.SerializerMethodField()
    rules_version = serializers.CharField(read_only=True)
    digest = serializers.CharField(read_only=True, allow_null=True)
    calculation = serializers.JSONField(read_only=True, allow_null=True)
    lines = LineSerializer(many=True, read_only=True, allow_null=True)

    @extend_schema_field(PayerPartSerializer(many=True))
    def get_payers(self, claim: Claim) -> Any:
        """Each payer with its steps."""
        taken = steps_taken(claim)
        parts = [
            {
                "share": one.share,
                "held_back": one.held_back,
                "fallen_away": one.fallen_away,
                "payable": one.payable,
                "paid": one.paid,
                "due_on": one.due_on,
                "steps": taken[one.share.payer_id],
            }
            for one in positions(claim)
        ]
        return PayerPartSerializer(parts, many=True).data

    def get_objection_deadline(self, claim: Claim) -> date | None:
        """The last day for objecting; null before the claim is submitted."""
        return last_day(claim)


class StatementLineSerializer(serializers.Serializer[Any]):
    """The five figures of a statement."""

    committed = MoneyField()
    paid_in = MoneyField()
    received = MoneyField()
    expected = MoneyField()
    still_possible = MoneyField()


class ReceivedPartSerializer(serializers.Serializer[Any]):
    """What one payment on one claim gave the investor."""

    claim = serializers.UUIDField(source="claim.pk", read_only=True)
    claim_number = serializers.IntegerField(source="claim.number", read_only=True)
    paid_on = serializers.DateField(read_only=True)
    amount = MoneyField()


class ContractStatementSerializer(serializers.Serializer[Any]):
    """One contract of a statement."""

    contract = serializers.UUIDField(source="contract.pk", read_only=True)
    code = serializers.CharField(source="contract.code", read_only=True)
    currency = serializers.CharField(source="contract.currency", read_only=True)
    figures = StatementLineSerializer(source="line", read_only=True)
    received = ReceivedPartSerializer(source="received_parts", many=True, read_only=True)


class CurrencyTotalSerializer(serializers.Serializer[Any]):
    """The sum in one currency."""

    currency = serializers.CharField(read_only=True)
    figures = StatementLineSerializer(source="line", read_only=True)


class InvestorSerializer(serializers.Serializer[Any]):
    """An investor whose statement can be read."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)


class StatementSerializer(serializers.Serializer[Any]):
    """An investor's statement on one day."""

    organisation = InvestorSerializer(read_only=True)
    as_of = serializers.DateField(read_only=True)
    contracts = ContractStatementSerializer(many=True, read_only=True)
    totals = CurrencyTotalSerializer(many=True, read_only=True)
