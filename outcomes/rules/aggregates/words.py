"""The closed words of register figures."""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """Whose figures they are: those served, a comparison group, and both in the time before."""

    PARTICIPANTS = "participants"
    BEFORE = "before"
    COMPARISON = "comparison"
    COMPARISON_BEFORE = "comparison_before"


EARLIER = frozenset({Group.BEFORE, Group.COMPARISON_BEFORE})


class AggregateState(StrEnum):
    """How far delivered figures have come; it follows from what was done with them."""

    DELIVERED = "delivered"
    SIGNED = "signed"
    QUERIED = "queried"
    VERIFIED = "verified"
    REJECTED = "rejected"
    REPLACED = "replaced"


class DeliveryStatus(StrEnum):
    """How far a delivery that the parties agreed on has come."""

    NOT_DUE = "not_due"
    DUE = "due"
    LATE = "late"
    TO_SIGN = "to_sign"
    TO_VERIFY = "to_verify"
    TO_MEND = "to_mend"
    DONE = "done"
