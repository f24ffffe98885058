"""Sentences for the terms document: what is wrong with it, what is open, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

WRONG: dict[str, Promise] = {
    "terms.required": _("This is needed."),
    "terms.not_a_mapping": _("Here a set of named entries is expected."),
    "terms.not_a_list": _("Here a list is expected."),
    "terms.too_many": _("A list has at most %(most)s entries."),
    "terms.unknown_entry": _("The terms have no entry with this name."),
    "terms.not_used_here": _("This entry does not belong here. Leave it out."),
    "terms.schema_version": _("This version of the format is not known. Use version 1."),
    "terms.currency": _("%(value)s is not a currency the portal knows: %(known)s."),
    "terms.key": _("Use a short name of lower-case letters, digits, - and _."),
    "terms.key_repeated": _("%(value)s is used twice. Each name is used once."),
    "terms.text": _("Use one line of text of at most %(longest)s characters."),
    "terms.title_missing": _("Give a title in at least one language."),
    "terms.word": _("%(value)s is not one of the choices: %(words)s."),
    "terms.decimal": _('Write a number as text, such as "6000000.00".'),
    "terms.whole": _("Give a whole number from %(least)s to %(most)s."),
    "terms.flag": _("Answer true or false."),
    "terms.date": _("Give a date that exists, as year-month-day."),
    "terms.percent": _("%(value)s is not a possible percentage here. Give 0 to 100."),
    "terms.negative": _("This cannot be below zero."),
    "terms.too_many_places": _("Use at most %(places)s decimals in this currency."),
    "terms.unknown_point": _("There is no measurement point called %(value)s."),
    "terms.unknown_outcome": _("There is no outcome called %(value)s."),
    "terms.unknown_part": _(
        "%(value)s is not an outcome that is measured by itself; only those can be combined."
    ),
    "terms.parts_differ": _("Combine at least two different outcomes."),
    "terms.needs_too_many": _("Only %(parts)s outcomes are combined."),
    "terms.composite_counts_once": _("A combined outcome counts once per person."),
    "terms.baseline_is_result": _("The starting level and the result need different points."),
    "terms.rate_is_to_date": _(
        "A share of people is taken to date. Choose cumulative or final payment."
    ),
    "terms.unit_price_needs_count": _("A unit price needs a count, not a share of people."),
    "terms.fixed_sum_needs_gate": _("A fixed sum needs a threshold that must be met."),
    "terms.pause_loses_period": _(
        "While payment is paused, a period's outcomes would be lost. Choose cumulative payment."
    ),
    "terms.floor_above_cap": _("The floor is above the cap of %(cap)s."),
    "terms.share": _("A payer's share is above 0 and at most 100%%."),
    "terms.shares_sum": _("The payers' shares sum to %(total_percent)s. They must sum to 100%%."),
    "terms.dates_ascend": _("The dates of the expected path must follow each other."),
    "terms.other_currency": _("The contract's currency is %(currency)s."),
    "terms.outside_contract": _("This date is outside the contract's period."),
    "terms.unknown_party": _("The contract has no payer called %(value)s."),
    "terms.open_question": _("The terms leave a question open and cannot be calculated yet."),
}

OPEN: dict[str, Promise] = {
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
    "terms.open.source": _("Where does the comparison figure of “%(term)s” come from?"),
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
}

SAY: dict[str, Promise] = {
    "terms.threshold.at_least_percent": _("at least %(percent)s"),
    "terms.threshold.more_than_percent": _("more than %(percent)s"),
    "terms.threshold.at_most_percent": _("at most %(percent)s"),
    "terms.threshold.less_than_percent": _("less than %(percent)s"),
    "terms.threshold.at_least_number": _("at least %(value)s"),
    "terms.threshold.more_than_number": _("more than %(value)s"),
    "terms.threshold.at_most_number": _("at most %(value)s"),
    "terms.threshold.less_than_number": _("less than %(value)s"),
    "terms.say.is_true": _("“%(outcome)s” is reached when the answer is yes."),
    "terms.say.at_least": _("“%(outcome)s” is reached at a value of %(value)s or more."),
    "terms.say.at_most": _("“%(outcome)s” is reached at a value of %(value)s or less."),
    "terms.say.change_at_least": _(
        "“%(outcome)s” is reached when the value has changed by at least %(value)s since the"
        " measurement point “%(baseline)s”."
    ),
    "terms.say.all_of_per_person": _(
        "“%(outcome)s” is reached when the same person reaches all of: %(parts)s."
    ),
    "terms.say.any_of_per_person": _(
        "“%(outcome)s” is reached when a person reaches at least one of: %(parts)s."
    ),
    "terms.say.k_of_n_per_person": _(
        "“%(outcome)s” is reached when the same person reaches at least %(needed)s of: %(parts)s."
    ),
    "terms.say.all_of_per_cohort": _(
        "“%(outcome)s”: each of these is counted separately, and all must pass: %(parts)s. They"
        " need not be the same people."
    ),
    "terms.say.any_of_per_cohort": _(
        "“%(outcome)s”: each of these is counted separately, and one must pass: %(parts)s."
    ),
    "terms.say.k_of_n_per_cohort": _(
        "“%(outcome)s”: each of these is counted separately, and %(needed)s must pass: %(parts)s."
    ),
    "terms.say.points": _("“%(outcome)s” is measured at: %(points)s."),
    "terms.say.once_per_person": _("“%(outcome)s” counts once per person."),
    "terms.say.once_per_person_per_milestone": _(
        "“%(outcome)s” counts once per person at each measurement point."
    ),
    "terms.say.repeatable": _("“%(outcome)s” counts each time, at most %(most)s times per person."),
    "terms.say.verified_automatically": _(
        "“%(outcome)s” comes from a register and needs no check of each item."
    ),
    "terms.say.follow_up": _("“%(outcome)s” is followed and not paid for."),
    "terms.say.denominator_places": _("Success is counted out of all agreed places."),
    "terms.say.denominator_referred": _("Success is counted out of everyone referred."),
    "terms.say.denominator_enrolled": _(
        "Success is counted out of everyone enrolled; a missing measurement is no success."
    ),
    "terms.say.denominator_started": _("Success is counted out of everyone who started."),
    "terms.say.denominator_measured": _("Success is counted out of those who were measured."),
    "terms.say.below_minimum_scale": _(
        "Below %(minimum)s people, fixed sums are reduced in proportion."
    ),
    "terms.say.below_minimum_pause": _("Below %(minimum)s people, payment is paused."),
    "terms.say.below_minimum_renegotiate": _(
        "Below %(minimum)s people, nothing is paid and the parties renegotiate."
    ),
    "terms.leaving.death": _("death"),
    "terms.leaving.moved_away": _("moved away"),
    "terms.leaving.taken_into_care": _("taken into care"),
    "terms.leaving.guardian_withdrew": _("guardian withdrew"),
    "terms.leaving.turned_18": _("turned 18"),
    "terms.leaving.transferred": _("transferred"),
    "terms.leaving.dropped_out": _("dropped out"),
    "terms.say.leaving_failure": _("Counted as no success when leaving: %(reasons)s."),
    "terms.say.leaving_neutral": _(
        "Left out of the count when the verifier confirms it, for at most %(cap_percent)s of"
        " people: %(reasons)s."
    ),
    "terms.say.leaving_last_value": _("Counted by the last value measured: %(reasons)s."),
    "terms.say.leaving_followed_by_register": _(
        "Still counted, followed in registers: %(reasons)s."
    ),
    "terms.say.unit_price": _("“%(term)s”: %(amount)s %(currency)s for each “%(outcome)s”."),
    "terms.say.fixed_amount": _("“%(term)s”: %(amount)s %(currency)s in all."),
    "terms.say.cost_plus_premium": _(
        "“%(term)s”: the cost of %(cost)s %(currency)s plus a premium of %(premium_percent)s of it."
    ),
    "terms.say.fixed_baseline": _(
        "“%(term)s” is compared with %(value)s (source: %(source)s); the difference counts."
    ),
    "terms.say.threshold": _("“%(term)s” is paid only if “%(outcome)s” is %(threshold)s."),
    "terms.say.term_cap": _("“%(term)s” pays at most %(cap)s %(currency)s in all."),
    "terms.say.timing_this_period": _("“%(term)s” is paid for what each period brings."),
    "terms.say.timing_cumulative": _(
        "“%(term)s” is paid on the figure to date, less what was claimed before."
    ),
    "terms.say.timing_final": _("“%(term)s” is assessed and paid once, on %(day)s."),
    "terms.say.cap": _("The contract pays at most %(cap)s %(currency)s."),
    "terms.say.floor": _("The contract pays at least %(floor)s %(currency)s by its end."),
    "terms.say.payer": _("%(party)s pays %(share_percent)s."),
    "terms.say.payee_investor": _("The investors receive the money."),
    "terms.say.payee_fund_manager": _("The fund manager receives the money."),
    "terms.say.payee_lead_provider": _("The lead provider receives the money."),
    "terms.say.payment_days": ngettext_lazy(
        "A claim is paid within %(days)s day.", "A claim is paid within %(days)s days.", "days"
    ),
    "terms.say.verification_everyone": _("The verifier checks every measurement."),
    "terms.say.late_next_open_period": _(
        "A fact that arrives late counts in the first period still open."
    ),
    "terms.say.late_not_counted": _(
        "A fact that arrives after the period is closed is not counted."
    ),
    "terms.say.rounding_half_up": _("Each line is rounded once; a half goes up."),
    "terms.say.rounding_half_even": _("Each line is rounded once; a half goes to the even digit."),
    "terms.say.rounding_down": _("Each line is rounded down once."),
}

MESSAGES: dict[str, Promise] = {**WRONG, **OPEN, **SAY}
