"""A drill's journal -> the YAML of its record. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

from drillbook import record
from drillbook.journal import Journal

_HEAD = """\
# Derived from {name}.jsonl by drillbook drill run; lint holds the two against each other.
# Only the actions go on here: drillbook actions close.
"""


_DAY = re.compile(r"'(\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?)'$", re.MULTILINE)
"""Days and times need no quotes: the contract reads them as text."""


def written(journal: Journal, name: str) -> str:
    """What stands in drills/records/<name>.yaml."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 130
    text = StringIO()
    yaml.dump(_plain(record.derived(journal, name)), text)
    return _HEAD.format(name=name) + _DAY.sub(r"\1", text.getvalue())


def _plain(value: Any) -> Any:
    """The value with versions and commits in quotes, and short lists on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, Mapping):
        found = CommentedMap()
        for key, each in value.items():
            quoted = key in ("version", "commit", "tip")
            found[key] = DoubleQuotedScalarString(each) if quoted else _plain(each)
        return found
    if isinstance(value, list):
        several = CommentedSeq(_plain(each) for each in value)
        if all(isinstance(each, str) for each in value):
            several.fa.set_flow_style()
        return several
    return value
