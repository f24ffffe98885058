"""Tables that sort and page by plain links and turn into labelled cards on a phone.

The first column is the row header. A column's `attrs` are left to templates/tables/table.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.utils.html import format_html

from sibportal.web import formats
from sibportal.web.templatetags.sib import status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    from sibportal.web.components import Status


class NumberColumn(tables.Column):  # type: ignore[misc]
    """A count or measure, right-aligned in tabular figures."""

    attrs = {"td": {"class": "n"}, "th": {"class": "n"}}  # noqa: RUF012

    def render(self, value: Any) -> str:
        return formats.number(value)


class MoneyColumn(NumberColumn):
    """An amount; the currency stands on the record, under `currency`."""

    def __init__(self, *args: Any, cents: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cents = cents

    def render(self, value: Any, record: Any = None) -> str:
        return formats.money(value, tables.A("currency").resolve(record), cents=self.cents)


class DateColumn(tables.Column):  # type: ignore[misc]
    """A day."""

    def render(self, value: Any) -> str:
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


class StatusColumn(tables.Column):  # type: ignore[misc]
    """A status tag from a components.Status."""

    def render(self, value: Status) -> str:
        return status(value.tone, value.text, value.help)


class PortalTable(tables.Table):  # type: ignore[misc]
    """What every table of the portal shares; `Meta.caption` names it for screen readers."""

    caption: Text = ""

    class Meta:
        template_name = "tables/table.html"
        order_by_field = "sort"
        page_field = "page"
        caption: Text = ""
        empty_text: Text = ""

    def __init__(self, *args: Any, caption: Text = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caption = caption or getattr(self.Meta, "caption", "")
