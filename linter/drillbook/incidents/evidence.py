"""The custody log of an incident -> its manifest, and what of the checklist is there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook import validation
from drillbook.journal import Entry

MANIFEST = "SHA256SUMS"
"""The file in ``evidence/`` that ``sha256sum -c`` reads."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
"""Names of files that mean the same to every shell and tool."""
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]{0,119})")
_COMMON = (
    ("configuration", "Configuration and feature flags as they were served"),
    ("sampled-traffic", "Sampled inputs and outputs of the time, with their identifiers"),
)
KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "model": (
        ("model-digest", "Digest of the model that answered, from the registry and from the server"),
        ("container-digest", "Digest of the container image that served it"),
        ("decoding-parameters", "Decoding parameters: temperature, top-p, seed, stop words, where it generates"),
        *_COMMON,
    ),
    "prompt": (("prompt-text", "The prompt as it was sent, with its version and the tools that it offers"),),
    "dataset": (("dataset-snapshot", "Snapshot or version of the data, with row counts and schema"),),
    "feature-view": (("feature-snapshot", "Snapshot of the features as served, with the time of each value"),),
    "index": (("index-snapshot", "Snapshot or build id of the index, with the embedding model's digest"),),
    "service": (("container-digest", "Digest of the container image that served"), *_COMMON),
    "vendor": (
        ("vendor-model-id", "The vendor's model id and the request ids, as the answers carried them"),
        ("vendor-status", "What the vendor's status page and changelog said then"),
    ),
    "gpu-pool": (("driver-and-errors", "Driver and firmware versions, and the errors that the GPUs counted"),),
    "tool": (("tool-calls", "The calls of the tool with arguments, results and permissions"),),
}
"""What one wants to have kept later, by the kind of component."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the checklist: what, of which component (none for the runbook's own), and the evidence that is it."""

    item: str
    what: str
    component: str
    there: tuple[str, ...]


def collected(entries: Sequence[Entry]) -> list[Mapping[str, Any]]:
    """What was collected, in its order; a line that is no entry of the contract says nothing."""
    return [each.value for each in entries if each.kind == "collected" and validation.holds(("custody",), each.value)]


def manifest(entries: Sequence[Entry]) -> bytes:
    """The manifest of what was copied: ``sha256sum -c`` reads it inside of ``evidence/``."""
    copied = [each for each in collected(entries) if each.get("how") == "copied"]
    return "".join(f"{each['sha256']}  {each['name']}\n" for each in copied).encode()


def listed(data: bytes) -> Iterator[tuple[int, str, str]]:
    """The lines of a manifest: number, hash and name; both empty where a line is none that this program wrote."""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        yield (number, match[1], match[2]) if match else (number, "", "")


def checklist(entries: Sequence[Entry], components: Iterable[str], books: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    """What there should be: the evidence of the runbooks, then by the kind of each component."""
    kept = collected(entries)

    def there(item: str, component: str) -> tuple[str, ...]:
        return tuple(
            str(each["name"])
            for each in kept
            if each.get("item") == item and (not component or each.get("component", component) == component)
        )

    found = [
        Wanted(str(each["id"]), str(each.get("what", "")), "", there(str(each["id"]), ""))
        for book in books
        for each in book.get("evidence") or ()
    ]
    for component in components:
        for item, what in KINDS.get(component.partition("/")[0], ()):
            found.append(Wanted(item, what, component, there(item, component)))
    return found
