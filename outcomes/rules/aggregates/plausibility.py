"""Whether delivered figures can be true (what cannot is refused), and whether they are likely
(what is not is shown to whoever signs and verifies)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.rules.terms.document import Outcome
from contracts.rules.terms.words import QuantityKind
from outcomes.rules.aggregates.figures import PAIR, Delivered, GroupFigures
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.words import EARLIER, Group
from outcomes.rules.checks import Finding
from outcomes.rules.words import Severity
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue
from sibportal.kernel.money import EXACT

SMALL_GROUP = 20
OFF_ENROLLED = Decimal("0.05")  # of those enrolled
JUMP = Decimal("0.20")  # of people, or of the earlier mean
HUNDREDTH = Decimal("0.01")
SLACK = Decimal("0.001")  # a deviation as printed, rounded up


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that one person's value can be; None where nothing says so."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


def range_of(outcome: Outcome, minimum: Decimal | None, maximum: Decimal | None) -> Range:
    """The range of what one person adds, from that of one value of the metric: a sum of values that
    are never below zero is not either, and ends where the terms cap it."""
    quantity = outcome.quantity
    if quantity is None or quantity.kind is not QuantityKind.TOTAL:
        return Range(minimum, maximum)
    never_below = minimum is not None and minimum >= 0
    return Range(Decimal(0) if never_below else None, quantity.most_per_person)


@dataclass(frozen=True, slots=True)
class Setting:
    """What delivered figures are held against: what the terms need, the metric's range, how many
    people the denominator of the contract has at the period's end, the time from the contract's
    start to the period's end, and what stood at an earlier period."""

    need: Need
    span: Period
    enrolled: int
    values: Range = field(default_factory=Range)
    earlier: Delivered | None = None


def impossible(delivered: Delivered, setting: Setting) -> list[Issue]:
    """What cannot be true, each at its field, such as "participants.reached"."""
    found = [*_missing(delivered, setting.need), *_estimate(delivered, setting.need)]
    for one in delivered.groups:
        found += _counts(one, setting.need)
        if setting.need.is_quantity:
            found += _amounts(one, setting)
    return found


def findings(delivered: Delivered, setting: Setting) -> tuple[Finding, ...]:
    """What is worth a look: other people than those enrolled, other days than agreed, a leap since
    the figures before, and groups so small that single people move the figure."""
    found: list[Finding] = []
    for one in delivered.groups:
        found += [*_days(one, setting), *_small(one)]
    found += [*_enrolled(delivered, setting), *_leap(delivered, setting)]
    return tuple(found)


def _missing(delivered: Delivered, need: Need) -> Iterator[Issue]:
    known = {one.group for one in delivered.groups}
    wanted = need.always if delivered.estimate is not None else need.groups
    for group in wanted:
        if group not in known:
            yield Issue("outcomes.group_missing", f"{group}.people")
    for group in known - set(need.groups):
        yield Issue("outcomes.group_not_needed", f"{group}.people")


def _estimate(delivered: Delivered, need: Need) -> Iterator[Issue]:
    given = delivered.estimate
    if given is None:
        return
    if not need.may_estimate:
        yield Issue("outcomes.estimate_not_needed", "estimate", str(given.value))
    if not delivered.method:
        yield Issue("outcomes.estimate_needs_method", "method")
    if (given.low is None) is not (given.high is None):
        yield Issue("outcomes.interval_both_ends", "estimate_low")
    elif not _or(given.low, given.value) <= given.value <= _or(given.high, given.value):
        yield Issue("outcomes.interval_holds_estimate", "estimate_low", str(given.low))


def _or(given: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if given is None else given


def _counts(one: GroupFigures, need: Need) -> Iterator[Issue]:
    at = one.group
    if one.until <= one.from_day:
        yield Issue("outcomes.group_ends_before_start", f"{at}.until", one.until.isoformat())
    if need.is_quantity:
        yield from _not_asked(one, ("reached", "events"))
        return
    yield from _not_asked(one, ("total", "deviation"))
    if one.reached is None:
        yield Issue("outcomes.figure_missing", f"{at}.reached")
    elif one.reached > one.people:
        params = {"reached": one.reached, "people": one.people}
        yield Issue("outcomes.more_reached_than_people", f"{at}.reached", str(one.reached), params)
    if not need.counts_events:
        yield from _not_asked(one, ("events",))
    elif one.events is None:
        yield Issue("outcomes.figure_missing", f"{at}.events")
    elif one.reached is not None and not _events_fit(one.reached, one.events):
        params = {"reached": one.reached, "events": one.events}
        yield Issue("outcomes.fewer_events_than_people", f"{at}.events", str(one.events), params)


def _events_fit(reached: int, events: int) -> bool:
    """Whoever reached it did so at least once; without anybody there are no events."""
    return events >= reached and (reached > 0 or events == 0)


def _not_asked(one: GroupFigures, names: tuple[str, ...]) -> Iterator[Issue]:
    for name in names:
        if getattr(one, name) is not None:
            yield Issue("outcomes.figure_not_asked", f"{one.group}.{name}", str(getattr(one, name)))


def _amounts(one: GroupFigures, setting: Setting) -> Iterator[Issue]:
    at = one.group
    if one.total is None:
        yield Issue("outcomes.figure_missing", f"{at}.total")
        return
    needs_spread = one.group is Group.PARTICIPANTS and one.people >= PAIR
    if needs_spread and one.deviation is None:
        yield Issue("outcomes.figure_missing", f"{at}.deviation")
    if one.deviation is not None and one.deviation < 0:
        yield Issue("outcomes.deviation_below_zero", f"{at}.deviation", str(one.deviation))
    if one.mean is not None:
        yield from _in_range(one, one.mean, setting.values)
    elif one.total:
        yield Issue("outcomes.total_of_nobody", f"{at}.total", str(one.total))


def _in_range(one: GroupFigures, mean: Decimal, values: Range) -> Iterator[Issue]:
    """Whether values between the metric's ends can have this mean and this spread."""
    shown = mean.quantize(HUNDREDTH)
    ends = (
        ("below", values.minimum, values.minimum is not None and mean < values.minimum),
        ("above", values.maximum, values.maximum is not None and mean > values.maximum),
    )
    for side, limit, is_out in ends:
        if is_out:
            params = {"mean": shown, "limit": limit}
            yield Issue(f"outcomes.mean_{side}_range", f"{one.group}.total", str(one.total), params)
            return
    most = most_deviation(one, values)
    if most is not None and (one.deviation or 0) > most:
        yield Issue(
            "outcomes.deviation_impossible",
            f"{one.group}.deviation",
            str(one.deviation),
            {"most": most.quantize(HUNDREDTH)},
        )


def most_deviation(one: GroupFigures, values: Range) -> Decimal | None:
    """The largest standard deviation that values of a range with this mean can have: variance is
    at most (maximum - mean)(mean - minimum) (Bhatia and Davis 2000, American Mathematical Monthly
    107:353), that of a sample n/(n - 1) times as much. None where the range is open."""
    if values.minimum is None or values.maximum is None or one.mean is None or one.people < PAIR:
        return None
    variance = (values.maximum - one.mean) * (one.mean - values.minimum)
    of_sample = variance * one.people / (one.people - 1)
    return EXACT.sqrt(max(of_sample, Decimal(0))) + SLACK


def _days(one: GroupFigures, setting: Setting) -> Iterator[Finding]:
    span = setting.span
    if one.group in EARLIER:
        if one.until > span.start:
            yield Finding(
                "outcomes.earlier_group_overlaps", Severity.LOOK,
                {"group": str(one.group), "until": one.until.isoformat()},
            )  # fmt: skip
    elif (one.from_day, one.until) != (span.start, span.end):
        yield Finding(
            "outcomes.group_other_days", Severity.LOOK,
            {"group": str(one.group), "from_day": one.from_day.isoformat(),
             "until": one.until.isoformat()},
        )  # fmt: skip


def _small(one: GroupFigures) -> Iterator[Finding]:
    if one.people < SMALL_GROUP:
        params: dict[str, str | int] = {
            "group": str(one.group),
            "people": one.people,
            "limit": SMALL_GROUP,
        }
        yield Finding("outcomes.small_group", Severity.LOOK, params)


def _enrolled(delivered: Delivered, setting: Setting) -> Iterator[Finding]:
    """The people of the register and those of the contract are the same, but for a few."""
    one = delivered.group(Group.PARTICIPANTS)
    if one is None:
        return
    away = abs(one.people - setting.enrolled)
    if away > OFF_ENROLLED * setting.enrolled:
        params = {"people": one.people, "enrolled": setting.enrolled}
        yield Finding("outcomes.people_not_enrolled", Severity.LOOK, params)
    elif away:
        params = {"people": one.people, "enrolled": setting.enrolled}
        yield Finding("outcomes.people_nearly_enrolled", Severity.INFORMATION, params)


def _leap(delivered: Delivered, setting: Setting) -> Iterator[Finding]:
    """Since the figures of an earlier period: fewer than before, or a large change at once."""
    for one in delivered.groups:
        then = setting.earlier.group(one.group) if setting.earlier else None
        if then is None:
            continue
        params: dict[str, str | int] = {"group": str(one.group)}
        is_to_date = one.group not in EARLIER
        if is_to_date and (one.reached or 0) < (then.reached or 0):
            yield Finding(
                "outcomes.fewer_than_before", Severity.LOOK,
                params | {"reached": one.reached or 0, "before": then.reached or 0},
            )  # fmt: skip
        elif _leapt(one, then):
            yield Finding("outcomes.leap_since_before", Severity.LOOK, params)


def _leapt(one: GroupFigures, then: GroupFigures) -> bool:
    if one.share is not None and then.share is not None:
        return abs(one.share - then.share) > JUMP
    if one.mean is None or not then.mean:
        return False
    return abs(one.mean - then.mean) > JUMP * abs(then.mean)
