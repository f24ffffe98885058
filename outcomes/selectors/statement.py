"""The text of the one statement of a closing, put together from the shape of the terms.

Names in it are numbers of places in the terms, and every value of the terms is a parameter.

    counted   rows that stand                 people    who can count, who left, whom is meant
    person    the deciding value per place    simple,   how often or how much per outcome,
              (a metric at a point)           reached   now and at the closing before

Where a person's rows are read, `{m}` stands for the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts.rules.terms.document import (
    Composite,
    Condition,
    MetricReference,
    Outcome,
    TermsDocument,
)
from contracts.rules.terms.words import (
    CompositeRule,
    ConditionKind,
    CountKind,
    QuantityKind,
    WindowRule,
)
from outcomes.rules.asked import cell_outcomes, counts_people, per_person, profile_outcomes
from outcomes.rules.points import baseline_point, measured_for
from outcomes.rules.reaching import exclusions
from outcomes.rules.scopes import EVERYBODY, Whom, whom

MOMENTS = ("now", "before")
UNITS = 10_000  # of a value with four decimals: whole numbers compare faster

# The latest measurement of a point decides, a tie the later entry, never the best one: the greatest
# of day, entry and value, of which the last is kept.
_DECIDING = (
    "(max(ARRAY[measured_on - DATE '2000-01-01', id, units])"
    " FILTER (WHERE {{m}} AND place IN ({places}){only}))[3]"
)
_SUM = "sum(units) FILTER (WHERE {{m}} AND place IN ({places}){only})"
_EVERY = "array_agg(units) FILTER (WHERE {{m}} AND place IN ({places}){only})"


@dataclass
class Text:
    """The parts of the statement, and the parameters that they ask for."""

    terms: TermsDocument
    metrics: Mapping[MetricReference, Any]
    excused: Mapping[tuple[int, str], str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places: dict[tuple[MetricReference, str], int] = {}
        for outcome in self.terms.outcomes:
            for measured in measured_for(outcome):
                self.places.setdefault(measured, len(self.places))
        for (metric, point), place in self.places.items():
            self.parameters |= {f"metric_{place}": self.metrics[metric].pk, f"point_{place}": point}
        # Everybody is the first: its columns need no condition.
        self.meant: list[Whom] = list(
            dict.fromkeys([EVERYBODY, *(whom(one, self.terms) for one in self.terms.outcomes)])
        )

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """What people reach one by one, by its number."""
        return {n: one for n, one in enumerate(self.terms.outcomes) if per_person(one)}

    def number(self, key: str) -> int:
        """The number of an outcome in the terms."""
        return next(n for n, one in enumerate(self.terms.outcomes) if one.key == key)

    def given(self, name: str, value: object) -> str:
        """A value as a parameter of this name."""
        self.parameters[name] = value
        return f"%({name})s"

    def place(self) -> str:
        """The number of a row's place; none where nothing rests on it."""
        whens = [
            f"WHEN metric_id = %(metric_{place})s AND point_key = %(point_{place})s THEN {place}"
            for place in self.places.values()
        ]
        return f"CASE {' '.join(whens)} END" if whens else "NULL::integer"

    def scopes(self) -> list[str]:
        """Whom each restricted outcome means, as columns of people."""
        return [
            f"{self._scope(number, meant)} AS whom_{number}"
            for number, meant in enumerate(self.meant)
            if number
        ]

    def column(self, template: str, n: int, places: Iterable[int], *, baseline: bool) -> str:
        """What is read of one person at some places for an outcome, as the name of a column."""
        listed = ", ".join(str(place) for place in places)
        text = template.format(places=listed, only=self._rows(n, baseline=baseline))
        return self.person.setdefault(text, f"{{m}}_{len(self.person)}")

    def _rows(self, n: int, *, baseline: bool) -> str:
        """Which rows an outcome may rest on (outcomes/rules/reaching.counted_rows)."""
        outcome = self.terms.outcomes[n]
        texts = []
        for one in exclusions(outcome, self.terms):
            at = self.terms.disruptions.index(one)
            begins = self.given(f"closed_from_{at}", one.from_day)
            ends = self.given(f"closed_until_{at}", one.until)
            texts.append(f"(measured_on < {begins} OR measured_on >= {ends})")
        if outcome.only.measured_from and not baseline:
            texts.append(f"measured_on >= {self.given(f'from_{n}', outcome.only.measured_from)}")
        if outcome.only.measured_before and not baseline:
            texts.append(f"measured_on < {self.given(f'before_{n}', outcome.only.measured_before)}")
        return "".join(f" AND {text}" for text in texts)

    def _scope(self, number: int, meant: Whom) -> str:
        """Whether somebody is meant (outcomes/rules/scopes.counts)."""
        scopes = []
        for at, scope in enumerate(sorted(meant, key=repr)):
            name, texts = f"{number}_{at}", []
            if scope.cohorts:
                listed = self.given(f"cohorts_{name}", sorted(scope.cohorts))
                texts.append(f"lower(code_prefix) = ANY ({listed})")
            if scope.entered_from:
                begins = self.given(f"entered_from_{name}", scope.entered_from)
                texts.append(f"coalesce(enrolled_on, referred_on) >= {begins}")
            if scope.entered_before:
                ends = self.given(f"entered_before_{name}", scope.entered_before)
                texts.append(f"coalesce(enrolled_on, referred_on) < {ends}")
            scopes.append(f"({' AND '.join(texts)})")
        return f"coalesce({' OR '.join(scopes)}, false)"


def simple(text: Text) -> list[str]:
    """How often each person reached an outcome with a condition, how much there is of a quantity,
    and whether anything was measured."""
    found = []
    for n, one in enumerate(text.terms.outcomes):
        if one.metric is None or one.composite is not None:
            continue
        own = [text.places[one.metric, point] for point in one.points]
        seen = [text.column(_DECIDING, n, [place], baseline=False) for place in own]
        name, adds = ("q", _amount) if one.quantity is not None else ("o", _times)
        found += [f"{adds(text, n, own, seen).format(m=m)} AS {m}_{name}{n}" for m in MOMENTS]
        found.append(f"{_present(seen).format(m='now')} AS measured_o{n}")
        excused = [
            f"({text.excused.get((n, point), 'false')} AND {seen[at]} IS NULL)"
            for at, point in enumerate(one.points)
        ]
        all_excused = " AND ".join(excused) if text.excused else "false"
        found.append(f"{all_excused.format(m='now')} AS excused_o{n}")
    return found


def tied(text: Text) -> list[str]:
    """The same for those whom the outcome means, if they reached what else is asked for."""
    found = []
    for n, one in enumerate(text.terms.outcomes):
        if one.composite is not None:
            continue
        meant = text.meant.index(whom(one, text.terms))
        scope = [f"whom_{meant}"] if meant else []
        for m in MOMENTS:
            ties = [
                f"{m}_o{text.number(key)} {sign} 0"
                for key, sign in ((one.only.reached, ">"), (one.only.not_reached, "="))
                if key
            ]
            where = " AND ".join(scope + ties) or "true"
            if one.quantity is not None:
                found += [
                    f"CASE WHEN {where} THEN {m}_q{n} END AS {m}_q{n}",
                    f"({where} AND {m}_q{n} IS NOT NULL)::integer AS {m}_o{n}",
                ]
            else:
                found.append(f"CASE WHEN {where} THEN {m}_o{n} ELSE 0 END AS {m}_o{n}")
        found += [
            " AND ".join([*scope, f"{name}_o{n}"]) + f" AS {name}_o{n}"
            for name in ("measured", "excused")
        ]
    return found


def reached(text: Text) -> list[str]:
    """The people who reached enough of the parts of a composite; measured are those measured in
    each part, excused those who could not reach enough."""
    found = []
    for n, one in text.outcomes.items():
        if one.composite is None:
            continue
        parts = {key: text.number(key) for key in one.composite.parts}
        for m in MOMENTS:
            enough = _enough(text, n, one.composite, {k: f"{m}_o{p} > 0" for k, p in parts.items()})
            found.append(f"({enough})::integer AS {m}_o{n}")
        found.append(" AND ".join(f"measured_o{part}" for part in parts.values()))
        found[-1] += f" AS measured_o{n}"
        left = {key: f"NOT excused_o{part}" for key, part in parts.items()}
        could = _enough(text, n, one.composite, left) if text.excused else "true"
        some = " OR ".join(f"excused_o{part}" for part in parts.values())
        found.append(f"({some}) AND NOT ({could}) AS excused_o{n}")
    return found


def sums(text: Text) -> str:
    """What all people add to every outcome, as columns of one row."""
    found = []
    for n, one in text.outcomes.items():
        found.append(_SUMS.format(n=n))
        if one.quantity is not None:
            found.append(_QUANTITY.format(n=n))
    # Without outcomes that people reach: one row all the same.
    return ",".join(found) or "count(*)"


def extras(text: Text) -> list[str]:
    """Cells and profiles, where payment asks for them."""
    found = []
    for key in sorted(cell_outcomes(text.terms)):
        n = text.number(key)
        one = text.terms.outcomes[n]
        adds = "q" if one.quantity is not None else "o"
        period = f"sum(coalesce(now_{adds}{n}, 0) - coalesce(before_{adds}{n}, 0))"
        if counts_people(one):
            period = f"count(*) FILTER (WHERE now_o{n} > 0 AND before_o{n} = 0)"
        found.append(_CELLS.format(n=n, period=period, to_date=f"coalesce(sum(now_{adds}{n}), 0)"))
    if capped := [text.number(key) for key in profile_outcomes(text.terms)]:
        columns = ", ".join(f"now_o{n}" for n in capped)
        found.append(
            _PROFILES.format(columns=columns, any=" OR ".join(f"now_o{n} > 0" for n in capped))
        )
    return found


def sizes(text: Text) -> dict[str, str]:
    """How many are known and can count, of everybody and of those whom outcomes mean."""
    meant = {number: f" AND whom_{number}" if number else "" for number in range(len(text.meant))}
    return {
        f"{name}_{number}": f"count(*) FILTER (WHERE {name}{those})"
        for number, those in meant.items()
        for name in ("known", "inside")
    }


_SUMS = """
       count(*) FILTER (WHERE now_o{n} > 0 AND before_o{n} = 0) AS newly_{n},
       count(*) FILTER (WHERE now_o{n} = 0 AND before_o{n} > 0) AS lost_{n},
       count(*) FILTER (WHERE now_o{n} > 0) AS people_{n},
       coalesce(sum(now_o{n}), 0)::bigint AS events_{n},
       coalesce(sum(before_o{n}), 0)::bigint AS events_before_{n},
       count(*) FILTER (WHERE measured_o{n}) AS measured_{n},
       count(*) FILTER (WHERE measured_o{n} OR now_o{n} > 0) AS out_of_{n},
       count(*) FILTER (WHERE excused_o{n} AND now_o{n} = 0) AS away_{n}"""
_QUANTITY = """
       coalesce(sum(now_q{n}), 0) AS total_{n},
       coalesce(sum(before_q{n}), 0) AS total_before_{n},
       coalesce(sum(now_q{n}::numeric * now_q{n}), 0) AS squares_{n}"""
# Figures as text: JSON knows no decimal.
_CELLS = """
       (SELECT coalesce(jsonb_object_agg(cohort_key, ARRAY[period::text, to_date::text]), '{{}}')
          FROM (SELECT cohort_key, {period} AS period, {to_date} AS to_date FROM reached
                 WHERE now_o{n} > 0 OR before_o{n} > 0 GROUP BY cohort_key) cell) AS cells_{n}"""
_PROFILES = """
       (SELECT coalesce(jsonb_agg(ARRAY[{columns}, people]), '[]')
          FROM (SELECT {columns}, count(*) AS people FROM reached
                 WHERE {any} GROUP BY {columns}) profile) AS profiles"""


def _times(text: Text, n: int, own: list[int], seen: list[str]) -> str:
    """How often one person reached an outcome (outcomes/rules/reaching.times)."""
    outcome = text.terms.outcomes[n]
    condition = outcome.condition
    if condition is None:
        raise ValueError("A simple outcome has a condition.")
    baseline = _baseline(text, n)
    if outcome.count.kind is CountKind.REPEATABLE:
        every = text.column(_EVERY, n, own, baseline=False)
        held = _success(text, n, condition, "units", baseline)
        # least() leaves out a cap that is not agreed.
        most = text.given(f"most_{n}", outcome.count.most_per_person)
        return (
            f"least((SELECT count(*) FROM unnest({every}) one (units) WHERE {held}),"  # noqa: S608
            f" {most}::bigint)"
        )
    held_at = [_success(text, n, condition, one, baseline) for one in seen]
    if outcome.window.rule is not WindowRule.ANY_POINT:
        return f"({_lasts(text, n, seen, held_at)})::integer"
    if outcome.count.kind is CountKind.ONCE_PER_PERSON:
        return f"coalesce({' OR '.join(held_at)}, false)::integer"
    return " + ".join(f"coalesce({one}, false)::integer" for one in held_at)


def _lasts(text: Text, n: int, seen: list[str], held_at: list[str]) -> str:
    """Whether successes are as many as the window asks for (outcomes/rules/reaching.lasts): each
    point writes a mark, and one that nobody misses none."""
    outcome = text.terms.outcomes[n]
    marks = " || ".join(
        f"CASE WHEN {held} THEN '1' WHEN {text.excused.get((n, point), 'false')}"
        f" AND {value} IS NULL THEN '' ELSE '0' END"
        for point, value, held in zip(outcome.points, seen, held_at, strict=True)
    )
    needed = outcome.window.needed or len(outcome.points)
    if outcome.window.rule is WindowRule.ALL_POINTS:
        return f"({marks}) ~ '^1+$'"
    if outcome.window.rule is WindowRule.IN_A_ROW:
        return f"strpos({marks}, '{'1' * needed}') > 0"
    return f"length(replace({marks}, '0', '')) >= {needed:d}"


def _amount(text: Text, n: int, own: list[int], seen: list[str]) -> str:
    """The number that a person adds to a quantity (outcomes/rules/reaching.amount)."""
    outcome, present = text.terms.outcomes[n], _present(seen)
    quantity = outcome.quantity
    if quantity is None:
        raise ValueError("A quantity says which number counts.")
    if quantity.kind is QuantityKind.TOTAL:
        found = _total(text, n, own)
        if quantity.less_metric is not None:
            less = [text.places[quantity.less_metric, point] for point in outcome.points]
            found = f"greatest({found} - ({_total(text, n, less)}), 0)"
    else:
        found = text.column(_DECIDING, n, own, baseline=False)
        if quantity.kind is QuantityKind.CHANGE:
            baseline = _baseline(text, n)
            present, found = f"{present} AND {baseline} IS NOT NULL", f"{found} - {baseline}"
    if quantity.most_per_person is not None:
        most = text.given(f"most_{n}", in_units(quantity.most_per_person))
        found = f"least({found}, {most})"
    return f"CASE WHEN {present} THEN {found} END"


def _total(text: Text, n: int, places: list[int]) -> str:
    if text.terms.outcomes[n].count.kind is CountKind.REPEATABLE:
        return f"coalesce({text.column(_SUM, n, places, baseline=False)}, 0)"
    each = [text.column(_DECIDING, n, [place], baseline=False) for place in places]
    return " + ".join(f"coalesce({one}, 0)" for one in each)


def _baseline(text: Text, n: int) -> str:
    outcome = text.terms.outcomes[n]
    point = baseline_point(outcome)
    if not point or outcome.metric is None:
        return "NULL"
    return text.column(_DECIDING, n, [text.places[outcome.metric, point]], baseline=True)


def _success(text: Text, n: int, condition: Condition, value: str, baseline: str) -> str:
    """The condition on one value; NULL, from a missing value or baseline, is no success."""
    if condition.kind is ConditionKind.IS_TRUE:
        return f"{value} = {UNITS}"
    agreed = text.given(f"agreed_{n}", in_units(condition.value or Decimal(0)))
    match condition.kind:
        case ConditionKind.AT_LEAST:
            return f"{value} >= {agreed}"
        case ConditionKind.AT_MOST:
            return f"{value} <= {agreed}"
        case _:
            falls = condition.value is not None and condition.value < 0
            return f"{value} - {baseline} {'<=' if falls else '>='} {agreed}"


def _enough(text: Text, n: int, composite: Composite, parts: Mapping[str, str]) -> str:
    """Whether the parts for which a condition holds suffice (outcomes/rules/counting.suffices)."""
    if composite.rule is CompositeRule.WEIGHTED:
        weights = {one.part: one.percent for one in composite.weights}
        added = " + ".join(
            f"({holds})::integer * {text.given(f'weight_{n}_{text.number(key)}', weights[key])}"
            for key, holds in parts.items()
        )
        needed = text.given(f"needed_{n}", composite.needed_percent or Decimal(0))
        return f"({' OR '.join(parts.values())}) AND {added} >= {needed}"
    added = " + ".join(f"({holds})::integer" for holds in parts.values())
    return f"{added} >= {composite.required:d}"


def _present(seen: list[str]) -> str:
    return f"({' OR '.join(f'{one} IS NOT NULL' for one in seen)})"


def in_units(value: Decimal) -> int | Decimal:
    """A value of the terms in the units that rows are compared in."""
    units = value * UNITS
    return int(units) if units == int(units) else units
