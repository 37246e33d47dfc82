"""The text of an incident.md -> the same text with other values in its front matter. Pure; comments and order stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.resolver import VersionedResolver

_FENCE = "---"


class NoFront(Exception):
    """Why the front matter cannot be changed, in a sentence."""


class _Texts(VersionedResolver):
    """A time without quotes is a text, here as everywhere in the contract."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        tag = super().resolve(kind, value, implicit)
        return self.DEFAULT_SCALAR_TAG if str(tag).endswith(":timestamp") else tag


def changed(text: str, change: Callable[[Any], None], body: str | None = None) -> str:
    """The text after ``change`` was made to the values of its front matter, and with another body where one is given."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE][:2]
    if len(ends) < 2 or ends[0] != 0:
        raise NoFront("has no front matter between two lines of ---")
    yaml = _yaml()
    try:
        values = yaml.load("\n".join(lines[1 : ends[1]]))
    except Exception as error:  # whatever the YAML is broken by
        raise NoFront("its front matter is no YAML; drillbook lint says where") from error
    if not isinstance(values, dict):
        raise NoFront("its front matter holds no keys")
    change(values)
    written = io.StringIO()
    yaml.dump(values, written)
    rest = "\n".join(lines[ends[1] :]) if body is None else f"{_FENCE}\n\n{body}"
    return f"{_FENCE}\n{written.getvalue().rstrip()}\n{rest}"


def body_of(text: str) -> str:
    """What stands below the front matter."""
    parts = text.split(f"\n{_FENCE}\n", 1)
    return parts[1].strip("\n") if len(parts) == 2 else ""


def flow(value: dict[str, Any]) -> Any:
    """Values that are written on one line between braces."""
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    found = CommentedMap({key: Quoted(each) if key in ("version", "commit") else each for key, each in value.items()})
    found.fa.set_flow_style()
    return found


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _Texts
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
