"""The questions that a draft of terms leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.open.rounding": _("How are amounts rounded?"),
    "terms.open.late_facts": _("What happens to facts that arrive after a period is closed?"),
    "terms.open.outcomes": _("Which outcomes are measured?"),
    "terms.open.payment_terms": _("What is paid for?"),
    "terms.open.denominator": _("Out of whom is success counted?"),
    "terms.open.minimum_cohort": _("What is the smallest cohort? Answer 0 if there is none."),
    "terms.open.below_minimum": _("What happens while the cohort is smaller than agreed?"),
    "terms.open.exit_death": _("How does a participant count who dies?"),
    "terms.open.exit_moved_away": _("How does a participant count who moves away?"),
    "terms.open.exit_taken_into_care": _("How does a participant count who is taken into care?"),
    "terms.open.exit_guardian_withdrew": _(
        "How does a participant count whose guardian withdraws consent?"
    ),
    "terms.open.exit_turned_18": _("How does a participant count who turns 18?"),
    "terms.open.exit_transferred": _(
        "How does a participant count who is transferred to another service?"
    ),
    "terms.open.exit_dropped_out": _("How does a participant count who drops out?"),
    "terms.open.neutral_exit_cap": _(
        "What share of participants may leave as neutral exits at most?"
    ),
    "terms.open.metric": _("What measures “%(outcome)s”?"),
    "terms.open.points": _("When is “%(outcome)s” measured?"),
    "terms.open.condition": _("When is “%(outcome)s” reached?"),
    "terms.open.condition_value": _("Which value counts as reaching “%(outcome)s”?"),
    "terms.open.baseline_point": _(
        "From which measurement point is the change in “%(outcome)s” reckoned?"
    ),
    "terms.open.most_per_person": _("How many times may one person reach “%(outcome)s” at most?"),
    "terms.open.compare_value": _("What is “%(term)s” compared with?"),
    "terms.open.compare_source": _("Where is what “%(term)s” is compared with known from?"),
    "terms.open.source": _("Where do the figures behind “%(term)s” come from?"),
    "terms.open.operator": _("Does the threshold of “%(term)s” include its own value?"),
    "terms.open.threshold": _("What is the threshold of “%(term)s”?"),
    "terms.open.amount": _("What is paid for “%(term)s”?"),
    "terms.open.cost": _("What is the agreed cost of “%(term)s”?"),
    "terms.open.premium_percent": _("What is the premium of “%(term)s”?"),
    "terms.open.basis": _("What is the premium of “%(term)s” reckoned on?"),
    "terms.open.timing": _("When is “%(term)s” paid?"),
    "terms.open.assessment_on": _("On which day is “%(term)s” assessed?"),
    "terms.open.cap": _("What is the most that the contract can ever pay?"),
    "terms.open.payers": _("Who pays, and which share?"),
    "terms.open.payee": _("Who receives the money?"),
    "terms.open.payment_days": _("Within how many days is a claim paid?"),
    "terms.open.needed": _("At how many measurement points must “%(outcome)s” hold?"),
    "terms.open.unit_cost": _("What is one unit of “%(term)s” worth in money?"),
    "terms.open.price_base": _("In the prices of which year is “%(term)s” valued?"),
    "terms.open.years": _("Over how many years is the value of “%(term)s” reckoned?"),
    "terms.open.discount_percent": _(
        "At what rate per year are the later years of “%(term)s” discounted?"
    ),
    "terms.open.tiers": _("Which tiers does “%(term)s” have, and what does each pay?"),
    "terms.open.bands": _("Which bands does “%(term)s” have, and what is the price in each?"),
    "terms.open.curve": _("Between which points does the payment of “%(term)s” vary?"),
    "terms.open.share_percent": _("Which share of the savings does “%(term)s” pay?"),
    "terms.open.guaranteed_percent": _("Which part of the cost of “%(term)s” is guaranteed?"),
    "terms.open.premium_amount": _("How large a premium does “%(term)s” pay?"),
    "terms.open.interest_from": _("From which day does the interest of “%(term)s” run?"),
    "terms.open.base_value": _("Which value of the index “%(term)s” do the agreed prices match?"),
    "terms.open.base_on": _(
        "On which day did the index “%(term)s” have its agreed starting value?"
    ),
    "terms.open.capital": _("How much capital does the tranche “%(term)s” have?"),
    "terms.open.return_percent": _("What return per year does the tranche “%(term)s” receive?"),
    "terms.open.return_from": _("From which day does the return of the tranche “%(term)s” run?"),
    "terms.open.disrupted": _("Which outcomes does “%(term)s” disturb?"),
    "terms.open.treatment": _("What happens to payment during “%(term)s”?"),
    "terms.open.extend_days": _("By how many days does “%(term)s” move the measurement points?"),
    "terms.open.substitute": _("Which outcome stands in during “%(term)s”?"),
    "terms.open.settlement": _("What is paid if the contract ends early for this reason?"),
    "terms.open.cost_percent": _("Which part of the costs not yet covered is paid at the end?"),
}
