"""What is compared with the table: one's own contract, another municipality's, and mixtures."""

from __future__ import annotations

import csv
from pathlib import Path
from zlib import crc32

from tests.permissions import probing
from tests.permissions.probing import (
    ANONYMOUS,
    HIDDEN,
    NO,
    PEOPLE,
    REFUSED,
    SIGN_IN,
    YES,
    Answer,
    Visitor,
)
from tests.permissions.routes import Route, routes
from tests.permissions.world import Side

TABLE = Path(__file__).with_name("permissions.csv")
NOTHING_NAMED = "–"
PLAIN, HTMX = False, True
ASKED_OF_THE_WELCOME = 3
Row = dict[str, str]

# Public bodies that write contracts find every organisation in the register, and may do nothing
# with the others there.
REGISTER = "accounts:organisation-detail"
SEES_REGISTER = {"preparer", "administrator", "outsider"}

# What a role may not read anywhere, although it takes part in the contract.
NO_MONEY = frozenset(
    {
        "payer case worker", "administrator", "provider case worker", "provider approver",
        probing.PARTNER, probing.PARTNER_OTHER, "verifier",
    }
)  # fmt: skip
NO_PARTICIPANTS = frozenset(
    {
        "approver", "administrator", "provider approver", "investor reader",
        "fund manager preparer", probing.INTEGRATION,
    }
)  # fmt: skip


def table() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROUTES = routes()
ROWS = table()


def once(row: Row, column: str) -> tuple[bool, ...]:
    """A refusal is asked for as htmx asks, which draws no page around it. What is shown or done is
    asked for as a page, by a few of those who may, in turn: tests/torture asks all of them."""
    if row[column] != YES:
        return (HTMX,) if not ROUTES[row["route"]].is_api else (PLAIN,)
    welcome = [other for other in PEOPLE if row[other] == YES]
    place = (welcome.index(column) + _turn(row)) % len(welcome)
    return (PLAIN,) if place < ASKED_OF_THE_WELCOME else ()


def both_ways(row: Row, _column: str) -> tuple[bool, ...]:
    """With and without the htmx header; REST knows none."""
    return (PLAIN,) if ROUTES[row["route"]].is_api else (PLAIN, HTMX)


def own_contract(sides: tuple[Side, Side], column: str, *, every_way: bool) -> list[str]:
    """Where the answers in one's own contract differ from the table, or show too much."""
    home, away = sides
    visitor = Visitor(column, home)
    forbidden = probing.marks_of(home if column == "outsider" else away) | _unread(column, home)
    ways = both_ways if every_way else once
    surprises = []
    for row in ROWS:
        for hx in ways(row, column):
            answer = visitor.ask(ROUTES[row["route"]], row["method"], home, hx=hx)
            if answer.word != row[column]:
                surprises.append(_surprise(row, row[column], answer, hx=hx))
            surprises += _leaks(row, answer, forbidden)
    return surprises


def other_municipality(sides: tuple[Side, Side], column: str, *, every_way: bool) -> list[str]:
    """Where somebody of the home side gets anything of the foreign one."""
    home, away = sides
    if column == "outsider":  # Eve is at home on the foreign side: her own contract is asked above
        return []
    visitor = Visitor(column, home)
    forbidden = probing.marks_of(away)
    surprises = []
    for row in ROWS:
        if row["foreign"] == NOTHING_NAMED or not (every_way or _asks_abroad(row, column)):
            continue
        route = ROUTES[row["route"]]
        for hx in (PLAIN, HTMX) if every_way and not route.is_api else (not route.is_api,):
            answer = visitor.ask(route, row["method"], away, hx=hx)
            expected = _expected_of_strangers(row, column, route)
            if answer.word not in expected:
                surprises.append(_surprise(row, " or ".join(sorted(expected)), answer, hx=hx))
            surprises += _leaks(row, answer, forbidden)
    return surprises


def _asks_abroad(row: Row, column: str) -> bool:
    """Whoever may do the thing at home asks for it abroad, and of the others one, in turn."""
    barred = [other for other in PEOPLE if row[other] not in (YES, REFUSED)]
    return column not in barred or column == barred[_turn(row) % len(barred)]


def _turn(row: Row) -> int:
    return crc32(f"{row['method']} {row['route']}".encode())


def other_methods(home: Side) -> list[str]:
    """Methods that the table does not know and an address answers all the same."""
    preparer = Visitor("preparer", home)
    surprises = []
    for name, route in ROUTES.items():
        listed = {row["method"] for row in ROWS if row["route"] == name}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - listed if listed else ():
            answer = preparer.ask(route, method, home)
            if answer.word != probing.NO_METHOD:
                surprises.append(f"{method} {name}: {answer.status}")
    return surprises


def _unread(column: str, home: Side) -> set[str]:
    unread = set(probing.names())
    if column in NO_MONEY:
        unread |= probing.amounts_of(home)
    if column in NO_PARTICIPANTS:
        unread |= probing.codes_of(home.by_lead) | probing.codes_of(home.by_partner)
    if column in (probing.PARTNER, probing.PARTNER_OTHER):
        unread |= probing.codes_of(home.by_lead)
    return unread


def _leaks(row: Row, answer: Answer, forbidden: set[str]) -> list[str]:
    if row["route"] == "cohorts:identity-show":
        forbidden = forbidden - probing.names()
    return [f"{row['method']} {row['route']} shows {mark}" for mark in answer.shows(forbidden)]


def _expected_of_strangers(row: Row, column: str, route: Route) -> set[str]:
    """Hidden; whoever may not do such a thing at all may hear no, where nothing is named."""
    if row[column] == SIGN_IN or column == ANONYMOUS:
        return {row[column]}
    if route.name.startswith("accounts:organisation") and column in SEES_REGISTER:
        return {YES} if route.name == REGISTER else {NO}
    if route.name.startswith(("accounts:member", "accounts:service-account")):
        return {NO} if column in SEES_REGISTER else {HIDDEN}
    return {HIDDEN} if route.arguments else {row["foreign"], NO}


def _surprise(row: Row, expected: str, answer: Answer, *, hx: bool) -> str:
    asked = f"{row['method']} {row['route']}{' by htmx' if hx else ''}"
    return f"{asked}: {answer.word} ({answer.status}), expected {expected}"
