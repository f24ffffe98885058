"""From a JSON or YAML document to a TermsDocument, and back; and the digest that parties agree to.

Missing answers are kept as None (open questions); anything wrong is an issue that names its path.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.check import check
from contracts.rules.terms.document import (
    SCHEMA_VERSION,
    ClaimTerms,
    Compare,
    Composite,
    Condition,
    Count,
    Counting,
    ExpectedPath,
    FollowUp,
    Gate,
    Limit,
    Measure,
    MeasurementPoint,
    MetricReference,
    Outcome,
    PathPoint,
    PayerPart,
    PaymentTerm,
    Price,
    TermsDocument,
)
from contracts.rules.terms.reader import Reader
from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompareKind,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    GateKind,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    MeasureKind,
    Operator,
    PayeeRole,
    PremiumBasis,
    PriceKind,
    Timing,
    VerificationScope,
)
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import digest_of
from sibportal.kernel.money import CURRENCIES, Rounding

MOST_MONTHS = 1200
MOST_DAYS = 3660


def parse(document: object) -> TermsDocument:
    """Read a document. RuleViolation with every issue and its path when it is not valid terms."""
    issues: list[Issue] = []
    root = Reader(document, "", issues)
    if root.take("schema_version") != SCHEMA_VERSION:
        root.issue("terms.schema_version", "schema_version", root.take("schema_version"))
    currency = root.text("currency")
    if currency not in CURRENCIES:
        root.issue("terms.currency", "currency", currency, known=", ".join(sorted(CURRENCIES)))
    terms = TermsDocument(
        currency=currency,
        rounding=root.word("rounding", Rounding),
        counting=_counting(root.section("counting")),
        verification=root.word("verification", VerificationScope) or VerificationScope.EVERYONE,
        late_facts=root.word("late_facts", LateFacts),
        points=root.entries("points", _point),
        outcomes=root.entries("outcomes", _outcome),
        follow_up=root.entries("follow_up", _follow_up),
        payment_terms=root.entries("payment_terms", _payment_term),
        claim=_claim(root.section("claim")),
        expected_path=root.entries("expected_path", _expected_path),
    )
    root.finish()
    # What was misread would only give misleading follow-on errors.
    issues = issues or check(terms)
    if issues:
        raise RuleViolation(issues)
    return terms


def to_document(terms: TermsDocument) -> dict[str, Any]:
    """The document that parses to these terms: money and dates as text, open answers as null."""
    return dict(_plain(terms))


def digest(terms: TermsDocument | Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) over the canonical JSON of the terms.

    A document and its parsed form have the same digest; RuleViolation when it does not parse.
    """
    if not isinstance(terms, TermsDocument):
        terms = parse(terms)
    return digest_of(to_document(terms))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _counting(reader: Reader) -> Counting:
    exits = reader.section("exits")
    treatments = {reason: exits.word(reason, LeavingTreatment) for reason in LeavingReason}
    exits.finish()
    counting = Counting(
        denominator=reader.word("denominator", Denominator),
        minimum_cohort=reader.whole("minimum_cohort"),
        below_minimum=reader.word("below_minimum", BelowMinimum),
        exits={reason: answer for reason, answer in treatments.items() if answer},
        neutral_exit_cap_percent=reader.decimal("neutral_exit_cap_percent"),
    )
    reader.finish()
    return counting


def _point(reader: Reader) -> MeasurementPoint:
    point = MeasurementPoint(
        key=reader.key("key"),
        title=reader.titles("title"),
        anchor=reader.required_word("anchor", Anchor),
        offset_months=reader.whole("offset_months", -MOST_MONTHS, MOST_MONTHS) or 0,
        offset_days=reader.whole("offset_days", -MOST_DAYS, MOST_DAYS) or 0,
        day=reader.day("day"),
        grade=reader.whole("grade", 1, 12),
        tolerance_before_days=reader.whole("tolerance_before_days", most=MOST_DAYS) or 0,
        tolerance_after_days=reader.whole("tolerance_after_days", most=MOST_DAYS) or 0,
    )
    reader.finish()
    return point


def _metric(reader: Reader) -> MetricReference:
    if not reader.is_given("version"):
        reader.issue("terms.required", "version")
    metric = MetricReference(reader.key("code"), reader.whole("version", least=1) or 1)
    reader.finish()
    return metric


def _condition(reader: Reader) -> Condition:
    named = reader.take("baseline_point") not in (None, "")
    condition = Condition(
        kind=reader.required_word("kind", ConditionKind),
        value=reader.decimal("value"),
        baseline_point=reader.key("baseline_point") if named else "",
    )
    reader.finish()
    return condition


def _count(reader: Reader) -> Count:
    count = Count(
        kind=reader.word("kind", CountKind) or CountKind.ONCE_PER_PERSON,
        most_per_person=reader.whole("most_per_person", least=1),
    )
    reader.finish()
    return count


def _composite(reader: Reader) -> Composite:
    composite = Composite(
        rule=reader.required_word("rule", CompositeRule),
        parts=reader.keys("parts"),
        scope=reader.required_word("scope", CompositeScope),
        needed=reader.whole("needed", least=1),
    )
    reader.finish()
    return composite


def _outcome(reader: Reader) -> Outcome:
    outcome = Outcome(
        key=reader.key("key"),
        title=reader.titles("title"),
        metric=reader.optional("metric", _metric),
        points=reader.keys("points"),
        condition=reader.optional("condition", _condition),
        count=_count(reader.section("count")),
        verified_automatically=reader.flag("verified_automatically"),
        composite=reader.optional("composite", _composite),
    )
    reader.finish()
    return outcome


def _follow_up(reader: Reader) -> FollowUp:
    follow_up = FollowUp(
        key=reader.key("key"),
        title=reader.titles("title"),
        metric=_metric(reader.section("metric")),
        points=reader.keys("points"),
    )
    reader.finish()
    return follow_up


def _measure(reader: Reader) -> Measure:
    measure = Measure(reader.required_word("kind", MeasureKind), reader.key("outcome"))
    reader.finish()
    return measure


def _compare(reader: Reader) -> Compare:
    compare = Compare(
        kind=reader.required_word("kind", CompareKind),
        value=reader.decimal("value"),
        source=reader.text("source"),
    )
    reader.finish()
    return compare


def _gate(reader: Reader) -> Gate:
    gate = Gate(
        kind=reader.required_word("kind", GateKind),
        operator=reader.word("operator", Operator),
        value=reader.decimal("value"),
    )
    reader.finish()
    return gate


def _price(reader: Reader) -> Price:
    price = Price(
        kind=reader.required_word("kind", PriceKind),
        amount=reader.decimal("amount"),
        cost=reader.decimal("cost"),
        premium_percent=reader.decimal("premium_percent"),
        basis=reader.word("basis", PremiumBasis),
    )
    reader.finish()
    return price


def _limit(reader: Reader) -> Limit:
    limit = Limit(cap=reader.decimal("cap"))
    reader.finish()
    return limit


def _payment_term(reader: Reader) -> PaymentTerm:
    term = PaymentTerm(
        key=reader.key("key"),
        title=reader.titles("title"),
        measure=_measure(reader.section("measure")),
        compare=reader.optional("compare", _compare),
        gate=reader.optional("gate", _gate),
        price=_price(reader.section("price")),
        limit=_limit(reader.section("limit")),
        timing=reader.word("timing", Timing),
        assessment_on=reader.day("assessment_on"),
    )
    reader.finish()
    return term


def _payer(reader: Reader) -> PayerPart:
    share = reader.decimal("share_percent")
    if share is None and not reader.is_given("share_percent"):
        reader.issue("terms.required", "share_percent")
    payer = PayerPart(reader.key("party"), share if share is not None else Decimal(0))
    reader.finish()
    return payer


def _claim(reader: Reader) -> ClaimTerms:
    claim = ClaimTerms(
        cap=reader.decimal("cap"),
        floor=reader.decimal("floor"),
        payers=reader.entries("payers", _payer),
        payee=reader.word("payee", PayeeRole),
        payment_days=reader.whole("payment_days", most=365),
    )
    reader.finish()
    return claim


def _path_point(reader: Reader) -> PathPoint:
    day, value = reader.day("day"), reader.decimal("value")
    for name, answer in (("day", day), ("value", value)):
        if answer is None and not reader.is_given(name):
            reader.issue("terms.required", name)
    reader.finish()
    return PathPoint(day or date.min, value if value is not None else Decimal(0))


def _expected_path(reader: Reader) -> ExpectedPath:
    path = ExpectedPath(reader.key("outcome"), reader.entries("points", _path_point))
    reader.finish()
    return path
