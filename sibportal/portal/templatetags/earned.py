"""What a measurement earned, for its page: that belongs to outcomes, which knows no claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from contracts.rules.terms import parse
from payments.selectors.earned import earned
from payments.selectors.explained import clauses, term_title

if TYPE_CHECKING:
    from django.template.context import Context

    from outcomes.models import Measurement

register = template.Library()


@register.inclusion_tag("payments/_earned.html", takes_context=True)
def earned_by(context: Context, row: Measurement) -> dict[str, Any]:
    """`{% earned_by row %}`: where it counted, as far as the reader sees claims."""
    lines = [
        {
            "claim": one.claim,
            "line": one.line,
            "title": term_title(parse(one.claim.terms.document), one.line.payment_term_key),
            "words": clauses(one.phrases),
        }
        for one in earned(context["request"].user, row)
    ]
    return {"lines": lines}
