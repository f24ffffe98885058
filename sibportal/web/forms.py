"""Form fields that read what people type, and how a form is dressed.

A date may be 3.11.2026 or 2026-11-03, an amount 1 046 300,50 or 1046300.50. A refused form shows
exactly what was typed. Rules of the trade are not here: `attach_issues` shows what they found.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from sibportal.web import formats
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.core.files.base import File
    from django_stubs_ext import StrOrPromise as Text

    from sibportal.kernel.errors import RuleViolation

FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_DIGITS = 14
_DATE = re.compile(r"(?:(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2}))", re.ASCII)
_GROUPED = {
    ",": re.compile(r"\d{1,3}(,\d{3})+", re.ASCII),
    ".": re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII),
}
_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class PortalRenderer(TemplatesSetting):
    """Draws every form, also those of other packages, with templates/django/forms."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"


def parse_decimal(text: str) -> Decimal:
    """Read a number as people write it; ValueError where it could mean two things or nothing.

    Spaces group thousands. A comma or a point is the decimal mark, unless it groups thousands
    before the other one or stands more than once.
    """
    digits = re.sub(r"[\s€%']", "", text).replace(formats.MINUS, "-")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    mark = max(",", ".", key=digits.rfind)
    other = "." if mark == "," else ","
    whole, _mark, decimals = digits.rpartition(mark)
    if mark not in digits:
        whole, decimals = digits, ""
    elif digits.count(mark) > 1:
        whole, decimals = digits, ""
        if other in digits or not _GROUPED[mark].fullmatch(digits):
            raise ValueError(text)
        whole = digits.replace(mark, "")
    if other in whole:
        if not _GROUPED[other].fullmatch(whole):
            raise ValueError(text)
        whole = whole.replace(other, "")
    plain = f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
    if not _PLAIN.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


class DecimalField(forms.DecimalField):
    """A number with comma or point; shown again as the person wrote it."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Text]] = {
        "invalid": _("Write a number, for example 1 250,50."),
        "max_decimal_places": _(
            "Write at most %(max)s decimals. Use a space, not a comma, between thousands."
        ),
        "min_value": _("Write at least %(limit_value)s."),
        "max_value": _("Write at most %(limit_value)s."),
    }

    def __init__(self, *, decimal_places: int = 2, max_digits: int = MAX_DIGITS, **kwargs: Any):
        super().__init__(decimal_places=decimal_places, max_digits=max_digits, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_decimal(str(value))
        except (ValueError, InvalidOperation):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number in the reader's way; leave typed text alone."""
        return formats.plain_number(value) if isinstance(value, Decimal | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "w-m"}


class MoneyField(DecimalField):
    """An amount that is not negative, to the cent."""

    default_error_messages: ClassVar[dict[str, Text]] = {
        "invalid": _("Write an amount, for example 1 250,50."),
        "min_value": _("An amount cannot be negative."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 2, "min_value": Decimal(0), **kwargs})


class WholeNumberField(DecimalField):
    """A count; gives an int."""

    default_error_messages: ClassVar[dict[str, Text]] = {
        "invalid": _("Write a whole number, for example 25."),
        "max_decimal_places": _("Write a whole number, without decimals."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 0, "max_digits": 9, **kwargs})

    def clean(self, value: Any) -> int | None:
        found = super().clean(value)
        return None if found is None else int(found)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}


class DateField(forms.DateField):
    """A day as 3.11.2026 or 2026-11-03; an impossible one is told apart from an unreadable one."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Text]] = {
        "invalid": _("Write the date as day.month.year, for example 12.11.2026."),
        "no_such_day": _("There is no such day: that month has %(days)s days."),
        "no_such_month": _("There is no month %(month)s. Write the date as day.month.year."),
        "year": _("Check the year: %(year)s. It must lie between %(first)s and %(last)s."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, date):
            return super().to_python(value)
        found = _DATE.fullmatch(re.sub(r"\s", "", str(value)))
        if not found:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        parts = found.groups()
        day, month, year = (int(p) for p in (parts[:3] if parts[0] else parts[:2:-1]))
        self._check(day, month, year)
        return date(year, month, day)

    def _check(self, day: int, month: int, year: int) -> None:
        params: dict[str, int] = {}
        if not FIRST_YEAR <= year <= LAST_YEAR:
            code, params = "year", {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR}
        elif not 1 <= month <= 12:
            code, params = "no_such_month", {"month": month}
        elif not 1 <= day <= monthrange(year, month)[1]:
            code, params = "no_such_day", {"days": monthrange(year, month)[1]}
        else:
            return
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def prepare_value(self, value: Any) -> Any:
        return formats.plain_day(value) if isinstance(value, date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}


class UploadField(forms.FileField):
    """A file of at most `max_bytes`; beyond the portal's own limit nothing is stored."""

    default_error_messages: ClassVar[dict[str, Text]] = {
        "required": _("Choose a file."),
        "empty": _("The file is empty. Choose another one."),
        "too_large": _("The file is larger than %(limit)s MB. Split it into smaller files."),
        "extension": _("Choose a file that ends with %(extensions)s."),
    }
    widget = forms.FileInput

    def __init__(self, *, max_bytes: int, extensions: tuple[str, ...], **kwargs: Any) -> None:
        self.max_bytes, self.extensions = max_bytes, extensions
        super().__init__(**kwargs)

    def to_python(self, data: File[Any] | None) -> File[Any] | None:
        file = super().to_python(data)
        if file is None:
            return None
        if (file.size or 0) > self.max_bytes:
            params: dict[str, object] = {"limit": formats.number(self.max_bytes // 1_000_000)}
            raise ValidationError(self.error_messages["too_large"], "too_large", params)
        if not (file.name or "").lower().endswith(self.extensions):
            params = {"extensions": ", ".join(self.extensions)}
            raise ValidationError(self.error_messages["extension"], "extension", params)
        return file

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(self.extensions)}


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field of that name, whose choices depend on the contract; TypeError for any other kind
    of field."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    return field


def model_choice_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    """The same for a field whose choices are rows."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} offers no rows")
    return field


def attach_issues(form: forms.BaseForm, violation: RuleViolation) -> None:
    """Show what the rules refused: at the field an issue names, else above the form."""
    for issue in violation.issues:
        field = issue.field if issue.field in form.fields else None
        form.add_error(field, issue_sentence(issue))
