"""REST of what-if: terms and figures in, the calculation out; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.viewsets import ViewSet

from contracts.rules.terms import TermsDocument, digest
from payments.api.serializers import MoneyField
from payments.rules.pipeline import ClaimCalculation
from payments.rules.sent import read_sent
from payments.selectors import told
from payments.selectors.explained import term_title
from sibportal.kernel.errors import RuleViolation
from sibportal.web.problems import issues_of

MOST_BYTES = 200_000
EXAMPLE = {
    "terms": {
        "schema_version": 1,
        "currency": "EUR",
        "rounding": "half_up",
        "counting": {
            "denominator": "enrolled",
            "minimum_cohort": 0,
            "exits": dict.fromkeys(
                (
                    "death", "moved_away", "taken_into_care", "guardian_withdrew", "turned_18",
                    "transferred", "dropped_out",
                ),
                "failure",
            ),
        },
        "late_facts": "next_open_period",
        "points": [{"key": "after", "title": {"en": "After a year"}, "anchor": "enrolment"}],
        "outcomes": [
            {
                "key": "work",
                "title": {"en": "Work"},
                "metric": {"code": "permanent-work", "version": 1},
                "points": ["after"],
                "condition": {"kind": "is_true"},
            }
        ],
        "payment_terms": [
            {
                "key": "work",
                "title": {"en": "Work"},
                "measure": {"kind": "count", "outcome": "work"},
                "price": {"kind": "unit_price", "amount": "1500.00"},
                "timing": "this_period",
            }
        ],
        "claim": {
            "cap": "300000.00",
            "payers": [{"party": "payer", "share_percent": "100"}],
            "payee": "investor",
            "payment_days": 30,
        },
    },
    "inputs": {
        "period": {"start": "2027-01-01", "end": "2027-07-01"},
        "observations": [{"outcome": "work", "numerator": 12, "denominator": 40}],
    },
}  # fmt: skip


class TooLarge(APIException):
    """The body is longer than any terms that can be read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("Send at most 200 kB.")


class PreviewThrottle(UserRateThrottle):
    """A calculation costs more than a list: fewer a minute for each caller."""

    scope = "terms_preview"
    rate = "120/min"


class TermsParser(JSONParser):
    """JSON up to a size, however deep it is nested."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        try:
            return super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise ParseError from None


class _LineSerializer(serializers.Serializer[Any]):
    payment_term = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.CharField(allow_null=True)
    amount = MoneyField()


class _ShareSerializer(serializers.Serializer[Any]):
    party = serializers.CharField(help_text="The key of the party, as the terms name it.")
    amount = MoneyField()


class TermsPreviewSerializer(serializers.Serializer[Any]):
    """A calculation that is not stored."""

    currency = serializers.CharField()
    rules_version = serializers.CharField()
    terms_digest = serializers.CharField()
    lines = _LineSerializer(many=True)
    total = MoneyField()
    payer_shares = _ShareSerializer(many=True)
    payee = serializers.CharField()
    sentences = serializers.ListField(
        child=serializers.CharField(),
        help_text="Why it comes to this, in the language of Accept-Language.",
    )
    explanation = serializers.JSONField(
        help_text="The tree: each step with inputs, formula, result, sources and a sentence."
    )


class TermsPreviewViewSet(ViewSet):
    """What terms would pay for given figures."""

    parser_classes = (TermsParser,)
    throttle_classes = (PreviewThrottle,)

    @extend_schema(
        request=inline_serializer(
            "TermsPreviewRequest",
            {
                "terms": serializers.JSONField(
                    help_text="A terms document, see docs/terms-format.md."
                ),
                "inputs": serializers.JSONField(
                    help_text="Period, earlier claims and figures, as in the worked examples."
                ),
            },
        ),
        responses=TermsPreviewSerializer,
        examples=[OpenApiExample("A rate card", value=EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        """Calculate terms and figures that are sent, touching nothing.

        Amounts, percentages and values are text. A mistake answers 400, and each error names the
        path of what is wrong, such as terms.payment_terms[0].gate.value or inputs.period.end.
        """
        try:
            sent = read_sent(request.data)
            claim = sent.calculate()
        except RuleViolation as violation:
            return _refused(violation)
        return Response(_answer(claim, sent.terms))


def _answer(claim: ClaimCalculation, terms: TermsDocument) -> dict[str, Any]:
    return {
        "currency": terms.currency,
        "rules_version": claim.explanation.rules_version,
        "terms_digest": digest(terms),
        "lines": [
            {
                "payment_term": line.payment_term,
                "title": term_title(terms, line.payment_term),
                "quantity": None if line.quantity is None else f"{line.quantity:f}",
                "amount": str(line.amount),
            }
            for line in claim.lines
        ],
        "total": str(claim.total),
        "payer_shares": [
            {"party": share.party, "amount": str(share.amount)} for share in claim.payer_shares
        ],
        "payee": str(claim.payee),
        "sentences": told.reasons(claim, terms),
        "explanation": told.tree(claim.explanation.root, terms),
    }


def _refused(violation: RuleViolation) -> Response:
    """The body itself is at fault, so 400; the same document as every other problem."""
    errors = issues_of(violation)
    problem = {
        "type": "about:blank",
        "title": HTTPStatus.BAD_REQUEST.phrase,
        "status": int(HTTPStatus.BAD_REQUEST),
        "detail": errors[0]["message"],
        "code": violation.code,
        "errors": errors,
    }
    return Response(problem, status=HTTPStatus.BAD_REQUEST, content_type="application/problem+json")
