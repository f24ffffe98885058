"""The head of every page about one contract: the same tabs, whichever app draws the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.web.components import Filter
from sibportal.web.templatetags.sib import optional_url

if TYPE_CHECKING:
    from django.template.context import Context

    from contracts.models import Contract

register = template.Library()

# The other tabs fold into a menu; the longest names of a row still stand on one line.
IN_A_ROW = 7

# The page of a tab -> what the names of the pages below it begin with.
BELOW = {
    "portal:contract-detail": ("contracts:contract-edit",),
    "contracts:party-list": ("contracts:party-", "contracts:custody-"),
    "contracts:terms-detail": ("contracts:terms-", "contracts:document-", "payments:terms-"),
    "contracts:contract-measuring": ("contracts:data-item-",),
    "cohorts:cohort-list": ("cohorts:",),
    "outcomes:measurement-list": (
        "outcomes:measurement-",
        "outcomes:due-",
        "outcomes:import-",
        "outcomes:verification-",
        "outcomes:quality-",
    ),
    "outcomes:delivery-list": ("outcomes:delivery-", "outcomes:aggregate-", "outcomes:extract-"),
    "outcomes:plan-detail": (
        "outcomes:plan-",
        "outcomes:round-",
        "outcomes:report-",
        "outcomes:dispute-",
    ),
    "outcomes:result-list": ("outcomes:closing-", "outcomes:result-"),
    "payments:claim-list": (
        "payments:claim-",
        "payments:line-",
        "payments:payment-",
        "payments:decision-",
    ),
    "contracts:contract-course": (
        "contracts:contract-suspend",
        "contracts:contract-resume",
        "contracts:metric-suspect",
        "contracts:metric-clear",
        "contracts:metric-parallel",
        "contracts:disruption-",
        "payments:contract-end",
    ),
    "payments:objection-list": ("payments:objection-",),
    "payments:capital": ("payments:commitment-", "payments:capital-", "payments:figure-"),
}


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def contract_tabs(context: Context, contract: Contract) -> dict[str, Any]:
    """`{% contract_tabs contract %}`: links to the contract's pages that the reader may open."""
    request = context["request"]
    tabs = (
        (_("Overview"), "portal:contract-detail", Action.VIEW_CONTRACT),
        (_("Parties"), "contracts:party-list", Action.VIEW_CONTRACT),
        (_("Terms"), "contracts:terms-detail", Action.VIEW_CONTRACT),
        (_("Measuring and data"), "contracts:contract-measuring", Action.VIEW_CONTRACT),
        (_("Cohorts"), "cohorts:cohort-list", Action.VIEW_COHORT),
        (_("Measurements"), "outcomes:measurement-list", Action.VIEW_MEASUREMENT),
        (_("Register data"), "outcomes:delivery-list", Action.VIEW_AGGREGATE),
        (_("Verification"), "outcomes:plan-detail", Action.VIEW_CONTRACT),
        (_("Results"), "outcomes:result-list", Action.VIEW_RESULT),
        (_("Evaluation"), "outcomes:evaluation-detail", Action.VIEW_RESULT),
        (_("Claims"), "payments:claim-list", Action.VIEW_CLAIM),
        (_("Objections"), "payments:objection-list", Action.VIEW_OBJECTION),
        (_("Capital"), "payments:capital", Action.VIEW_CAPITAL),
        (_("Course"), "contracts:contract-course", Action.VIEW_CONTRACT),
        (_("History"), "contracts:contract-history", Action.VIEW_HISTORY),
    )
    open_to_reader = access.actions_on(request.user, contract)
    here = request.resolver_match.view_name
    links = [
        (
            label,
            optional_url(name, contract.pk),
            here == name or here.startswith(BELOW.get(name, ())),
        )
        for label, name, action in tabs
        if action in open_to_reader
    ]
    shown = [Filter(label, url, current=current) for label, url, current in links if url]
    # One page alone is no menu.
    most = IN_A_ROW if len(shown) > IN_A_ROW + 1 else len(shown)
    return {
        "label": _("Pages of the contract"),
        "tabs": shown[:most],
        "more": shown[most:],
        "more_current": next((tab for tab in shown[most:] if tab.current), None),
    }
