"""From a mapping to a frozen dataclass, by the types of its fields; every mistake by its path.

A field without a default whose type allows None, and a text without a default, is a question
that a draft may leave open; any other field without a default is required.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Hashable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from contracts.rules.terms.fields import KEY, TEXT, TITLES, Between
from contracts.rules.terms.reader import Reader

Read = TypeVar("Read")
MISSING = dataclasses.MISSING


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One entry of a dataclass: its bare type, its mark, and whether it may be left out."""

    name: str
    kind: Any
    mark: Any
    is_optional: bool
    has_default: bool


def read(reader: Reader, wanted: type[Read]) -> Read:
    """The dataclass that a mapping describes; what is wrong is remembered by the reader."""
    values = {}
    for field in fields_of(wanted):
        if field.has_default and reader.take(field.name) in (None, ""):
            continue
        values[field.name] = _value(reader, field)
    reader.finish()
    return wanted(**values)


def fields_of(wanted: type[Any]) -> tuple[Field, ...]:
    """The entries of a dataclass of the terms, in their order."""
    return _fields_of(cast(Hashable, wanted))


@functools.cache
def _fields_of(wanted: Any) -> tuple[Field, ...]:
    hints = get_type_hints(wanted, include_extras=True)
    found = []
    for field in dataclasses.fields(wanted):
        kind, mark = hints[field.name], None
        if get_origin(kind) is Annotated:
            kind, mark = get_args(kind)[:2]
        options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
        bare = next(option for option in options if option is not types.NoneType)
        if get_origin(bare) is Annotated:
            bare, mark = get_args(bare)[:2]
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        found.append(Field(field.name, bare, mark, types.NoneType in options, has_default))
    return tuple(found)


def _value(reader: Reader, field: Field) -> Any:
    kind, name = field.kind, field.name
    if field.mark == TITLES:
        return reader.titles(name)
    if get_origin(kind) is tuple:
        return _entries(reader, name, get_args(kind)[0])
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        return _words(reader.section(name), *get_args(kind))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if field.is_optional and not reader.is_given(name):
            return None
        return read(reader.section(name), kind)
    return _scalar(reader, field)


def _scalar(reader: Reader, field: Field) -> Any:
    kind, name = field.kind, field.name
    if kind is str:
        return reader.key(name) if field.mark == KEY else reader.text(name)
    if kind is bool:
        return reader.flag(name)
    found: Any
    if issubclass(kind, StrEnum):
        found, otherwise = reader.word(name, kind), next(iter(kind))
    elif kind is Decimal:
        found, otherwise = reader.decimal(name), Decimal(0)
    elif kind is date:
        found, otherwise = reader.day(name), date.min
    else:
        bounds = field.mark if isinstance(field.mark, Between) else Between()
        found, otherwise = reader.whole(name, bounds.least, bounds.most), max(bounds.least, 0)
    if found is None and not field.is_optional:
        if not reader.is_given(name):
            reader.issue("terms.required", name)
        return otherwise
    return found


def _entries(reader: Reader, name: str, kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Annotated:
        mark = get_args(kind)[1]
        return reader.texts(name) if mark == TEXT else reader.keys(name)
    return reader.entries(name, lambda entry: read(entry, kind))


def _words(reader: Reader, names: type[StrEnum], kind: Any) -> dict[StrEnum, Any]:
    found = {
        name: reader.decimal(name) if kind is Decimal else reader.word(name, kind) for name in names
    }
    reader.finish()
    return {name: answer for name, answer in found.items() if answer is not None}
