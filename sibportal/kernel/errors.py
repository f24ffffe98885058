"""What can go wrong in the domain: codes and parameters, never sentences.

`sibportal/web/messages` turns a code into a sentence in the reader's language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to mend: what (code), where (field, a path such as payment_terms[0].gate.value)
    and the offending value as it was given."""

    code: str
    field: str = ""
    value: str = ""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """An error that a person can understand: a code and what fills its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class RuleViolation(DomainError):  # noqa: N818 - the name is what happened
    """The input breaks a rule. Raise with issues, or with a code for a single one."""

    def __init__(
        self, problem: str | Issue | Iterable[Issue], *, field: str = "", **params: object
    ) -> None:
        if isinstance(problem, str):
            problem = Issue(problem, field=field, params=params)
        if isinstance(problem, Issue):
            problem = (problem,)
        self.issues: tuple[Issue, ...] = tuple(problem)
        if not self.issues:
            raise ValueError("A rule violation names at least one issue.")
        super().__init__(self.issues[0].code, **self.issues[0].params)

    def __str__(self) -> str:
        # Codes and paths only: a value may be personal and this text reaches the log.
        return "; ".join(f"{issue.field} {issue.code}".strip() for issue in self.issues)


class InvalidTransition(DomainError):  # noqa: N818 - the name is what happened
    """The thing is in a state from which this step does not lead on."""

    def __init__(self, current: str, target: str) -> None:
        super().__init__("kernel.invalid_transition", current=current, target=target)


class NotAllowed(DomainError):  # noqa: N818 - the name is what happened
    """The actor sees the thing and may not do this to it."""

    def __init__(self, code: str = "kernel.not_allowed", **params: object) -> None:
        super().__init__(code, **params)


class NotVisible(DomainError):  # noqa: N818 - the name is what happened
    """For this actor the thing does not exist."""

    def __init__(self, code: str = "kernel.not_visible", **params: object) -> None:
        super().__init__(code, **params)
