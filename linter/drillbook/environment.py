"""An environment of the catalog -> its sources, their intervals, and queries with its variables filled in. Pure.

What goes into a query may not break out of the quotes that it stands in: a value that could is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drillbook import duration
from drillbook.model import Signal

INTERVAL = timedelta(minutes=1)
"""The time between two evaluations where a source says nothing."""

_USE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_HARMLESS = re.compile(r"[\w.:/@,+ -]*")
"""What cannot end the quotes that it stands in."""
_WORD = re.compile(r"(?!.*(?:--|//|\.\.))[\w.:/@,+-]*")
"""What is one word also outside of quotes: no comment, and no way up in an address."""
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""", re.DOTALL)


class NotFilled(ValueError):
    """Why a text cannot be filled in, in one sentence."""


def used(text: str) -> tuple[str, ...]:
    """The names in a text, each once, in their order."""
    return tuple(dict.fromkeys(_USE.findall(text)))


def outside_quotes(text: str) -> tuple[str, ...]:
    """The names that a query uses outside of quotes."""
    return used(_QUOTED.sub("", text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every name replaced. Raises NotFilled where a value is missing, or is no plain word or number."""
    for name in used(text):
        if not values.get(name):
            raise NotFilled(f'it needs a value for "{name}"')
        if not _HARMLESS.fullmatch(values[name]):
            raise NotFilled(f'the value of "{name}" holds a character that cannot stand in a query')
    for name in outside_quotes(text):
        if not _WORD.fullmatch(values[name]):
            raise NotFilled(f'the value of "{name}" is more than one word, and the query has no quotes around it')
    return _USE.sub(lambda use: values[use[1]], text)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a runbook runs: the ``name`` and the ``entry`` in the catalog, and the ``inputs`` that somebody gave."""

    name: str
    entry: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)

    def source(self, name: str) -> Mapping[str, Any]:
        """The entry of a source; empty where this environment has none of that name."""
        found: Mapping[str, Any] = (self.entry.get("sources") or {}).get(name) or {}
        return found

    def interval(self, signal: Signal) -> timedelta:
        """The time between two evaluations of a signal."""
        written = self.source(signal.source).get("interval")
        return (duration.parse(written) if written else None) or INTERVAL

    def filled(self, text: str) -> str:
        """A query with the variables of the environment and the inputs in it. Raises NotFilled."""
        variables = {name: str(value) for name, value in (self.entry.get("variables") or {}).items()}
        return fill(text, {**self.inputs, **variables, "environment": self.name})
