"""Two wordings side by side, field by field; and a draft carried over onto a wording that changed.

Both work on documents as `to_document` writes them. Entries of a list are known by what names
them (a key, a payer, a day), so that moving one is no change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.parse import to_document

# What names an entry of a list, in the order in which it is looked for.
_NAMED_BY = (
    "key", "party", "cause", "outcome", "figure", "part", "cell", "tranche", "to",
    "valid_from", "until", "day", "reached", "at", "above", "up_to",
)  # fmt: skip
# Each wording names its own base, day and reason: not a change of what was agreed.
ABOUT_ITSELF = ("schema_version", "amendment")

Path = tuple[str, ...]


class Difference(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of either wording: a number, a text, or a list of names; None where it is not
    said. `path` names list entries by what names them: ("outcomes", "work", "count", "kind")."""

    path: Path
    before: Any
    after: Any

    @property
    def difference(self) -> Difference:
        if self.before == self.after:
            return Difference.SAME
        if self.before is None:
            return Difference.ADDED
        return Difference.REMOVED if self.after is None else Difference.CHANGED


@dataclass(frozen=True, slots=True)
class Carried:
    """A draft on its new base, and the fields that both sides had changed: `before` is what was
    agreed meanwhile, `after` the draft's own, which was kept."""

    document: dict[str, Any]
    conflicts: tuple[Field, ...]


def compare(before: TermsDocument, after: TermsDocument) -> tuple[Field, ...]:
    """Every field of two wordings, in the order of the later one; what was removed comes after
    its neighbours."""
    old, new = _fields(plain(before)), _fields(plain(after))
    paths = _merged(list(new), list(old))
    return tuple(Field(path, old.get(path), new.get(path)) for path in paths)


def plain(terms: TermsDocument) -> dict[str, Any]:
    """The document without what it says about itself."""
    document = to_document(terms)
    return {name: value for name, value in document.items() if name not in ABOUT_ITSELF}


def carry_over(base: TermsDocument, mine: TermsDocument, theirs: TermsDocument) -> Carried:
    """Work the changes of `mine` into `theirs`; both began from `base`.

    Where only one side changed a field, its wording holds; where both did, the draft's holds and
    the field is named. The outcome may contradict itself: the caller checks it.
    """
    conflicts: list[Field] = []
    document = _merge(plain(base), plain(mine), plain(theirs), (), conflicts)
    return Carried({"schema_version": to_document(theirs)["schema_version"], **document},
                   tuple(conflicts))  # fmt: skip


def _fields(node: Any, path: Path = ()) -> dict[Path, Any]:
    if isinstance(node, Mapping):
        found: dict[Path, Any] = {}
        for name, value in node.items():
            found |= _fields(value, (*path, name))
        return found
    if _is_entries(node):
        return _fields(_by_name(node), path)
    return {path: node}


def _is_entries(node: Any) -> bool:
    return isinstance(node, list) and bool(node) and all(isinstance(one, dict) for one in node)


def _by_name(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for position, entry in enumerate(entries, 1):
        named = next((str(entry[name]) for name in _NAMED_BY if name in entry), str(position))
        # Two entries of one name are told apart by their place.
        found[named if named not in found else f"{named} ({position})"] = entry
    return found


def _merged(first: list[Path], second: list[Path]) -> list[Path]:
    """All of `first` in its order; what only `second` has stands after its neighbour there."""
    merged, known = list(first), set(first)
    after: Path | None = None
    for path in second:
        if path not in known:
            place = merged.index(after) + 1 if after is not None else 0
            merged.insert(place, path)
        after = path
    return merged


_ABSENT: Any = None


def _merge(base: Any, mine: Any, theirs: Any, path: Path, conflicts: list[Field]) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _each(_mapping(base), mine, theirs, path, conflicts)
    if _is_entries(mine) and _is_entries(theirs):
        named = _by_name(base) if _is_entries(base) else {}
        entries = _each(named, _by_name(mine), _by_name(theirs), path, conflicts)
        return list(entries.values())
    conflicts.append(Field(path, theirs, mine))
    return mine


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _each(
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    path: Path,
    conflicts: list[Field],
) -> dict[str, Any]:
    names = [*theirs, *(name for name in mine if name not in theirs)]
    found = {
        name: _merge(base.get(name), mine.get(name), theirs.get(name), (*path, name), conflicts)
        for name in names
    }
    return {name: value for name, value in found.items() if value is not _ABSENT}
