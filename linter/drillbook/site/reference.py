"""The rules and the schemas -> their reference pages in Markdown. Pure but for the package's own data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from drillbook import resources
from drillbook.rule import Rule
from drillbook.site.escape import front_matter, markdown
from drillbook.site.render import render

_DEPTH = 8
_ASIDE = 0.0001
"""How much these pages count in the search: a title counts a thousandfold, and runbooks come first all the same."""
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "maxLength": "at most {} characters",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "pattern": "pattern {}",
    "format": "format {}",
}
_KINDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "keys with values",
}


def rules_page(rules: tuple[Rule, ...]) -> str:
    """The list of all rules."""
    intro = (
        "Every rule finds one kind of fault. A finding names the rule; its page says why it matters and how to mend it."
    )
    meta = front_matter(boost=_ASIDE, title="Rules", description=intro)
    return f"{meta}# Rules\n\n{intro}\n\n{render('rules.html.j2', rules=rules)}"


def rule_page(rule: Rule) -> str:
    """A rule's own text, and its examples with what the linter says of them."""
    folder = resources.rule_folder(rule.name)
    text = resources.rule_page(rule.name)
    note = f"{markdown(rule.code)}, {rule.severity}. {markdown(rule.summary)}"
    title, _, rest = text.partition("\n")
    examples = render(
        "rule.html.j2",
        before=[*_files(folder, "before")],
        bad=[*_files(folder, "bad")],
        good=[*_files(folder, "good")],
        fixed=[*_files(folder, "fixed")],
        findings=(folder / "bad.txt").read_text(encoding="utf-8"),
    )
    meta = front_matter(boost=_ASIDE, title=rule.name, description=rule.summary)
    return f"{meta}{title}\n\n{note}\n\n{rest.strip()}\n\n{examples}"


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    one = folder / f"{name}.md"
    if one.is_file():
        yield f"runbooks/{name}.md", _shown(one)
    elif (folder / name).is_dir():
        yield from _below(folder / name, "")


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _below(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", _shown(entry)


def _shown(file: Traversable) -> str:
    return file.read_bytes().decode("utf-8", "replace").rstrip()


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the contract, ready to be shown."""

    path: str
    title: str
    description: str
    kind: str
    needed: bool
    limits: str
    target: str
    examples: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The address on its page."""
        return self.path.replace("[]", "").replace("<", "").replace(">", "").replace(".", "-")


def schemas_page(schemas: Mapping[str, Any]) -> str:
    """The list of all schemas."""
    intro = "What every file of the repository may say, key by key. The schemas are JSON Schema 2020-12."
    lines = [
        f"- [{markdown(schema['title'])}]({name}.md): {markdown(schema.get('description', ''))}"
        for name, schema in schemas.items()
        if name != "common"
    ]
    return (
        f"{front_matter(boost=_ASIDE, title='Schema reference', description=intro)}# Schema reference\n\n{intro}\n\n"
        + "\n".join(lines)
    )


def schema_page(schema: Mapping[str, Any]) -> str:
    """Every key of one schema."""
    title = str(schema["title"])
    body = render("schema.html.j2", description=schema.get("description", ""), fields=[*fields(schema)])
    meta = front_matter(boost=_ASIDE, title=title, description=str(schema.get("description", "")))
    return f"{meta}# {markdown(title)}\n\n{body}"


def fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    """The keys of a schema at every depth, in the order in which they are written."""
    complete = schema.get("$defs", {}).get("complete", {})
    yield from _fields(schema, schema, "", complete, 0)


def _fields(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: str, complete: Mapping[str, Any], depth: int
) -> Iterator[Field]:
    schema, root = _merged(schema, root)
    if depth > _DEPTH:
        return
    if isinstance(schema.get("items"), dict):
        yield from _fields(schema["items"], root, f"{path}[]", _under(complete, root, "items"), depth)
        return
    required = {*schema.get("required", ()), *_merged(complete, root)[0].get("required", ())}
    entries = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        entries["<name>"] = schema["additionalProperties"]
    for name, inner in entries.items():
        here = f"{path}.{name}" if path else name
        merged, below = _merged(inner, root)
        yield _field(here, merged, below, name in required)
        yield from _fields(merged, below, here, _under(complete, root, "properties", name), depth + 1)


def _under(complete: Mapping[str, Any], root: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    found: Any = _merged(complete, root)[0]
    for key in keys:
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _merged(schema: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A schema with what it refers to; its own words win. And the document in which further references count."""
    while "$ref" in schema:
        where, _, pointer = str(schema["$ref"]).partition("#")
        if where:
            root = next(each for each in resources.schemas().values() if each["$id"] == where)
        target: Any = root
        for part in pointer.split("/")[1:]:
            target = target[part]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema, root


def _field(path: str, schema: Mapping[str, Any], root: Mapping[str, Any], needed: bool) -> Field:
    limits = [words.format(schema[key]) for key, words in _LIMITS.items() if key in schema]
    if "default" in schema:
        limits.append(f"default {_example(schema['default'])}")
    return Field(
        path=path,
        title=str(schema.get("title", "")),
        description=str(schema.get("description", "")),
        kind=_kind(schema, root),
        needed=needed,
        limits=", ".join(limits),
        target=str(schema.get("x-refers-to", "")),
        examples=tuple(_example(example) for example in schema.get("examples", ())),
    )


def _kind(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return f"always {schema['const']}"
    kind = schema.get("type", "")
    names = [_KINDS.get(str(name), str(name)) for name in (kind if isinstance(kind, list) else [kind]) if name]
    if kind == "array" and isinstance(schema.get("items"), dict):
        inner = _merged(schema["items"], root)[0]
        return f"list of {_kind(inner, root)}" if "type" in inner or "enum" in inner else "list"
    return " or ".join(names) or "depends on the other keys"


def _example(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
