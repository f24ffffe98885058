"""How the terms editor is laid out: its sections, the order of entries, and the choice between
the three sorts of outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import document as terms
from payments.forms.questions import Ask

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

NAMES = {"en": _("Name in English"), "fi": _("Name in Finnish"), "sv": _("Name in Swedish")}
WHAT_ASK = Ask(_("What is counted"))
WHATS = {
    "success": _("A success: the person reaches something"),
    "quantity": _("An amount: days, euros, points"),
    "composite": _("Other outcomes put together"),
}

# Where the order of the dataclass is not that of a reader.
ORDER: Mapping[type[Any], tuple[str, ...]] = {
    terms.PaymentTerm: (
        "key", "title", "measure", "compare", "valuation", "gate", "further_gates", "price",
        "timing", "assessment_on", "limit", "payers",
    ),
    terms.Outcome: (
        "key", "title", "metric", "points", "condition", "quantity", "composite", "count", "source",
    ),
    terms.Compare: ("kind", "effect", "value", "source"),
    terms.ClaimTerms: ("cap", "floor", "payee", "payment_days", "payers"),
}  # fmt: skip
# The entry whose empty choice means that an optional part is absent.
TOGGLES: Mapping[type[Any], str] = {
    terms.Compare: "kind",
    terms.Gate: "kind",
    terms.Valuation: "kind",
    terms.ReturnCap: "kind",
    terms.Condition: "kind",
}

# The page from top to bottom, as a lay reader asks: key, heading, explanation, entries.
SECTIONS: tuple[tuple[str, Text, Text, tuple[str, ...]], ...] = (
    (
        "who", _("Who is served and counted"),
        _("Out of how many people success is counted, and how those count who leave."),
        ("counting",),
    ),
    (
        "success", _("What success is"), _("In words first, then by metric and time."),
        ("points", "outcomes", "follow_up", "expected_path"),
    ),
    (
        "payment", _("What is paid"), _("One payment for each thing that earns money."),
        ("payment_terms", "figures", "indexes"),
    ),
    (
        "payers", _("Caps and payers"), _("The most that can be owed, who pays and to whom."),
        ("claim", "rounding", "rounding_to"),
    ),
    (
        "life", _("When life happens"), _("Late facts, disturbances, an early end."),
        ("late_facts", "disruptions", "terminations", "waterfall"),
    ),
)  # fmt: skip
