"""A value and its schema -> every name in it that refers to something else. Pure.

The schemas say which texts are names and of what, with the keyword ``x-refers-to``; nothing here knows a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


def references(schema: str, value: object) -> list[Reference]:
    """The references in ``value`` by the schema with a short name, in the order of the value."""
    found: list[Reference] = []
    _walk(_compiled(schema), value, (), found)
    return found


@dataclass(slots=True)
class _Node:
    """What a schema says about references, and nothing else; branches without any are left out."""

    to: str = ""
    besides: tuple[str, ...] = ()
    items: _Node | None = None
    keys: _Node | None = None
    properties: dict[str, _Node] = field(default_factory=dict)
    others: _Node | None = None

    def __bool__(self) -> bool:
        return bool(self.to or self.items or self.keys or self.properties or self.others)


def _walk(node: _Node, value: object, at: Place, found: list[Reference]) -> None:
    kind = type(value)
    if kind is str:
        if node.to and value not in node.besides:
            found.append(Reference(node.to, str(value), at))
    elif isinstance(value, list):
        if node.items:
            for index, item in enumerate(value):
                _walk(node.items, item, (*at, index), found)
    elif isinstance(value, dict):
        properties, others, keys = node.properties, node.others, node.keys
        for name, inner in value.items():
            if keys and keys.to and name not in keys.besides:
                found.append(Reference(keys.to, name, (*at, name), on_key=True))
            below = properties.get(name, others)
            if below is not None:
                _walk(below, inner, (*at, name), found)


@cache
def _compiled(schema: str) -> _Node:
    root = resources.schemas()[schema]
    return _node(root, str(root["$id"]))


def _node(schema: Mapping[str, Any], base: str) -> _Node:
    node = _Node()
    if "$ref" in schema:
        node = _node(*_resolve(base, str(schema["$ref"])))
    node.to = str(schema.get(KEYWORD, node.to))
    node.besides = tuple(schema.get(EXCEPT, node.besides))
    for key, name in (("items", "items"), ("propertyNames", "keys"), ("additionalProperties", "others")):
        if isinstance(schema.get(key), dict) and (below := _node(schema[key], base)):
            setattr(node, name, below)
    for name, inner in schema.get("properties", {}).items():
        if below := _node(inner, base):
            node.properties[name] = below
        elif node.others:
            node.properties[name] = _Node()
    return node


def _resolve(base: str, reference: str) -> tuple[Mapping[str, Any], str]:
    where, _, pointer = reference.partition("#")
    where = where or base
    schema: Any = next(each for each in resources.schemas().values() if each["$id"] == where)
    for part in pointer.split("/")[1:]:
        schema = schema[part]
    return schema, where
