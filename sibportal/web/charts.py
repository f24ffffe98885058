"""Charts drawn on the server as SVG: no script, no inline style, the same in print and e-mail.

Verified is a solid line, the agreed path a grey dashed one, the threshold green. Every colour comes
from a class in charts.css, every chart speaks a summary and is paired with a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Literal

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sibportal.web import formats

if TYPE_CHECKING:
    from decimal import Decimal

    from django_stubs_ext import StrOrPromise as Text

SIZES = {"wide": (760, 320), "middle": (540, 310), "narrow": (380, 300)}
LABEL_GAP = 17  # pixels between two labels at line ends


@dataclass(frozen=True)
class Point:
    """One measured figure: a ratio from 0 to 1 with the bounds of its 95 % interval, or a count."""

    label: str
    estimate: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Shade:
    """A named stretch of the time axis, from place to place on it (0 is the first label); without
    an end, a line from which on the figures are in doubt."""

    first: float
    last: float | None
    label: Text


@dataclass(frozen=True)
class Progress:
    """Verified outcome by period, against the agreed path and the payment threshold.

    `labels` is the whole time axis; `verified` are its first points, `path` runs over all of it.
    `sentence` is the finding, in bold; `detail` follows it. `empty` says why nothing is drawn: then
    the frame stands without axes, path and threshold. All values are ratios, or all are `counts`:
    numbers of people, or of a `unit` that stands above the axis.
    """

    key: str
    title: Text
    sentence: Text
    labels: tuple[str, ...]
    verified: tuple[Point, ...]
    path: tuple[float | None, ...] = ()
    threshold: float | None = None
    threshold_label: Text = ""
    full_payment: float | None = None
    detail: Text = ""
    empty: Text = ""
    counts: bool = False
    shades: tuple[Shade, ...] = ()
    unit: Text = ""

    def written(self, value: float) -> str:
        """One of its values as text."""
        return plain(value) if self.counts else formats.percent(value)


@dataclass(frozen=True)
class Bullet:
    """Estimate, interval and threshold as ratios, for a table cell; the numbers stand beside it."""

    estimate: float
    threshold: float | None
    label: Text
    low: float | None = None
    high: float | None = None
    state: Literal["ok", "warn", "err", "info"] = "info"


def plain(value: float) -> str:
    """A number as text: a whole one as such, a small one with a decimal."""
    whole = round(value)
    exact = abs(value) >= 100 or abs(value - whole) < 0.05
    return formats.number(whole) if exact else formats.number(value, places=1)


# --- Drawing --------------------------------------------------------------------------------------


def _text(x: float, y: float, text: object, css: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="ct {css}" text-anchor="{anchor}">'
        f"{escape(str(text))}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def _rect(x: float, y: float, width: float, height: float, css: str, radius: int = 0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
        f'height="{max(height, 0):.1f}" rx="{radius}" class="{css}"/>'
    )


def _path(points: list[tuple[float, float]], css: str, *, close: bool = False) -> str:
    if len(points) < 2:
        return ""
    line = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<path d="M{line}{"Z" if close else ""}" class="{css}"/>'


# Top of the axis and distance of its lines: for ratios, and for counts times powers of ten.
AXES = ((0.1, 0.02), (0.2, 0.05), (0.4, 0.1), (0.6, 0.2), (0.8, 0.2), (1.0, 0.2))
COUNT_AXES = ((5, 1), (10, 2), (20, 5), (40, 10))


def axis(highest: float, *, counts: bool = False) -> tuple[float, float]:
    """Give the lowest round top with air above the highest value, and the distance of lines."""
    if not counts:
        return next((one for one in AXES if highest < one[0]), AXES[-1])
    powers = (10**n for n in count())
    return next(
        (top * power, step * power)
        for power in powers
        for top, step in COUNT_AXES
        if highest < top * power
    )


def spread(positions: list[float], gap: float = LABEL_GAP) -> list[float]:
    """Move labels apart that would lie on each other; takes and gives ascending positions."""
    out: list[float] = []
    for place in positions:
        out.append(max(place, out[-1] + gap) if out else place)
    # All were pushed down; half of it back keeps them about where they belong.
    shift = sum(after - before for after, before in zip(out, positions, strict=True))
    return [place - shift / len(out) for place in out]


class _Plot:
    """The frame of one drawing: margins and the two scales."""

    def __init__(self, chart: Progress, size: str) -> None:
        self.chart, self.size, self.narrow = chart, size, size == "narrow"
        self.width, self.height = SIZES[size]
        self.left, self.right = 46, (14 if self.narrow else 150)
        self.top, self.bottom = 22, 34
        values = [v for p in chart.verified for v in (p.estimate, p.high) if v is not None]
        values += [v for v in chart.path if v is not None]
        values += [v for v in (chart.threshold, chart.full_payment) if v is not None]
        self.highest, self.step = axis(max(values, default=1.0), counts=chart.counts)

    def x(self, index: float) -> float:
        steps = max(len(self.chart.labels) - 1, 1)
        return self.left + (self.width - self.left - self.right) * index / steps

    def y(self, value: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (1 - value / self.highest)

    @property
    def end(self) -> float:
        return self.width - self.right


def _axes(plot: _Plot) -> str:
    out = ""
    for part in range(round(plot.highest / plot.step) + 1):
        value = plot.step * part
        out += _line(plot.left, plot.y(value), plot.end, plot.y(value), "grid")
        out += _text(plot.left - 8, plot.y(value) + 4, plot.chart.written(value), "mut", "end")
    every = -(-len(plot.chart.labels) // (8 if plot.size == "wide" else 4))
    for index, label in enumerate(plot.chart.labels):
        if index % every == 0:
            out += _text(plot.x(index), plot.height - 10, label, "mut", "middle")
    if plot.chart.unit:
        out += _text(plot.left, 12, plot.chart.unit, "mut")
    base = plot.height - plot.bottom
    return out + _line(plot.left, base, plot.end, base, "axis")


def _threshold(plot: _Plot) -> str:
    chart = plot.chart
    if chart.threshold is None:
        return ""
    out, low = "", plot.y(chart.threshold)
    if chart.full_payment is not None:
        high = plot.y(chart.full_payment)
        out += _rect(plot.left, high, plot.end - plot.left, low - high, "band")
        out += _line(plot.left, high, plot.end, high, "thr2")
    return out + _line(plot.left, low, plot.end, low, "thr")


def _shades(plot: _Plot) -> str:
    """What disturbed the plan as a named stretch, doubt as a line across."""
    out = ""
    for one in plot.chart.shades:
        left, base = plot.x(one.first), plot.height - plot.bottom
        if one.last is None:
            out += _line(left, plot.top, left, base, "doubt")
        else:
            out += _rect(left, plot.top, max(plot.x(one.last) - left, 3), base - plot.top, "off")
    return out


def _interval(plot: _Plot) -> str:
    bounds = [
        (plot.x(i), plot.y(p.low), plot.y(p.high))
        for i, p in enumerate(plot.chart.verified)
        if p.low is not None and p.high is not None
    ]
    area = [(x, high) for x, _low, high in bounds] + [(x, low) for x, low, _h in bounds[::-1]]
    whiskers = "".join(_line(x, low, x, high, "whisk") for x, low, high in bounds)
    return _path(area, "ci", close=True) + whiskers


def _measured(plot: _Plot) -> str:
    points = [(plot.x(i), plot.y(p.estimate)) for i, p in enumerate(plot.chart.verified)]
    out = _path(points, "ln")
    for (x, y), point in zip(points, plot.chart.verified, strict=True):
        out += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" class="dot">'
        out += f"<title>{escape(spoken(plot.chart, point))}</title></circle>"
    return out


def _expected(plot: _Plot) -> str:
    known = [(plot.x(i), plot.y(v)) for i, v in enumerate(plot.chart.path) if v is not None]
    return _path(known, "plan")


def _labels(plot: _Plot) -> str:
    """Write at the line ends what the lines are; on a phone, above the lines."""
    chart, found = plot.chart, []
    if chart.full_payment is not None:
        text = _("Full payment %(share)s") % {"share": chart.written(chart.full_payment)}
        found.append((plot.y(chart.full_payment), text, "good"))
    if chart.threshold is not None:
        text = str(chart.threshold_label) or _("Threshold %(share)s") % {
            "share": chart.written(chart.threshold)
        }
        found.append((plot.y(chart.threshold), text, "good b"))
    if plot.narrow:
        return "".join(_text(plot.left + 6, y - 6, text, css) for y, text, css in found)
    if chart.path and chart.path[-1] is not None:
        text = _("Agreed path %(share)s") % {"share": chart.written(chart.path[-1])}
        found.append((plot.y(chart.path[-1]), text, ""))
    found.sort()
    places = spread([y for y, _text_, _css in found])
    return "".join(
        _text(plot.end + 10, y + 4, text, f"{css} halo")
        for y, (_y, text, css) in zip(places, found, strict=True)
    )


def spoken(chart: Progress, point: Point) -> str:
    """Say one point in words: period, figure and interval."""
    figure = chart.written(point.estimate)
    if point.low is None or point.high is None:
        return f"{point.label}: {figure}"
    low, high = chart.written(point.low), chart.written(point.high)
    return f"{point.label}: {figure} ({low}–{high})"


def progress(chart: Progress, size: str = "wide") -> SafeString:
    """Draw the chart alone in one of SIZES; `figure` adds sentence, legend and table."""
    plot = _Plot(chart, size)
    layers = (_shades, _axes, _threshold, _interval, _expected, _measured, _labels)
    body = "".join(draw(plot) for draw in layers)
    return _frame(f"{chart.key}-{size}", plot, str(chart.title), summary(chart), body)


def _frame(key: str, plot: _Plot, title: str, words: str, body: str) -> SafeString:
    # Every text in `body` went through escape(); the rest is numbers and class names.
    drawing = mark_safe(body)  # noqa: S308
    return format_html(
        '<svg class="chart {size}" viewBox="0 0 {width} {height}" role="img" focusable="false" '
        'aria-labelledby="{key}-title {key}-words"><title id="{key}-title">{title}</title>'
        '<desc id="{key}-words">{words}</desc>{drawing}</svg>',
        size=plot.size,
        width=plot.width,
        height=plot.height,
        key=key,
        title=title,
        words=words,
        drawing=drawing,
    )


def summary(chart: Progress) -> str:
    """Say the whole chart in words for whoever does not see it."""
    told = [str(chart.sentence), *(str(one.label) for one in chart.shades)]
    parts = [*told, *(spoken(chart, point) for point in chart.verified)]
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


def table_rows(chart: Progress) -> list[dict[str, str]]:
    """Give the numbers behind the drawing, one row per period."""
    rows = []
    for index, label in enumerate(chart.labels):
        point = chart.verified[index] if index < len(chart.verified) else None
        path = chart.path[index] if index < len(chart.path) else None
        interval = ""
        if point and point.low is not None and point.high is not None:
            interval = f"{chart.written(point.low)}–{chart.written(point.high)}"
        rows.append(
            {
                "label": label,
                "verified": chart.written(point.estimate) if point else "",
                "interval": interval,
                "path": chart.written(path) if path is not None else "",
                "note": point.note if point else "",
            }
        )
    return rows


def figure(chart: Progress) -> SafeString:
    """Draw sentence, legend, the three drawings and the table behind them."""
    values = {
        "chart": chart,
        "drawings": [] if chart.empty else [progress(chart, size) for size in SIZES],
        "rows": table_rows(chart),
        "has_interval": any(p.low is not None for p in chart.verified),
        "has_path": any(value is not None for value in chart.path),
        "has_notes": any(point.note for point in chart.verified),
    }
    return render_to_string("components/_chart.html", values)


# --- Small ones for table cells -------------------------------------------------------------------


def bullet(value: Bullet) -> SafeString:
    """Draw a bullet bar on a scale from 0 to 100 %."""
    width, height = 170, 22
    body = _rect(0, 8, width, 6, "trk", 3)
    if value.low is not None and value.high is not None:
        span = value.high - value.low
        body += _rect(value.low * width, 5, span * width, 12, f"bci b-{value.state}", 3)
    body += _rect(value.estimate * width - 2, 3, 4, 16, f"best b-{value.state}", 2)
    if value.threshold is not None:
        body += _line(value.threshold * width, 0, value.threshold * width, height, "bthr")
    return format_html(
        '<svg class="bullet" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-label="{label}" focusable="false">{body}</svg>',
        w=width,
        h=height,
        label=value.label,
        body=mark_safe(body),  # noqa: S308 - numbers and class names only
    )


def meter(done: float | Decimal, total: float | Decimal, css: str = "m-ok") -> SafeString:
    """Draw how much of a whole is done; the numbers stand beside it in words."""
    share = min(max(float(done) / float(total), 0.0), 1.0) if total else 0.0
    body = _rect(0, 0, 120, 8, "trk") + _rect(0, 0, 120 * share, 8, css)
    return mark_safe(  # noqa: S308 - numbers and class names only
        '<svg class="meter" viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )
