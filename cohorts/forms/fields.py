"""Fields that only the forms of this app need: a month, and a text of several lines."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_MONTH = re.compile(r"(?:(\d{1,2})[./](\d{4})|(\d{4})-(\d{1,2}))", re.ASCII)


class LinesField(forms.CharField):
    """A text of several lines that may stay empty."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 3}


class MonthField(forms.CharField):
    """A month as 3.2014, 03/2014 or 2014-03; gives its first day."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write month and year, for example 3.2014. The day is not kept."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> date | None:
        text = re.sub(r"\s", "", super().clean(value))
        if not text:
            return None
        found = _MONTH.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        month, year = int(found[1] or found[4]), int(found[2] or found[3])
        if not (1 <= month <= 12 and 1900 <= year <= 2199):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return date(year, month, 1)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.month}.{value.year}" if isinstance(value, date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}
