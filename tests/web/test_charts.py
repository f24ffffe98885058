"""The charts draw what the numbers say, for the eye and for the ear."""

from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sibportal.web import charts

LABELS = ("Q1 26", "Q2 26", "Q3 26", "Q4 26")


def chart(**changes: object) -> charts.Progress:
    values: dict[str, object] = {
        "key": "work",
        "title": "Verified outcome by quarter",
        "sentence": "47.5% are in work; the threshold is 50%.",
        "labels": LABELS,
        "verified": (
            charts.Point("Q1 26", 0.41, 0.33, 0.49),
            charts.Point("Q2 26", 0.475, 0.41, 0.54),
        ),
        "path": (0.3, 0.4, 0.5, 0.6),
        "threshold": 0.5,
    }
    return charts.Progress(**{**values, **changes})  # type: ignore[arg-type]


def drawing(figure: charts.Progress, size: str = "wide") -> Xml.Element:
    with translation.override("en"):
        return Xml.fromstring(charts.progress(figure, size))


def by_class(svg: Xml.Element, name: str) -> list[Xml.Element]:
    return [one for one in svg.iter() if name in (one.get("class") or "").split()]


def test_each_verified_point_is_drawn_at_its_height() -> None:
    svg = drawing(chart())
    first, second = (float(dot.get("cy", "0")) for dot in by_class(svg, "dot"))
    threshold = float(by_class(svg, "thr")[0].get("y1", "0"))
    assert first > second > threshold  # upwards is towards zero


def test_the_interval_reaches_exactly_from_low_to_high() -> None:
    svg = drawing(chart())
    whisker = by_class(svg, "whisk")[1]
    low, high = float(whisker.get("y1", "0")), float(whisker.get("y2", "0"))
    per_ratio = (low - high) / (0.54 - 0.41)
    dot = float(by_class(svg, "dot")[1].get("cy", "0"))
    assert low - dot == pytest.approx(per_ratio * (0.475 - 0.41), abs=0.2)


def test_a_screen_reader_hears_the_finding_and_every_point() -> None:
    svg = drawing(chart())
    ids = svg.get("aria-labelledby", "").split()
    words = [one.text for one in svg if one.get("id") in ids]
    assert words[0] == "Verified outcome by quarter"
    assert words[1] == (
        "47.5% are in work; the threshold is 50%. Q1 26: 41% (33%–49%). Q2 26: 47.5% (41%–54%)."
    )


def test_a_disturbance_is_shaded_in_its_place_and_doubt_is_a_line_and_both_are_spoken() -> None:
    shades = (charts.Shade(1.0, 2.0, "Epidemic"), charts.Shade(3.0, None, "In doubt"))
    svg = drawing(chart(shades=shades))
    (area,), (line,) = by_class(svg, "off"), by_class(svg, "doubt")
    dots = [float(dot.get("cx", "0")) for dot in by_class(svg, "dot")]
    step = dots[1] - dots[0]
    assert float(area.get("x", "0")) == pytest.approx(dots[1], abs=0.2)
    assert float(area.get("width", "0")) == pytest.approx(step, abs=0.2)
    assert float(line.get("x1", "0")) == pytest.approx(dots[1] + 2 * step, abs=0.2)
    assert "Epidemic. In doubt. Q1 26" in charts.summary(chart(shades=shades))


def test_where_no_figure_may_be_shown_the_frame_says_why_and_draws_nothing() -> None:
    with translation.override("en"):
        figure = charts.figure(chart(verified=(), empty="So few could be recognised."))
    assert "So few could be recognised." in figure
    assert 'class="chart' not in figure
    assert "<table" not in figure


def test_the_table_behind_the_drawing_has_every_number() -> None:
    with translation.override("en"):
        rows = charts.table_rows(chart())
    assert [row["label"] for row in rows] == list(LABELS)
    assert rows[1] == {
        "label": "Q2 26", "verified": "47.5%", "interval": "41%–54%", "path": "40%", "note": "",
    }  # fmt: skip
    assert rows[3]["verified"] == ""


@pytest.mark.parametrize("size", list(charts.SIZES))
def test_nothing_is_drawn_outside_the_picture(size: str) -> None:
    svg = drawing(chart(full_payment=0.6), size)
    width, height = charts.SIZES[size]
    for line in svg.iter("line"):
        assert 0 <= float(line.get("x1", "0")) <= width
        assert 0 <= float(line.get("y1", "0")) <= height


def test_text_that_users_wrote_cannot_become_markup() -> None:
    hostile = chart(title="<script>alert(1)</script>", labels=('"><b>', *LABELS[1:]))
    svg = drawing(hostile)
    assert not [one for one in svg.iter() if one.tag in ("script", "b")]


@pytest.mark.parametrize(
    "figure",
    [
        chart(verified=(), path=()),
        chart(threshold=None, path=()),
        chart(labels=("Q1 26",), verified=(charts.Point("Q1 26", 0.0),), path=(None,)),
        chart(verified=(charts.Point("Q1 26", 1.0, 1.0, 1.0),)),
    ],
)
def test_little_or_extreme_data_is_still_a_drawing(figure: charts.Progress) -> None:
    for size in charts.SIZES:
        assert drawing(figure, size).tag == "svg"


@given(st.lists(st.floats(0, 300), max_size=6).map(sorted))
def test_labels_at_line_ends_do_not_lie_on_each_other(places: list[float]) -> None:
    moved = charts.spread(places)
    assert len(moved) == len(places)
    assert all(b - a >= charts.LABEL_GAP - 1e-6 for a, b in pairwise(moved))


@given(st.floats(0, 1))
def test_the_axis_holds_the_highest_value(highest: float) -> None:
    top, step = charts.axis(highest)
    assert top >= highest
    assert top / step == pytest.approx(round(top / step))


@given(st.integers(0, 10_000_000))
def test_the_axis_of_a_count_has_whole_steps_and_air_above(highest: int) -> None:
    top, step = charts.axis(highest, counts=True)
    assert top > highest
    assert (int(top), int(step)) == (top, step)
    assert 2 <= top / step <= 5
    assert highest < 5 or highest * 2.5 >= top  # and not too much air


def test_a_count_is_written_as_a_number() -> None:
    figure = chart(
        sentence="Copes better: 18 people so far.", threshold=None, path=(5.0, 20.0, 40.0, 60.0),
        verified=(charts.Point("Q1 26", 4.0), charts.Point("Q2 26", 18.0)), counts=True,
    )  # fmt: skip
    with translation.override("en"):
        rows = charts.table_rows(figure)
    assert [(row["verified"], row["path"]) for row in rows[:2]] == [("4", "5"), ("18", "20")]
    words = [one.text for one in drawing(figure).iter() if one.tag.endswith("text")]
    assert {"0", "20", "40", "60", "80", "100", "Agreed path 60"} <= set(words)
    assert not [text for text in words if text and "%" in text]


def test_a_meter_never_runs_over_and_survives_a_total_of_zero() -> None:
    for done, total, width in ((5, 10, 60), (20, 10, 120), (1, 0, 0), (-1, 10, 0)):
        svg = Xml.fromstring(charts.meter(done, total))
        assert float(by_class(svg, "m-ok")[0].get("width", "0")) == width


def test_a_bullet_says_its_numbers_and_marks_the_threshold() -> None:
    value = charts.Bullet(0.475, 0.5, "47.5%, threshold 50%", 0.41, 0.54, "warn")
    svg = Xml.fromstring(charts.bullet(value))
    assert svg.get("aria-label") == "47.5%, threshold 50%"
    assert float(by_class(svg, "bthr")[0].get("x1", "0")) == 85
    assert by_class(svg, "bci")[0].get("class") == "bci b-warn"
