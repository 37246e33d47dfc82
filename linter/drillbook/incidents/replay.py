"""What was written down of an incident -> the journals and the evidence of its folder, to the byte. Pure; for examples.

A replay has ``timeline`` and ``custody``, entries as the journals hold them but for ``prev``, and ``evidence``, the text of each
file by its name. ``corrects`` of an entry is the number of the line; hashes and sizes of evidence are computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from drillbook import journal, validation
from drillbook.incidents import evidence

Value = Mapping[str, Any]


def files(given: Value) -> dict[str, bytes]:
    """The files of the folder, by their path in it. Raises ValueError where an entry is none."""
    contents = {str(name): str(text).encode() for name, text in (given.get("evidence") or {}).items()}
    custody = [{**each, **_measured(contents.get(str(each.get("name"))))} for each in given.get("custody") or ()]
    found = {"timeline.jsonl": _chained(given.get("timeline") or (), "timeline-entry")}
    if custody:
        found["custody.jsonl"] = _chained(custody, "custody")
        found[f"evidence/{evidence.MANIFEST}"] = evidence.manifest(journal.read(found["custody.jsonl"]).entries)
    return {**found, **{f"evidence/{name}": data for name, data in contents.items()}}


def _measured(data: bytes | None) -> dict[str, object]:
    return {} if data is None else {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _chained(values: Sequence[Value], schema: str) -> bytes:
    data, digests = b"", [journal.START]
    for number, each in enumerate(values, start=1):
        wrong = each.get("corrects")
        value = {"recorded_at": each.get("at"), **each}
        value |= {"corrects": digests[wrong]} if isinstance(wrong, int) and 0 < wrong < number else {}
        ordered = {"at": value.pop("at", None), **value}
        if not validation.holds((schema,), {**ordered, "prev": journal.START}):
            raise ValueError(f"entry {number} breaks the contract of {schema}")
        line = journal.line(ordered, digests[-1])
        data, digests = data + line, [*digests, journal.digest(line)]
    return data
