"""Sentences for the codes of kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "kernel.invalid_transition": _(
        "This is no longer possible: someone was faster, or the page is old."
    ),
    "kernel.not_allowed": _("You do not have the right to do this."),
    "kernel.not_visible": _("There is nothing here that you can see."),
}
