"""The files of an incident -> a seal, and what seals prove: the first line that does not fit, and what nobody can prove. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drillbook import journal, validation
from drillbook.incidents import evidence
from drillbook.incidents.entries import moment
from drillbook.journal import START, Journal
from drillbook.words import counted

_ALONE = "a signature, and its seal is not there; bring it back from git, or remove the signature and seal again"


@dataclass(frozen=True, slots=True)
class Files:
    """What lies in the folder. ``kept`` is the SHA-256 of each file of ``evidence/``, or, after ``!``, why it has none.

    ``seals`` are the seals' bytes by number; ``signed`` is the fingerprint that signed each, or, after ``!``, why nobody did;
    ``alone`` are the numbers of signatures whose seal is not there.
    """

    id: str
    timeline: bytes
    custody: bytes = b""
    manifest: bytes | None = None
    report: bytes = b""
    kept: Mapping[str, str] = field(default_factory=dict)
    seals: Mapping[int, bytes] = field(default_factory=dict)
    signed: Mapping[int, str] = field(default_factory=dict)
    alone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``wrong`` is what does not fit, ``open`` what cannot be proven, ``proven`` what is; sentences without a dot."""

    wrong: tuple[str, ...]
    open: tuple[str, ...]
    proven: tuple[str, ...]


def seal(files: Files, number: int, by: str, key: str, now: datetime) -> bytes:
    """What a new seal says."""
    before = files.seals.get(number - 1)
    value: dict[str, Any] = {
        "schema": "seal/1",
        "incident": files.id,
        "number": number,
        "sealed_at": moment(now),
        "by": by,
        "key": key,
        "before": _hash(before) if before is not None else START,
        "timeline": _end(journal.read(files.timeline)),
    }
    if files.custody:
        value["custody"] = _end(journal.read(files.custody))
    value["report"] = _hash(files.report)
    return (json.dumps(value, indent=2) + "\n").encode()


def verify(files: Files) -> Verdict:
    """What the files of an incident prove."""
    told, custody = journal.read(files.timeline), journal.read(files.custody)
    wrong = [
        *(_chain("timeline.jsonl", told) if told.entries or told.breaks else ["timeline.jsonl: no entries"]),
        *_chain("custody.jsonl", custody),
        *_formless("timeline.jsonl", "timeline-entry", told),
        *_formless("custody.jsonl", "custody", custody),
        *_manifest(files, custody),
        *_named(told, files),
        *(f"seals/{each:03}.json.sig: {_ALONE}" for each in files.alone),
    ]
    values, faults = _seals(files, told, custody)
    return Verdict((*wrong, *faults), tuple(_open(files, told, custody, values)), tuple(_proven(told, files, values)))


def _chain(name: str, found: Journal) -> list[str]:
    return [f"{name}:{each.number}: {each.why}" for each in found.breaks]


def _formless(name: str, schema: str, found: Journal) -> Iterator[str]:
    for each in found.entries:
        if not validation.holds((schema,), each.value):
            yield f"{name}:{each.number}: no entry of the contract; drillbook lint says why"


def _manifest(files: Files, custody: Journal) -> Iterator[str]:
    """The manifest against the custody log, and both against the files."""
    wanted = evidence.manifest(custody.entries)
    given = files.manifest if files.manifest is not None else b""
    name = f"evidence/{evidence.MANIFEST}"
    if given != wanted:
        lines, others = given.splitlines(), wanted.splitlines()
        at = next((n for n, pair in enumerate(zip(lines, others, strict=False), 1) if pair[0] != pair[1]), 0)
        at = at or min(len(lines), len(others)) + 1
        yield f"{name}:{at}: does not say what custody.jsonl says was collected"
    known = set()
    for number, digest, file in evidence.listed(given):
        known.add(file)
        there = files.kept.get(file, "!the file is not there")
        if not file:
            yield f"{name}:{number}: no line of a manifest, expected a SHA-256, two spaces and a plain name"
        elif there.startswith("!"):
            yield f"{name}:{number}: evidence/{file}: {there[1:]}"
        elif there != digest:
            yield f"{name}:{number}: evidence/{file} was changed: its SHA-256 is {there}"
    for file in sorted(files.kept.keys() - known):
        yield f"evidence/{json.dumps(file)[1:-1]}: in no line of the manifest, so nobody recorded where it came from"


def _named(told: Journal, files: Files) -> Iterator[str]:
    for each in told.entries:
        for path in each.value.get("evidence") or () if isinstance(each.value.get("evidence"), list) else ():
            name = str(path).removeprefix("evidence/")
            if str(path).startswith("evidence/") and name not in files.kept:
                yield f"timeline.jsonl:{each.number}: names evidence/{json.dumps(name)[1:-1]}, which is not there"


def _seals(files: Files, told: Journal, custody: Journal) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The seals that hold, and what is wrong with the others."""
    held: list[Mapping[str, Any]] = []
    wrong: list[str] = []
    before = START
    for place, number in enumerate(sorted(files.seals), start=1):
        data, name = files.seals[number], f"seals/{number:03}.json"
        why = _why_not(files, number, place, data, before, told, custody)
        before = _hash(data)
        if why:
            wrong.append(f"{name}: {why}")
        else:
            held.append(json.loads(data))
    return held, wrong


def _why_not(files: Files, number: int, place: int, data: bytes, before: str, told: Journal, custody: Journal) -> str:
    signed = files.signed.get(number, "!nobody looked at its signature")
    if signed.startswith("!"):
        return signed[1:]
    try:
        value = json.loads(data)
    except ValueError:
        return "no JSON"
    if next(iter(validation.violations("seal", value)), None):
        return "breaks the contract of a seal"
    if value["incident"] != files.id:
        return f'is the seal of another incident, "{value["incident"]}"'
    if value["number"] != number or number != place:
        return "a seal before it is missing, expected numbers without a gap"
    if value["before"] != before:
        return "the seal before it was changed or exchanged"
    if value["key"] != signed:
        return f"names the key {value['key']} and was signed by {signed}"
    for name, found in (("timeline", told), ("custody", custody)):
        if name in value and _proves(found, value[name]["tip"]) != value[name]["lines"]:
            return f"{name}.jsonl no longer holds the {counted(value[name]['lines'], 'line')} that it sealed"
    return ""


def _proves(found: Journal, tip: str) -> int:
    """How many lines of a journal the hash of one of them proves: it, and all that it leads back to."""
    known = {each.digest: each.value for each in found.entries}
    waiting, seen = [tip], set()
    while waiting:
        each = waiting.pop()
        if each in known and each not in seen:
            seen.add(each)
            waiting += [str(known[each].get(key)) for key in ("prev", "merges")]
    return len(seen)


def _open(files: Files, told: Journal, custody: Journal, seals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What cannot be proven, in plain words."""
    if not seals:
        yield "no seal holds: who can write the files could have written all of it anew, and nobody could tell"
    else:
        last = seals[-1]
        for name, found in (("timeline", told), ("custody", custody)):
            count = len(found.entries) - (last[name]["lines"] if name in last else 0)
            if count == 1:
                yield f"the last line of {name}.jsonl is not sealed: it may have been changed, and others cut off"
            elif count > 1:
                yield f"the last {count} lines of {name}.jsonl are not sealed: they may have been changed, and others cut off"
        if last.get("report") != _hash(files.report):
            yield f"incident.md was changed since the last seal of {last['sealed_at']}; its text is not proven"
        yield "that no seal, with all that it sealed, was taken away behind the last one"
    kept = {str(each.get("key")) for each in seals}
    for each in evidence.collected(custody.entries):
        if each.get("how") == "referenced":
            what = "only its SHA-256 is recorded" if "sha256" in each else "it was never hashed"
            yield f"{each['name']} lies elsewhere ({each['reference']}): {what}"
    for key in sorted({str(each.value["key"]) for each in custody.entries if each.value.get("key")} - kept):
        yield f"that {key}, which the custody log names, had a hand in it: that key sealed nothing here"
    yield "the times: they are what the clocks of those who wrote said"


def _proven(told: Journal, files: Files, seals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if told.sound:
        count = len(told.entries)
        several = f"{count} lines of the timeline lead on from one another without a gap"
        yield several if count > 1 else "the one line of the timeline begins its chain"
    count = sum(1 for _ in evidence.listed(files.manifest or b""))
    if count:
        yield f"{counted(count, 'file')} of evidence {'is as it was' if count == 1 else 'are as they were'} collected"
    for each in seals:
        lines = counted(each["timeline"]["lines"], "line")
        yield f"seal {each['number']}: {lines}, signed at {each['sealed_at']} for {each['by']} with {each['key']}"


def _end(found: Journal) -> dict[str, Any]:
    return {"lines": len(found.entries), "tip": found.tip}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
