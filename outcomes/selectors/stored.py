"""Issues and findings as JSON and back: what was found is kept as codes, and said when read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sibportal.kernel.errors import Issue


def pack(params: Mapping[str, object]) -> dict[str, Any]:
    """Params of a code as JSON values that `unpack` reads back equal."""
    return {name: _packed(value) for name, value in params.items()}


def unpack(stored: Mapping[str, Any]) -> dict[str, object]:
    """The params that `pack` wrote."""
    return {name: _unpacked(value) for name, value in stored.items()}


def pack_issue(line: int, participant: str, issue: Issue) -> dict[str, Any]:
    """One issue of one row of a file."""
    return {
        "line": line,
        "participant": participant,
        "code": issue.code,
        "field": issue.field,
        "value": issue.value,
        "params": pack(issue.params),
    }


def unpack_issue(stored: Mapping[str, Any]) -> Issue:
    """The issue that `pack_issue` wrote."""
    return Issue(stored["code"], stored["field"], stored["value"], unpack(stored["params"]))


def _packed(value: object) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return {"languages": dict(value)}
    return value if isinstance(value, bool | int | str | None) else str(value)


def _unpacked(value: Any) -> object:
    if isinstance(value, dict) and "languages" in value:
        return value["languages"]
    if isinstance(value, dict):
        return (
            Decimal(value["decimal"]) if "decimal" in value else date.fromisoformat(value["date"])
        )
    return value
