"""What is measured in the demo town: entries of the portal's own library."""

from __future__ import annotations

from contracts import services
from sibportal.accounts.models import User

PERMANENT_WORK = "permanent_employment"
WELLBEING = "wellbeing_scale"
ATTENDANCE = "school_attendance"
COPING = "everyday_coping"
PLACEMENT_DAYS = "child_welfare_days"
STRENGTHS = "sdq_total"


def pick_metrics(actor: User) -> None:
    """Take every metric that the three contracts name into use."""
    for code in (PERMANENT_WORK, WELLBEING, ATTENDANCE, COPING, PLACEMENT_DAYS, STRENGTHS):
        services.pick_metric(actor=actor, code=code)
