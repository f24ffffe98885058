"""REST of why an amount is what it is: the tree in words, recalculation, what a measurement earned.

Sources are ids with addresses that answer only whoever may see them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

import outcomes.selectors
from contracts.rules.terms import parse
from outcomes.models import Measurement
from payments.api.serializers import MoneyField
from payments.rules.recalculation import name_of
from payments.selectors import claims, disclosure, explained
from payments.selectors.earned import earned
from sibportal.kernel.explain import Calculation, Step
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from rest_framework.request import Request

    from payments.models import Claim
    from payments.selectors.recalculation import Recalculated
    from sibportal.accounts.models import User

    _Measurements = GenericViewSet[Measurement]
else:
    _Measurements = GenericViewSet


class SourceSerializer(serializers.Serializer[Any]):
    """What a step rests on: a frozen result, by id and address."""

    kind = serializers.CharField(read_only=True, help_text="result")
    id = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True)
    measurements = serializers.CharField(
        read_only=True, help_text="The verified measurements that counted."
    )


class StepSerializer(serializers.Serializer[Any]):
    """One step. `inputs` and `result` are as they were stored, decimals as {"decimal": text}; the
    texts are in the language of the request."""

    path = serializers.CharField(read_only=True, help_text="claim/sum[1]/line[1]/price[3]")
    step = serializers.CharField(read_only=True, help_text="A code that never changes.")
    formula = serializers.CharField(read_only=True, help_text="A code that never changes.")
    inputs = serializers.DictField(read_only=True)
    result = serializers.JSONField(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    sentence = serializers.CharField(read_only=True)
    in_words = serializers.CharField(read_only=True)
    in_figures = serializers.CharField(read_only=True)
    rests_on = serializers.CharField(read_only=True)
    sources = SourceSerializer(many=True, read_only=True)
    children = serializers.ListField(
        child=serializers.DictField(), read_only=True, help_text="Steps of the same form."
    )


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why a claim comes to its amount. `lines`, `tree` and `digest` are null where the counts
    behind them are too small for the reader to see."""

    claim = serializers.UUIDField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    currency = serializers.CharField(read_only=True)
    amount = MoneyField()
    headline = serializers.CharField(read_only=True)
    lines = serializers.ListField(child=serializers.CharField(), read_only=True, allow_null=True)
    terms = serializers.UUIDField(read_only=True)
    closing = serializers.UUIDField(read_only=True)
    rules_version = serializers.CharField(read_only=True)
    digest = serializers.CharField(read_only=True, allow_null=True)
    tree = StepSerializer(read_only=True, allow_null=True)


class RecalculationSerializer(serializers.Serializer[Any]):
    """Whether a claim came out the same. Where not: the first place and both values, or, where
    it could not be calculated at all, why."""

    claim = serializers.UUIDField(read_only=True)
    rules_version = serializers.CharField(read_only=True)
    equal = serializers.BooleanField(read_only=True)
    path = serializers.CharField(read_only=True)
    what = serializers.CharField(read_only=True)
    stored = serializers.CharField(read_only=True, allow_null=True)
    again = serializers.CharField(read_only=True, allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)


class EarnedSerializer(serializers.Serializer[Any]):
    """One line of a claim in which a measurement counted, and what that was worth in words."""

    claim = serializers.UUIDField(source="claim.pk", read_only=True)
    claim_number = serializers.IntegerField(source="claim.number", read_only=True)
    line = serializers.UUIDField(source="line.pk", read_only=True)
    payment_term = serializers.CharField(source="line.payment_term_key", read_only=True)
    line_amount = MoneyField(source="line.amount")
    worth = serializers.SerializerMethodField()

    def get_worth(self, row: Any) -> str:
        """What the measurement was worth, said no more exactly than it is true."""
        return explained.clauses(row.phrases)


class EarnedViewSet(_Measurements):
    """What a measurement earned: the claims and lines in which it counted."""

    serializer_class = EarnedSerializer
    queryset = Measurement.objects.none()
    lookup_field = "uuid"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"

    @extend_schema(responses=EarnedSerializer(many=True), filters=False)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The lines that counted a measurement, oldest first, of claims that the caller sees."""
        viewer = cast("User", request.user)
        row = outcomes.selectors.measurement(viewer, pk)
        return Response(EarnedSerializer(earned(viewer, row), many=True).data)


def explanation_of(request: Request, claim_id: UUID) -> dict[str, Any]:
    """A claim's explanation as the caller may read it."""
    viewer = cast("User", request.user)
    claim = claims.claim(viewer, claim_id)
    reasoning = disclosure.reasoning_shown(viewer, claim)
    terms = parse(claim.terms.document)
    root = Calculation.from_json(claim.calculation).root
    known = explained.names(viewer, claim, terms)
    found = {
        "claim": claim.pk,
        "number": claim.number,
        "currency": claim.contract.currency,
        "amount": claim.amount,
        "headline": explained.headline(claim, reasoning=reasoning),
        "lines": None,
        "terms": claim.terms_id,
        "closing": claim.closing_id,
        "rules_version": claim.rules_version,
        "digest": None,
        "tree": None,
    }
    if reasoning:
        lines = [explained.line_sentence(line, terms) for line in root.children[0].children]
        tree = _step(root, known, name_of(root), request)
        found |= {"lines": lines, "digest": claim.digest, "tree": tree}
    return dict(ExplanationSerializer(found).data)


def recalculation_of(claim: Claim, found: Recalculated, *, sees_money: bool) -> dict[str, Any]:
    """What came of calculating a claim again; a verifier reads where it differs, no amounts."""
    where = found.difference
    values: dict[str, str | None] = {"stored": None, "again": None}
    if where is not None and sees_money:
        given = {"stored": where.stored, "again": where.again}
        values = {name: None if one is None else str(one) for name, one in given.items()}
    return {
        "claim": str(claim.pk),
        "rules_version": claim.rules_version,
        "equal": found.is_equal,
        "path": where.path if where else "",
        "what": where.what if where else "",
        **values,
        "reasons": list(explained.difference(found).reasons) if where else [],
    }


def _step(step: Step, known: explained.Names, path: str, request: Request) -> dict[str, Any]:
    stored = step.to_json()
    return {
        "path": path,
        "step": step.label,
        **{name: stored[name] for name in ("formula", "inputs", "result", "unit")},
        "title": sentence(step.label),
        "sentence": explained.said(step, known),
        "in_words": explained.in_words(step),
        "in_figures": explained.in_figures(step, known),
        "rests_on": explained.rests_on(step),
        "sources": [_source(one, request) for one in step.sources if one.startswith("result:")],
        "children": [
            _step(child, known, below, request) for child, below in explained.children(step, path)
        ],
    }


def _source(source: str, request: Request) -> dict[str, str]:
    pk = source.removeprefix("result:")
    return {
        "kind": "result",
        "id": pk,
        "url": reverse("api:result-detail", args=[pk], request=request),
        "measurements": reverse("api:result-measurements", args=[pk], request=request),
    }
