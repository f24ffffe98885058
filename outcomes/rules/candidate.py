"""A measurement as it comes in through any door: texts that nobody has looked at yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A measurement as somebody gave it: texts, nothing trusted. A number of days may be given by
    the first and the last of them."""

    participant: str = ""
    metric: str = ""
    point: str = ""
    measured_on: str = ""
    value: str = ""
    not_reached_reason: str = ""
    contact_attempts: str = ""
    evidence_source: str = ""
    evidence_location: str = ""
    note: str = ""
    correction_reason: str = ""
    first_day: str = ""
    last_day: str = ""

    @property
    def has_result(self) -> bool:
        """Whether anything was given as the result."""
        return bool(self.value.strip() or self.first_day.strip() or self.last_day.strip())
