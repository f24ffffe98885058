"""Sentences for the codes of contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "contracts.ends_before_start": _("The end must be later than the start."),
    "contracts.period_months": _("A reporting period has %(least)s to %(most)s months."),
}
