"""What people change about themselves."""

from __future__ import annotations

from django.db import transaction

from sibportal.accounts import rules
from sibportal.accounts.models import User
from sibportal.audit import services as audit


@transaction.atomic
def save_profile(*, actor: User, name: str, language: str, receives_reminders: bool) -> User:
    """Change one's own name, language and reminders; the address is the administrator's matter."""
    user = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    wanted = {
        "name": rules.require_name(name),
        "language": language,
        "receives_reminders": receives_reminders,
    }
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    if changed:
        for field in changed:
            setattr(user, field, wanted[field])
        user.save(update_fields=changed)
        audit.record(
            actor=user, action="user.profile_changed", target=user, after={"fields": changed}
        )
    return user
