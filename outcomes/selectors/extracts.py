"""Coded rows of a data holder: what they are held against, the file that waits, the rows kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.models import ReportingPeriod
from contracts.selectors import today
from outcomes.models import Aggregate, AggregateRow, ExtractFile
from outcomes.rules.aggregates import extract, extract_file
from outcomes.rules.aggregates.extract import Asked, CodedRow
from outcomes.rules.aggregates.figures import GroupFigures
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.words import Group
from outcomes.selectors.aggregates import values_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


def asked(period: ReportingPeriod, need: Need) -> Asked:
    """What coded rows of one outcome and period are held against."""
    return Asked(need, today(period.contract), values_of(need))


def waiting(viewer: Viewer, file_id: UUID) -> ExtractFile:
    """A file that `viewer` may deliver."""
    rows = ExtractFile.objects.select_related("delivery__holder__organisation", "period__contract")
    return access.get(rows, viewer, Action.DELIVER_AGGREGATE, pk=file_id)


def counted(file: ExtractFile, need: Need) -> tuple[GroupFigures, ...]:
    """The figures of the groups in an authorised file, in the period's days."""
    period = file.period
    found = extract_file.read_file(bytes(file.content), asked(period, need))
    days = (period.contract.starts_on, period.ends_on)
    return extract.count(found.rows, dict.fromkeys(Group, days))


def rows_of(row: Aggregate) -> list[AggregateRow]:
    """The coded rows of an authorised delivery, in the order of group and code."""
    order = list(Group)
    found = AggregateRow.objects.filter(aggregate=row)
    return sorted(found, key=lambda one: (order.index(Group(one.group)), one.code))


def digests(row: Aggregate) -> dict[Group, str]:
    """The digests of the rows as they are stored, by group."""
    return {
        Group(group): extract.digest(_coded(list(rows)))
        for group, rows in groupby(rows_of(row), key=lambda one: one.group)
    }


def _coded(rows: Sequence[AggregateRow]) -> list[CodedRow]:
    return [
        CodedRow(Group(one.group), one.code, one.reached, one.events, one.value) for one in rows
    ]
