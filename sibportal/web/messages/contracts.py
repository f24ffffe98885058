"""Sentences for the codes of contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "contracts.ends_before_start": _("The end must be later than the start."),
    "contracts.period_months": _("A reporting period has %(least)s to %(most)s months."),
    # The frame
    "contracts.case_number_missing": _("A decision has a case number. Write it too."),
    "contracts.closed": _("The contract is closed. Nothing in it changes any more."),
    "contracts.code_form": _(
        "Write 2 to 30 letters, digits and hyphens, beginning with a letter or digit."
    ),
    "contracts.code_taken": _("There is a contract called %(value)s already. Choose another name."),
    "contracts.currency": _("The portal has no contracts in %(value)s."),
    "contracts.decided_in_future": _("The decision date is in the future."),
    "contracts.fixed_by_terms": _(
        "This is fixed once terms wait for agreement or are agreed. Draft a new contract instead."
    ),
    "contracts.one_line": _("Write one line of at most %(longest)s characters."),
    "contracts.out_of_range": _("Write a number from %(least)s to %(most)s."),
    "contracts.place_missing": _("Write the place."),
    "contracts.time_zone": _("There is no time zone called %(value)s."),
    "contracts.title_missing": _("Write a title in at least one language."),
    "contracts.too_long": _("A contract lasts at most %(years)s years. Check the dates."),
    # Parties
    "contracts.co_payer_kind": _("A co-payer is a public body or a fund."),
    "contracts.key_form": _("Write lower-case letters, digits, hyphens and underscores only."),
    "contracts.key_taken": _("Another party is called %(key)s in these days. Choose another key."),
    "contracts.last_of_role": _(
        "Nobody would play this role after that day. Name a successor, or add another party first."
    ),
    "contracts.organisation_is_verifier": _(
        "This organisation is the contract's verifier. A verifier holds no other role."
    ),
    "contracts.party_after_contract": _("The contract ends on %(end)s, before this day."),
    "contracts.party_ended_already": _("The role ends on %(day)s already. Choose an earlier day."),
    "contracts.party_ends_before_start": _("The end must be later than the start of the role."),
    "contracts.party_twice": _("The organisation has this role in these days already."),
    "contracts.payer_in_terms": _(
        "The agreed terms name the payer %(key)s. Name a successor instead of ending the role."
    ),
    "contracts.payer_is_public": _(
        "The payer is a municipality, a wellbeing services county or a state agency."
    ),
    "contracts.role_needs_end": _("This role is given for a time. Write when it ends."),
    "contracts.succeeded_already": _("This party has a successor already."),
    "contracts.succeeds_itself": _("An organisation cannot succeed itself."),
    "contracts.succession_before_start": _("The role starts on %(day)s. Choose a later day."),
    "contracts.succession_document_missing": _("Name the document of the succession."),
    "contracts.terms_wait": _(
        "Terms wait for the parties' agreement. Take them back to draft before a role ends."
    ),
    "contracts.verifier_has_other_role": _(
        "This organisation has another role in the contract. A verifier holds no other role."
    ),
    # Terms
    "contracts.amendment_day_open": _("Choose the day from which the amendment holds."),
    "contracts.amendment_day_passed": _(
        "Periods from %(day)s on may be closed already. Take the terms back to draft and choose a"
        " later day."
    ),
    "contracts.amendment_mid_period": _(
        "Choose the first day of a reporting period, for example %(day)s."
    ),
    "contracts.amendment_reason_long": _("Write the reason in at most %(most)s characters."),
    "contracts.amendment_reason_open": _("Write why the terms are amended."),
    "contracts.amendment_scope_open": _("Choose whom the amendment concerns."),
    "contracts.amendment_too_early": _("Choose %(first)s or a later day."),
    "contracts.another_proposed": _(
        "Version %(version)s waits for agreement. The parties are asked about one version at a"
        " time."
    ),
    "contracts.base_changed": _(
        "Version %(version)s of the terms was agreed after this draft was begun. Carry the draft"
        " over onto it; nothing that you wrote is lost."
    ),
    "contracts.draft_changed": _(
        "The draft was changed elsewhere while you wrote. What you typed is still here and is not"
        " saved. Look at the other draft first: if you save again, yours takes its place."
    ),
    "contracts.base_is_current": _(
        "The draft rests on the terms last agreed. Nothing to carry over."
    ),
    "contracts.draft_exists": _(
        "There is a draft of the terms already. Go on with it, or withdraw it first."
    ),
    "contracts.nothing_to_amend": _("Nothing has been agreed yet. Write the first terms instead."),
    "contracts.agreement_not_needed": _("These terms do not need this agreement."),
    "contracts.no_fund_manager": _("The terms pay a fund manager, and the contract has none."),
    "contracts.no_investor": _("The terms pay an investor, and the contract has none."),
    "contracts.no_lead_provider": _("The contract needs a lead provider. Add the party."),
    "contracts.no_payer": _("The contract needs a payer. Add the party."),
    "contracts.no_verifier": _("The contract needs a verifier. Add the party."),
    "contracts.not_your_party": _("You are not an approver of this party's organisation."),
    "contracts.terms_changed": _(
        "The terms have changed since you opened this page. Read them as they are now."
    ),
    "contracts.terms_start": _(
        "A new version takes effect on %(first)s at the earliest and before %(end)s."
    ),
    # Documents and key custody
    "contracts.custody_order": _("Custody is recorded from %(day)s on. Choose that day or later."),
    "contracts.custody_same": _("The key lies there already."),
    "contracts.file_empty": _("The file is empty. Choose another one."),
    "contracts.file_kind": _(
        "This is not a PDF, PNG, JPEG, ODT or DOCX file, or it holds macros. Save it as PDF."
    ),
    "contracts.file_too_large": _("A document has at most %(megabytes)s MB."),
    # The course of a contract
    "contracts.turn_in_future": _(
        "This day lies in the future. Choose today (%(day)s) or earlier."
    ),
    "contracts.outside_frame": _("This day lies outside the contract."),
    "contracts.reason_too_short": _("Write the reason in at least %(least)s characters."),
    "contracts.turn_before_last": _(
        "The change before this one was on %(day)s. Choose that day or later."
    ),
    "contracts.end_needs_cause": _("The contract runs to %(day)s. Say why it ends before."),
    "contracts.claims_open": _(
        "These claims are not settled yet: %(claims)s. Settle or replace them first."
    ),
    "contracts.periods_open": _(
        "%(count)s periods that have ended are not closed and claimed yet."
    ),
    "contracts.metric_not_in_terms": _("The terms in force do not rest on this metric."),
    "contracts.metric_in_terms_already": _("The terms measure this metric already."),
    "contracts.suspect_already": _("This metric is under suspicion already."),
    "contracts.suspicion_own": _(
        "You raised this suspicion yourself. Somebody else has to look into it."
    ),
    "contracts.suspicion_cleared": _("This suspicion has been cleared already."),
    "contracts.turn.suspended": _("The contract is suspended from %(day)s."),
    "contracts.turn.resumed": _("The contract goes on from %(day)s."),
    "contracts.turn.ended": _("The contract ended on %(day)s."),
    "contracts.cause.too_few_enrolled": _("Too few people have been enrolled."),
    "contracts.cause.provider_unable": _("The provider cannot give the service."),
    "contracts.cause.disruption": _("Something outside the contract disturbs it."),
    "contracts.cause.dispute": _("The parties disagree."),
    "contracts.cause.other": _("Another cause."),
    "contracts.cause.payer_ends": _("The payer ends it."),
    "contracts.cause.provider_fails": _("The provider does not keep the contract."),
    "contracts.cause.investor_ends": _("The investor ends it."),
    "contracts.cause.force_majeure": _("It has become impossible through nobody's fault."),
    "contracts.cause.mutual": _("All parties agree to end it."),
    # What happened, for the history of a contract
    "history.agreement.given": _(
        "Agreed to version %(version)s of the terms for %(organisation)s (%(role)s)"
    ),
    "history.metric.suspected": _("Marked the metric %(metric)s as suspect from %(on)s"),
    "history.metric.cleared": _("Cleared the metric %(metric)s"),
    "history.contract.suspended": _("Suspended the contract from %(on)s"),
    "history.contract.resumed": _("Let the contract go on from %(on)s"),
    "history.contract.ended": _("Ended the contract on %(on)s"),
    "history.contract.created": _("Created the contract %(code)s for %(organisation)s"),
    "history.contract.started": _(
        "The contract came into force with %(periods)s reporting periods"
    ),
    "history.contract.updated": _("Changed the facts of the contract"),
    "history.document.added": _("Added the document %(title)s"),
    "history.key_custody.recorded": _(
        "Recorded custody of the key to the codes from %(valid_from)s: %(custodian)s"
    ),
    "history.party.added": _("Added %(organisation)s as %(role)s from %(valid_from)s"),
    "history.party.ended": _(
        "Ended the role of %(organisation)s (%(role)s), from %(valid_until)s on"
    ),
    "history.party.succeeded": _(
        "%(organisation)s takes over from %(before_organisation)s (%(role)s) on %(valid_from)s: "
        "%(document)s"
    ),
    "history.terms.agreed": _("Version %(version)s of the terms is agreed and final (%(digest)s)"),
    "history.terms.drafted": _("Drafted version %(version)s of the terms"),
    "history.terms.edited": _("Edited version %(version)s of the terms"),
    "history.terms.proposed": _("Laid version %(version)s of the terms before the parties"),
    "history.terms.reopened": _("Took version %(version)s of the terms back to draft"),
    "history.terms.withdrawn": _("Withdrew version %(version)s of the terms"),
    # Amendments
    "amending.cohort_together": _(
        "%(outcome)s is decided by the whole cohort, so it has no earlier and later part. Let the"
        " amendment concern all that is open and unpaid."
    ),
    "amending.composite_together": _(
        "%(outcome)s is made of parts that one person can reach before and after the day. Let the"
        " amendment concern later enrolments, or all that is open and unpaid."
    ),
    "amending.outcome_together": _(
        "%(outcome)s could be counted twice for one person, or not at all, if its measurements were"
        " divided by a day. Let the amendment concern later enrolments, or all that is open and"
        " unpaid."
    ),
    "amending.term_together": _(
        "%(term)s pays one sum for everybody together, so it has no earlier and later part. Let the"
        " amendment concern all that is open and unpaid, or leave this payment as it is and add an"
        " outcome and a payment of their own for those who enrol later."
    ),
}
