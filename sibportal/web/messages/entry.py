"""What the portal says about entering measurements: what is asked of whom, attempts, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "outcomes.point_not_asked": _(
        "The terms do not ask for this measurement of this participant on that day."
    ),
}
