"""Sentences for the codes of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "accounts.already_member": _(
        "%(email)s is already a member. Change the roles on the member's page."
    ),
    "accounts.business_id_check_digit": _(
        "The check digit of %(value)s does not match. Compare the number with the register."
    ),
    "accounts.business_id_form_fi": _(
        "%(value)s is not a Finnish business id. Write seven digits, a hyphen and a check digit, "
        "such as 9999990-9."
    ),
    "accounts.business_id_form_se": _(
        "%(value)s is not a Swedish organisation number. Write ten digits, such as 999900-0004."
    ),
    "accounts.business_id_is_personal": _(
        "This is a personal identity number. The portal does not keep it: use the number of a "
        "legal entity."
    ),
    "accounts.business_id_taken": _(
        "An organisation with the business id %(value)s exists already."
    ),
    "accounts.end_date_past": _("The last day %(day)s is not in the future."),
    "accounts.integration_is_no_person": _(
        "The role integration is for service accounts. Create one on the organisation's page."
    ),
    "accounts.last_administrator": _(
        "This is the last administrator without an end date. "
        "Make somebody else administrator first."
    ),
    "accounts.name_missing": _("Write a name."),
    "accounts.not_a_person": _("%(email)s belongs to a service account. Write a person's address."),
    "accounts.own_administrator": _(
        "You cannot be the administrator of an organisation that you create. Name somebody else."
    ),
    "accounts.own_role": _("Nobody gives a role to themself. Ask another administrator."),
    "accounts.own_second_step": _(
        "You cannot remove your own two-step sign-in here. Ask another administrator, or use one "
        "of your recovery codes."
    ),
    "accounts.role_missing": _("Choose at least one role."),
    "accounts.second_step_elsewhere": _(
        "This person also works for an organisation that you do not manage. Ask whoever runs the "
        "portal to remove the two-step sign-in."
    ),
    "accounts.service_account_roles": _("A service account has the role integration and no other."),
    "accounts.token_days": _("A token is valid for 1 to %(most)s days."),
    "accounts.token_owner": _("This account cannot have tokens."),
    # The roles of roles.py, for sentences that name one.
    "accounts.party_role.payer": _("Payer"),
    "accounts.party_role.co_payer": _("Co-payer"),
    "accounts.party_role.investor": _("Investor"),
    "accounts.party_role.fund_manager": _("Fund manager"),
    "accounts.party_role.project_manager": _("Project manager"),
    "accounts.party_role.lead_provider": _("Lead provider"),
    "accounts.party_role.service_partner": _("Service partner"),
    "accounts.party_role.verifier": _("Verifier"),
    "accounts.party_role.evaluator": _("Evaluator"),
    "accounts.party_role.data_holder": _("Data holder"),
    "accounts.party_role.referrer": _("Referring unit"),
    "accounts.party_role.expert": _("Expert"),
    "accounts.party_role.steering_member": _("Steering group member"),
    "accounts.party_role.auditor": _("Auditor"),
}
