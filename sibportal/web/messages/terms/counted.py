"""What terms say of outcomes and of who counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.say.is_true": _("“%(outcome)s” is reached when the answer is yes."),
    "terms.say.at_least": _("“%(outcome)s” is reached at a value of %(value)s or more."),
    "terms.say.at_most": _("“%(outcome)s” is reached at a value of %(value)s or less."),
    "terms.say.change_at_least": _(
        "“%(outcome)s” is reached when the value has risen by at least %(value)s since the"
        " measurement point “%(baseline)s”."
    ),
    "terms.say.change_falls": _(
        "“%(outcome)s” is reached when the value has fallen by at least %(value)s since the"
        " measurement point “%(baseline)s”."
    ),
    "terms.say.change_no_lower": _(
        "“%(outcome)s” is reached when the value is no lower than at the measurement point"
        " “%(baseline)s”."
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
    "terms.say.aggregate": _(
        "The figures of “%(outcome)s” come from a register for the whole group; no single person is"
        " reported."
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
    "terms.say.verification_everyone": _("The verifier checks every measurement."),
    "terms.say.late_next_open_period": _(
        "A fact that arrives late counts in the first period still open."
    ),
    "terms.say.late_not_counted": _(
        "A fact that arrives after the period is closed is not counted."
    ),
    "terms.say.weight": _("%(part)s %(percent)s"),
    "terms.say.weighted_per_person": _(
        "“%(outcome)s” is reached when what the same person reaches weighs at least "
        "%(needed_percent)s in all: %(weights)s."
    ),
    "terms.say.quantity_total": _(
        "“%(outcome)s” is the sum of the values measured for each person."
    ),
    "terms.say.quantity_last": _("“%(outcome)s” is the latest value measured for each person."),
    "terms.say.quantity_change": _(
        "“%(outcome)s” is each person's latest value less the value at “%(baseline)s”."
    ),
    "terms.say.quantity_less": _(
        "The values of the metric %(metric)s are taken off “%(outcome)s”."
    ),
    "terms.say.quantity_most": _("One person adds at most %(most)s to “%(outcome)s”."),
    "terms.say.window_any_point": _("For “%(outcome)s” one of these measurement points is enough."),
    "terms.say.window_all_points": _(
        "“%(outcome)s” must hold at every one of these measurement points."
    ),
    "terms.say.window_some_points": _(
        "“%(outcome)s” must hold at %(needed)s or more of these measurement points."
    ),
    "terms.say.window_in_a_row": _(
        "“%(outcome)s” must hold at %(needed)s of these measurement points in a row."
    ),
    "terms.say.only_cohorts": _("“%(outcome)s” counts only people of these cohorts: %(value)s."),
    "terms.say.only_enrolled_from": _(
        "“%(outcome)s” counts only people enrolled on or after %(value)s."
    ),
    "terms.say.only_enrolled_before": _(
        "“%(outcome)s” counts only people enrolled before %(value)s."
    ),
    "terms.say.only_measured_from": _(
        "“%(outcome)s” counts only what is measured on or after %(value)s."
    ),
    "terms.say.only_measured_before": _(
        "“%(outcome)s” counts only what is measured before %(value)s."
    ),
    "terms.say.only_reached": _("“%(outcome)s” counts only people who have reached “%(value)s”."),
    "terms.say.only_not_reached": _(
        "“%(outcome)s” counts only people who have not reached “%(value)s”."
    ),
}
