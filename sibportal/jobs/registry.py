"""Who does what: the domain apps, which this app never imports, put their work in from `ready()`.

A handler does one kind of job; a sweep looks for what has become due and enqueues it; a reminder
text says, in the reader's language, what a reminder of its kind is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from sibportal.jobs.models import Job

Handler = Callable[["Job"], None]
Sweep = Callable[[], None]
ReminderText = Callable[[int], str]
ContractCodes = Callable[[Iterable[UUID]], Mapping[UUID, str]]
Waker = Callable[[UUID], None]

_handlers: dict[str, Handler] = {}
_sweeps: list[Sweep] = []
_reminder_texts: dict[str, ReminderText] = {}
_contract_codes: list[ContractCodes] = []
_wakers: list[Waker] = []

T = TypeVar("T")


def register(kind: str, handler: Handler) -> None:
    """`handler(job)` does the jobs of `kind`, inside the transaction that also ends the job.

    It must do nothing where its work is already done: a job may be delivered more than once.
    """
    _put(_handlers, kind, handler)


def handler_for(kind: str) -> Handler:
    """The handler of `kind`; LookupError where no app registered one."""
    return _handlers[kind]


def register_sweep(discover: Sweep) -> None:
    """`discover()` is called every minute and enqueues what is due; it may run twice at once."""
    if discover not in _sweeps:
        _sweeps.append(discover)


def sweeps() -> tuple[Sweep, ...]:
    """What to call on each sweep, in the order of registration."""
    return tuple(_sweeps)


def register_reminder(kind: str, text: ReminderText) -> None:
    """`text(count)` says what is due, such as "3 measurements are due", in the active language."""
    _put(_reminder_texts, kind, text)


def reminder_text(kind: str) -> ReminderText:
    """The text of reminders of `kind`; LookupError where no app registered one."""
    return _reminder_texts[kind]


def register_contract_codes(lookup: ContractCodes) -> None:
    """`lookup(ids)` gives the short names of contracts, for the mails."""
    _contract_codes[:] = [lookup]


def contract_codes(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The short names of contracts by id."""
    return _contract_codes[0](ids) if _contract_codes else {}


def register_waker(waker: Waker) -> None:
    """`waker(job_id)` tells a worker that a job waits; services know no broker."""
    _wakers[:] = [waker]


@contextmanager
def nobody_woken() -> Iterator[None]:
    """For a command that enqueues many jobs at once: they wait for the next sweep."""
    waiting, _wakers[:] = list(_wakers), []
    try:
        yield
    finally:
        _wakers[:] = waiting


def wake(job_id: UUID) -> None:
    """Tell a worker that a job waits; a lost call costs a minute, until the sweep."""
    for waker in _wakers:
        waker(job_id)


def _put(table: dict[str, T], kind: str, entry: T) -> None:
    if table.get(kind, entry) is not entry:
        raise ValueError(f"Two apps registered {kind!r}.")
    table[kind] = entry
