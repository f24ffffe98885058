"""Writes of the accounts app: organisations, their members, one's own profile, tokens."""

from sibportal.accounts.services.invitations import (
    INVITATION,
    PASSWORD_LINK,
    password_link,
    send_invitation,
    send_password_link,
    send_password_link_mail,
)
from sibportal.accounts.services.members import (
    deactivate_member,
    invite_member,
    set_member_roles,
)
from sibportal.accounts.services.organisations import (
    add_first_administrator,
    create_organisation,
    rename_organisation,
    system_user,
)
from sibportal.accounts.services.profile import save_profile
from sibportal.accounts.services.second_step import (
    SECOND_STEP_REMOVED,
    remove_second_step,
    remove_second_step_by_operator,
    send_second_step_removed,
)
from sibportal.accounts.services.tokens import (
    NewToken,
    create_service_account,
    create_token,
    note_use_of_token,
    revoke_token,
)

__all__ = [
    "INVITATION",
    "PASSWORD_LINK",
    "SECOND_STEP_REMOVED",
    "NewToken",
    "add_first_administrator",
    "create_organisation",
    "create_service_account",
    "create_token",
    "deactivate_member",
    "invite_member",
    "note_use_of_token",
    "password_link",
    "remove_second_step",
    "remove_second_step_by_operator",
    "rename_organisation",
    "revoke_token",
    "save_profile",
    "send_invitation",
    "send_password_link",
    "send_password_link_mail",
    "send_second_step_removed",
    "set_member_roles",
    "system_user",
]
