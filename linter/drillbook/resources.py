"""Package data: the schemas, wherever the package was installed. Reads only what ships with Drillbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
"""Plain paths: the package is never run from an archive, and importlib.resources takes its time to load."""
_SUFFIX = ".schema.json"


def schema_folder() -> Path:
    """``drillbook/schema`` in a wheel, ``schema/`` at the top of a checkout."""
    inside = _HERE / "schema"
    return inside if inside.is_dir() else _HERE.parents[1] / "schema"


@cache
def schemas() -> Mapping[str, dict[str, Any]]:
    """Every schema of the contract by its short name (``runbook``, ``step``), in alphabetical order."""
    found = sorted(
        (entry for entry in schema_folder().iterdir() if entry.name.endswith(_SUFFIX)), key=lambda entry: entry.name
    )
    return {entry.name.removesuffix(_SUFFIX): json.loads(entry.read_text(encoding="utf-8")) for entry in found}


def schema_at(name: str, place: Iterable[str | int]) -> Mapping[str, Any]:
    """What a schema says of the value at a place of its documents; empty where it says nothing."""
    node: Mapping[str, Any] = {"$ref": str(schemas()[name]["$id"])}
    root: Mapping[str, Any] = {}
    for part in place:
        node, root = resolved(node, root)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            other = node.get("additionalProperties")
            node = node.get("properties", {}).get(part, other if isinstance(other, dict) else {})
    below, _ = resolved(node, root)
    return {**below, **node}


def resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The schema that a reference leads to, and the file it stands in; ``root`` is the file of ``node``."""
    while "$ref" in node:
        address, _, pointer = str(node["$ref"]).partition("#")
        root = next((each for each in schemas().values() if each["$id"] == address), root)
        node = root
        for part in pointer.split("/")[1:]:
            node = node[part]
    return node, root


def schema_text(name: str) -> str:
    """A schema's file as it was written."""
    return (schema_folder() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def rule_folder(name: str) -> Path:
    """The folder of a rule by its public name: its text and its examples."""
    return _HERE / "rules" / name.replace("-", "_")


def rule_page(name: str) -> str:
    """The rule's own page: why it matters and how to mend what it finds."""
    return (rule_folder(name) / "README.md").read_text(encoding="utf-8")
