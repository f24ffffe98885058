"""What the editor's inputs are called, and the tree that their names make.

`payment_terms-0-price-kind` is the entry payment_terms[0].price.kind of the terms. A leaf of the
tree is the list of texts posted under its name; rows are numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from contracts.rules.terms.words import Language

Leaf = list[str]
Node = dict[str, Any]  # name or number -> Node or Leaf

ROW = "row"
NEW, KEPT = "new", "kept"
DEEPEST = 9
MOST_ROWS = 60
LONGEST_NAME = 120
# What a new row has in common with the one before it: rate cards and ladders repeat themselves.
ALIKE = {
    "outcomes": ("what", "points", "condition-kind", "quantity-kind"),
    "payment_terms": ("measure-kind", "price-kind", "timing", "assessment_on"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*", re.ASCII)


def nested(posted: Iterable[tuple[str, list[str]]]) -> Node:
    """The tree of what was posted; names that cannot be entries of terms are left out."""
    root: Node = {}
    for name, texts in posted:
        parts = name.split("-")
        if len(name) > LONGEST_NAME or len(parts) > DEEPEST or not _NAME.fullmatch(name):
            continue
        node: Any = root
        for part in parts[:-1]:
            node = node.setdefault(part, {}) if isinstance(node, dict) else None
        if isinstance(node, dict) and not isinstance(node.get(parts[-1]), dict):
            node[parts[-1]] = texts
    return root


def rows(node: Node) -> list[tuple[str, Node]]:
    """The rows of a list, in their order, with their numbers."""
    found = [(name, row) for name, row in node.items() if name.isdigit() and isinstance(row, dict)]
    return sorted(found, key=lambda entry: int(entry[0]))[:MOST_ROWS]


def flattened(node: Node, prefix: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every leaf with its full name."""
    for name, entry in node.items():
        at = f"{prefix}-{name}" if prefix else name
        if isinstance(entry, dict):
            yield from flattened(entry, at)
        else:
            yield at, entry


def first_asked(node: Node) -> list[str]:
    """The inputs that a template asks first although it answers them: what its outcomes are
    called, and whether an amount is less another."""
    return [
        f"outcomes-{number}-{name}"
        for number, row in rows(below(node, "outcomes"))
        for name in (
            *(f"title-{code}" for code in Language),
            *(("quantity-less_metric",) if below(row, "quantity") else ()),
        )
    ]


def below(node: Node, name: str) -> Node:
    """The tree below a name; an empty one where nothing is."""
    found: Any = node
    for part in name.split("-"):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def text(node: Node, name: str) -> str:
    """What is written at a name, "" where nothing is."""
    *above, last = name.split("-")
    found = (below(node, "-".join(above)) if above else node).get(last)
    return str(found[0]) if isinstance(found, list) and found else ""


def numbered_anew(node: Node) -> Node:
    """The same tree with the rows of each list counted from 0."""
    found: Node = {}
    for name, entry in node.items():
        if not isinstance(entry, dict):
            found[name] = entry
        elif not name.isdigit():
            found[name] = numbered_anew(entry)
    for number, (_name, row) in enumerate(rows(node)):
        found[str(number)] = numbered_anew(row)
    return found


# --- Rows are added, removed and moved ------------------------------------------------------------


def with_row(root: Node, name: str) -> tuple[Node, str]:
    """The tree with one more empty row in a list, and the name of the row."""
    entries = _list(root, name)
    if len(rows(entries)) >= MOST_ROWS:
        return root, name
    number = str(len(rows(entries)))
    made: Node = {ROW: [NEW], "key": [_fresh_key(root)]}
    for _before, last in rows(entries)[-1:]:
        _begin_alike(made, last, ALIKE.get(name, ()))
    entries[number] = made
    return root, f"{name}-{number}"


def _begin_alike(made: Node, last: Node, names: Iterable[str]) -> None:
    for name, texts in flattened(last):
        if name in names:
            *above, entry = name.split("-")
            (_list(made, "-".join(above)) if above else made)[entry] = [*texts]


def without_row(root: Node, name: str) -> Node:
    """The tree without a row."""
    entries, number = _entry(root, name)
    entries.pop(number, None)
    return numbered_anew(root)


def with_row_moved(root: Node, name: str, by: int) -> tuple[Node, str]:
    """The tree with a row one place earlier or later, and the row's new name."""
    entries, number = _entry(root, name)
    if not number.isdigit() or number not in entries or str(int(number) + by) not in entries:
        return root, name
    other = str(int(number) + by)
    entries[number], entries[other] = entries[other], entries[number]
    return root, f"{name.rpartition('-')[0]}-{other}"


def _list(root: Node, name: str) -> Node:
    node = root
    for part in name.split("-"):
        node = cast(Node, node.setdefault(part, {}))
    return node


def _entry(root: Node, name: str) -> tuple[Node, str]:
    above, _dash, number = name.rpartition("-")
    return below(root, above), number


_FRESH = re.compile(r"new-(\d{1,6})", re.ASCII)


def _fresh_key(root: Node) -> str:
    """A key that nothing has yet; it becomes one made of the title when the terms are saved."""
    used = [
        int(found[1])
        for _n, leaf in flattened(root)
        for one in leaf
        if (found := _FRESH.fullmatch(one))
    ]
    return f"new-{max(used, default=0) + 1}"


def is_fresh(key: str) -> bool:
    """Whether a key was given to a row that has not been saved yet."""
    return _FRESH.fullmatch(key) is not None


def renamed(document: Any, names: Mapping[str, str]) -> Any:
    """The document with keys replaced wherever they stand; titles are left alone."""
    if isinstance(document, dict):
        return {
            name: entry if name in {"title", "source"} else renamed(entry, names)
            for name, entry in document.items()
        }
    if isinstance(document, list):
        return [renamed(entry, names) for entry in document]
    return names.get(document, document) if isinstance(document, str) else document
