"""What is paid at each value of a figure, drawn on the server like the other charts.

A jump of the payment is two points with the same value of the figure: a vertical line.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sibportal.web import formats
from sibportal.web.charts import SIZES, _line, _path, _text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

LETTER = 7.2  # pixels that a digit of an axis label takes
STEPS = 4


@dataclass(frozen=True)
class Curve:
    """The payment by a figure: `points` are (value, amount), ascending; `unit` is "%" or a word."""

    key: str
    title: Text
    sentence: Text
    points: tuple[tuple[Decimal, Decimal], ...]
    unit: Text
    currency: str

    def value(self, value: Decimal) -> str:
        """One value of the figure in words."""
        if self.unit == "%":
            return formats.percentage(value)
        plain = value.quantize(Decimal("0.01")).normalize()
        return f"{formats.number(Decimal(f'{plain:f}'))} {self.unit}".rstrip()

    def amount(self, amount: Decimal) -> str:
        return formats.money(amount, self.currency)


class _Frame:
    """Margins and scales of one drawing."""

    def __init__(self, chart: Curve, size: str) -> None:
        self.chart = chart
        self.width, self.height = SIZES[size]
        self.bottom, self.top, self.right = 40, 18, 24
        self.least = min(value for value, _amount in chart.points)
        self.most = max(value for value, _amount in chart.points)
        amounts = [amount for _value, amount in chart.points]
        self.step = _round_step(max(*amounts, Decimal(0)) - min(*amounts, Decimal(0)))
        self.low = self.step * (min(*amounts, Decimal(0)) // self.step)
        self.high = self.low + self.step * STEPS
        while self.high < max(amounts):
            self.high += self.step
        widest = max(len(formats.number(tick)) for tick in (self.low, self.high))
        self.left = 14 + widest * LETTER

    def x(self, value: Decimal) -> float:
        span = self.most - self.least or Decimal(1)
        return self.left + (self.width - self.left - self.right) * float(
            (value - self.least) / span
        )

    def y(self, amount: Decimal) -> float:
        share = float((amount - self.low) / (self.high - self.low))
        return self.top + (self.height - self.top - self.bottom) * (1 - share)


def _labels(frame: _Frame) -> int:
    """Into how many parts the figure's axis is labelled, so that no label touches another."""
    widest = max(len(frame.chart.value(value)) for value in (frame.least, frame.most))
    room = (frame.width - frame.left - frame.right) / (widest * LETTER + LETTER)
    return next((parts for parts in (STEPS, 2) if parts + 1 <= room), 1)


def _round_step(span: Decimal) -> Decimal:
    """A round distance of lines of which a few cover the span."""
    wanted = span / STEPS if span > 0 else Decimal(1)
    power = Decimal(1).scaleb(wanted.adjusted())
    for factor in (1, 2, 5, 10):
        if power * factor >= wanted:
            return power * factor
    return wanted.to_integral_value(ROUND_CEILING)


def drawn(chart: Curve, size: str = "wide") -> SafeString:
    """Draw the curve alone in one of SIZES; `figure` adds sentence and table."""
    frame = _Frame(chart, size)
    body, tick = "", frame.low
    while tick <= frame.high:
        body += _line(frame.left, frame.y(tick), frame.width - frame.right, frame.y(tick), "grid")
        body += _text(frame.left - 8, frame.y(tick) + 4, formats.number(tick), "mut", "end")
        tick += frame.step
    ticks = _labels(frame)
    for part in range(ticks + 1):
        value = frame.least + (frame.most - frame.least) * part / ticks
        anchor = "start" if part == 0 else "end" if part == ticks else "middle"
        body += _text(frame.x(value), frame.height - 12, chart.value(value), "mut", anchor)
    base = frame.y(max(frame.low, Decimal(0)))
    body += _line(frame.left, base, frame.width - frame.right, base, "axis")
    body += _path([(frame.x(value), frame.y(amount)) for value, amount in chart.points], "ln")
    return format_html(
        '<svg class="chart {size}" viewBox="0 0 {width} {height}" role="img" focusable="false" '
        'aria-labelledby="{key}-title {key}-words"><title id="{key}-title">{title}</title>'
        '<desc id="{key}-words">{words}</desc>{drawing}</svg>',
        size=size,
        width=frame.width,
        height=frame.height,
        key=f"{chart.key}-{size}",
        title=chart.title,
        words=chart.sentence,
        drawing=mark_safe(body),  # noqa: S308 - every text went through escape()
    )


def figure(chart: Curve) -> SafeString:
    """Draw the sentence, the three drawings and the table behind them; nothing for one point."""
    if len(chart.points) < 2:
        return SafeString("")
    values = {
        "chart": chart,
        "drawings": [drawn(chart, size) for size in SIZES],
        "rows": [(chart.value(value), chart.amount(amount)) for value, amount in chart.points],
    }
    return render_to_string("components/_curve.html", values)
