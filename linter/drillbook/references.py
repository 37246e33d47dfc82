"""A value and its schema -> every name in it that refers to something else. Pure.

The schemas say which texts are names and of what, with the keyword ``x-refers-to``; nothing here knows a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from drillbook import resources
from drillbook.finding import Place

KEYWORD = "x-refers-to"
EXCEPT = "x-except"
"""Words that name nothing although a name may stand there: ``end``, ``owner``, ``people``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name at a place: ``to`` is what it names (``team``, ``step``); ``on_key`` when the name is a mapping's key."""

    to: str
    name: str
    at: Place
    on_key: bool = False


def references(schema: str, value: object) -> Iterator[Reference]:
    """The references in ``value`` by the schema with a short name, in the order of the value."""
    root = resources.schemas()[schema]
    yield from _walk(root, str(root["$id"]), value, ())


def _walk(schema: Mapping[str, Any], base: str, value: object, at: Place) -> Iterator[Reference]:
    if KEYWORD in schema and isinstance(value, str) and value not in schema.get(EXCEPT, ()):
        yield Reference(str(schema[KEYWORD]), value, at)
    if "$ref" in schema:
        target, where = _resolve(base, str(schema["$ref"]))
        yield from _walk(target, where, value, at)
    for part in schema.get("allOf", ()):
        yield from _walk(part, base, value, at)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from _walk(schema["items"], base, item, (*at, index))
    if isinstance(value, dict):
        for name, inner in value.items():
            keys = schema.get("propertyNames")
            if isinstance(keys, dict):
                for named in _walk(keys, base, name, (*at, name)):
                    yield Reference(named.to, name, named.at, on_key=True)
            below = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(below, dict):
                yield from _walk(below, base, inner, (*at, name))


@cache
def _resolve(base: str, reference: str) -> tuple[Mapping[str, Any], str]:
    where, _, pointer = reference.partition("#")
    where = where or base
    schema: Any = _by_id()[where]
    for part in pointer.split("/")[1:]:
        schema = schema[part]
    return schema, where


@cache
def _by_id() -> Mapping[str, Any]:
    return {str(schema["$id"]): schema for schema in resources.schemas().values()}
