"""The REST interface described as a page, drawn from the same schema that machines read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

METHODS = ("get", "post", "put", "patch", "delete")
ARRAY = "array"


@dataclass(frozen=True)
class Field:
    """One parameter or field of a body."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    key: str
    method: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, tuple[Field, ...]], ...]


@login_required
@require_safe
def api_documentation(request: HttpRequest) -> HttpResponse:
    """Every address of the REST interface with what it takes and gives."""
    return page(request, "portal/api_documentation.html", {"groups": _groups()})


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[str, str, tuple[Operation, ...]], ...]:
    """Operations by noun. The schema does not change while the process runs."""
    schema = _schema()
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                noun = next(iter(methods[method].get("tags", [])), "")
                found.setdefault(noun, []).append(_operation(schema, path, method, methods[method]))
    return tuple((noun, slugify(noun), tuple(found[noun])) for noun in sorted(found))


def _schema() -> Mapping[str, Any]:
    generator: Any = SchemaGenerator
    found: Mapping[str, Any] = generator().get_schema(request=None, public=True)
    return found


def _operation(
    schema: Mapping[str, Any], path: str, method: str, stated: Mapping[str, Any]
) -> Operation:
    body = stated.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        key=slugify(stated.get("operationId", f"{method} {path}")),
        method=method.upper(),
        path=path,
        text=stated.get("description", "") or stated.get("summary", ""),
        parameters=tuple(
            Field(
                one["name"],
                _kind(schema, one.get("schema", {})),
                one.get("required", False),
                one.get("description", ""),
            )
            for one in stated.get("parameters", ())
        ),
        body=tuple(_fields(schema, body.get("schema", {}))),
        answers=tuple(_answers(schema, stated)),
    )


def _answers(
    schema: Mapping[str, Any], stated: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[Field, ...]]]:
    for status, answer in stated.get("responses", {}).items():
        content = answer.get("content", {}).get("application/json", {})
        yield status, tuple(_fields(schema, content.get("schema", {})))


def _fields(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of an object, or of the objects of a page of results."""
    stated = _resolved(schema, part)
    if stated.get("type") == ARRAY:
        stated = _resolved(schema, stated["items"])
    rows = stated.get("properties", {}).get("results")
    if rows:
        stated = _resolved(schema, rows["items"])
    for name, one in stated.get("properties", {}).items():
        required = name in stated.get("required", ())
        yield Field(name, _kind(schema, one), required, one.get("description", ""))


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    name = part.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schema["components"]["schemas"][name] if name else part
    return found


def _kind(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """A type in the words of the schema: string (uuid), integer, array of Party."""
    if "$ref" in part:
        named = _resolved(schema, part)
        return " | ".join(map(str, named["enum"])) if "enum" in named else _name(part)
    if part.get("type") == ARRAY:
        return f"array of {_kind(schema, part.get('items', {}))}"
    inside = [one for key in ("allOf", "oneOf", "anyOf") for one in part.get(key, ())]
    if inside:
        return " | ".join(_kind(schema, one) for one in inside)
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    kind = part.get("type", "object")
    return f"{kind} ({part['format']})" if "format" in part else str(kind)


def _name(part: Mapping[str, Any]) -> str:
    return str(part["$ref"]).rpartition("/")[2]
