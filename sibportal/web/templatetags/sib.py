"""The template library of the portal: `{% load sib %}` gives every component and format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import qrcode  # type: ignore[import-untyped]
from django import template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import ngettext
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from sibportal.web import charts, curves, formats, icons
from sibportal.web.components import Meter, Stage, Tone

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template.context import Context
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise as Text

register = template.Library()

# Tone -> Designsystemet colour and icon: a status is never told by colour alone.
TONES: dict[Tone, tuple[str, str]] = {
    "success": ("success", "circle-check"),
    "warning": ("warning", "triangle-alert"),
    "danger": ("danger", "octagon-x"),
    "info": ("info", "clock"),
    "verified": ("success", "shield-check"),
    "draft": ("neutral", "pencil"),
    "new": ("neutral", "circle-dot"),
    "neutral": ("neutral", "circle-dot"),
}
NOTES = {
    "info": ("", "info"),
    "success": ("ok", "circle-check"),
    "warning": ("w", "triangle-alert"),
    "danger": ("e", "octagon-x"),
}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Inline an icon: `{% icon "clock" %}`."""
    return icons.icon(name, css_class)


@register.simple_tag
def status(tone: Tone, text: Text, help: Text = "") -> SafeString:
    """Draw a status tag: `{% status "warning" _("Near threshold") %}`."""
    colour, name = TONES[tone]
    title = format_html(' title="{}"', help) if help else ""
    return format_html(
        '<span class="ds-tag" data-color="{}"{}>{}{}</span>', colour, title, icons.icon(name), text
    )


@register.simple_tag
def qr_code(address: str) -> SafeString:
    """Draw an address for a phone's camera; inline, because the policy allows no data: picture."""
    image = qrcode.make(address, image_factory=SvgPathImage)
    # The package draws squares from numbers; nothing of the address is written out.
    return mark_safe(str(image.to_string(encoding="unicode")))  # noqa: S308


# --- Formats ----------------------------------------------------------------------------


@register.simple_tag
def money(amount: formats.Number | None, currency: str, cents: bool = False) -> str:
    """Write an amount: `{% money claim.total contract.currency cents=True %}`; none is a dash."""
    return "–" if amount is None else formats.money(amount, currency, cents=cents)


@register.filter
def pct(ratio: formats.Number | None, places: int = 1) -> str:
    """Write a ratio as per cent: `{{ result.estimate|pct }}`."""
    return "–" if ratio is None else formats.percent(ratio, places=places)


@register.filter
def percentage(value: formats.Number | None) -> str:
    """Write a percentage that is kept as such: `{{ row.percent|percentage }}`, 8 as 8%."""
    return "–" if value is None else formats.percentage(value)


@register.filter
def number(value: formats.Number | None, places: int | None = None) -> str:
    """Write a number in the reader's language."""
    return "–" if value is None else formats.number(value, places=places)


@register.filter
def day(value: date | None) -> SafeString | str:
    """Write a date that machines can read too."""
    if value is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


@register.filter
def last_day(end: date | None) -> SafeString | str:
    """Write the last day before an end, which no longer belongs: `{{ ends_on|last_day }}`."""
    return "–" if end is None else day(end - timedelta(days=1))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Write a point in time that machines can read too."""
    if value is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value))


@register.filter
def quarter(value: date) -> str:
    """Write the quarter that a date falls in."""
    return formats.quarter(value)


# --- Components -------------------------------------------------------------------------


@register.simple_block_tag
def panel(
    content: SafeString,
    title: Text,
    sub: Text = "",
    aside: Text = "",
    link_url: str = "",
    link_text: Text = "",
    id: str = "",
    padded: bool = False,
) -> SafeString:
    """Frame a part of a page under its own heading.

    `aside` or a link stands at the right of the heading, `id` makes it a target of htmx, `padded`
    gives running text its margins. A `<footer>` inside closes the panel with a line.
    """
    values = {
        "content": content,
        "title": title,
        "sub": sub,
        "aside": aside,
        "link_url": link_url,
        "link_text": link_text,
        "id": id,
        "heading": f"h-{id or slugify(str(title)) or 'panel'}",
        "padded": padded,
    }
    return render_to_string("components/_panel.html", values)


@register.simple_block_tag
def note(content: SafeString, tone: str = "info", css_class: str = "") -> SafeString:
    """Frame a note: info, success, warning or danger."""
    kind, name = NOTES[tone]
    classes = " ".join(filter(None, ("note", kind, css_class)))
    return format_html('<div class="{}">{}<div>{}</div></div>', classes, icons.icon(name), content)


@register.simple_tag
def steps(stages: Iterable[Stage]) -> SafeString:
    """Draw a step chain; the words behind the colours are read out."""
    return render_to_string("components/_steps.html", {"stages": list(stages)})


@register.simple_tag
def meter(value: Meter) -> SafeString:
    """Draw a filled bar; the numbers stand beside it in words."""
    return charts.meter(value.done, value.total, f"m-{value.kind}")


@register.simple_tag
def chart(figure: charts.Progress) -> SafeString:
    """Draw a chart with its sentence, legend and table."""
    return charts.figure(figure)


@register.simple_tag
def curve(figure: curves.Curve) -> SafeString:
    """Draw what is paid at each value of a figure, with its table."""
    return curves.figure(figure)


@register.simple_tag
def bullet(value: charts.Bullet) -> SafeString:
    """Draw estimate, interval and threshold for a table cell."""
    return charts.bullet(value)


# --- Forms ------------------------------------------------------------------------------


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw a field's input in the portal's dress, tied to its hint and errors."""
    widget = field.field.widget
    attrs = {"class": " ".join(filter(None, ("ds-input", widget.attrs.get("class", ""))))}
    if field.errors or field.help_text:
        attrs["aria-describedby"] = field.aria_describedby or ""
    return field.as_widget(attrs={name: value for name, value in attrs.items() if value})


@register.filter
def input_kind(field: BoundField) -> str:
    """Say how a field is laid out: choice, check, hidden, file or plain."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    if kind == "checkbox" and not field.use_fieldset:
        return "check"
    if kind in ("radio", "checkbox"):
        return "choice"
    return kind if kind in ("file", "hidden") else "plain"


@register.simple_tag
def error_summary(*forms: BaseForm | BaseFormSet[Any]) -> SafeString | str:
    """List every error of the forms on top of the page, each linked to its field."""
    errors = [error for form in forms if form for error in _errors(form)]
    if not errors:
        return ""
    return render_to_string("components/_error_summary.html", {"errors": errors})


def _errors(form: BaseForm | BaseFormSet[Any]) -> list[dict[str, str]]:
    if isinstance(form, BaseFormSet):
        own = [{"text": str(text)} for text in form.non_form_errors()]
        return own + [error for child in form.forms for error in _errors(child)]
    found = []
    for name, messages in form.errors.items():
        field = {} if name == "__all__" else _field(form[name])
        found += [{**field, "text": str(text)} for text in messages]
    return found


def _field(field: BoundField) -> dict[str, str]:
    """Give label and the id that a link must name: in a group of choices, the first one's."""
    target = f"{field.auto_id}_0" if input_kind(field) == "choice" else str(field.auto_id)
    return {"target": target, "label": str(field.label)}


# --- Links ------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """Give the query of this page with some values changed; none or empty takes one away.

    `<a href="{% with_query sort="due" page=None %}">`. Changing a filter starts at page one.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    if changes and "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


@register.simple_tag
def optional_url(name: str, *args: Any) -> str:
    """Give the address of a page, or nothing where the portal does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def row_count(count: int) -> str:
    """Write how many rows a table has."""
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": formats.number(count)}
