"""What seals prove: any byte of a sealed file that is changed, cut, moved or repeated is found."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import journal
from drillbook.incidents import evidence, sealing
from drillbook.incidents.entries import entry
from drillbook.incidents.sealing import Files

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
KEY = "SHA256:" + "a" * 43
TEXTS = st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=6)


def chained(values: list[dict[str, object]]) -> bytes:
    data, prev = b"", journal.START
    for value in values:
        line = journal.line(value, prev)
        data, prev = data + line, journal.digest(line)
    return data


def sealed(texts: list[str]) -> tuple[Files, dict[str, bytes]]:
    """A sealed folder, and the contents of its evidence."""
    contents = {f"file-{number}": text.encode() for number, text in enumerate(texts)}
    told = [entry("fact", text, "sre", NOW, NOW + timedelta(seconds=number)) for number, text in enumerate(texts)]
    kept = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    custody = chained(
        [
            entry(
                "collected",
                "Kept",
                "sre",
                NOW,
                NOW,
                name=name,
                how="copied",
                sha256=digest,
                size=1,
                classification="internal",
            )
            for name, digest in kept.items()
        ]
    )
    manifest = evidence.manifest(journal.read(custody).entries)
    files = Files("2026-11-22-x", chained(told), custody, manifest, b"report", kept)
    seal = sealing.seal(files, 1, "sre", KEY, NOW)
    return replace(files, seals={1: seal}, signed={1: KEY}), contents


def seen(files: Files, contents: dict[str, bytes], original: Files) -> Files:
    """The files as a reader finds them: hashes are computed, and a signature only fits what was signed."""
    kept = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    signed = {1: KEY if files.seals.get(1) == original.seals[1] else "!its signature does not fit what was signed"}
    return replace(files, kept=kept, signed=signed)


@given(TEXTS)
def test_what_was_sealed_verifies_and_says_what_it_does_not_prove(texts: list[str]) -> None:
    files, _ = sealed(texts)
    verdict = sealing.verify(files)
    assert verdict.wrong == ()
    assert any("signed at 2026-11-22T03:10:00Z" in each for each in verdict.proven)
    assert not any("not sealed" in each for each in verdict.open)


@pytest.mark.slow
@settings(max_examples=400)
@given(TEXTS, st.data())
def test_any_other_byte_of_a_sealed_file_is_found(texts: list[str], data: st.DataObject) -> None:
    files, contents = sealed(texts)
    parts = {
        "timeline": files.timeline,
        "custody": files.custody,
        "manifest": files.manifest or b"",
        "seal": files.seals[1],
    }
    name = data.draw(st.sampled_from([*parts, *contents]))
    whole = bytearray(parts.get(name, contents.get(name, b"")))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    if name in contents:
        changed, held = files, {**contents, name: bytes(whole)}
    elif name == "seal":
        changed, held = replace(files, seals={1: bytes(whole)}), contents
    else:
        changed, held = replace(files, **{name: bytes(whole)}), contents  # type: ignore[arg-type]
    assert sealing.verify(seen(changed, held, files)).wrong


@settings(max_examples=200)
@given(TEXTS, st.data())
def test_lines_cut_repeated_or_moved_below_a_seal_are_found(texts: list[str], data: st.DataObject) -> None:
    files, contents = sealed(texts)
    name = data.draw(st.sampled_from(["timeline", "custody"]))
    lines = getattr(files, name).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1).filter(lambda each: each != at))
    swapped = list(lines)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    for new in (lines[:at], [*lines[:at], *lines[at + 1 :]], [*lines, lines[at]], swapped):
        changed = replace(files, **{name: b"".join(new)})
        assert sealing.verify(seen(changed, contents, files)).wrong


def test_an_unsealed_tail_is_said_plainly() -> None:
    files, _ = sealed(["one", "two"])
    tip = journal.read(files.timeline).tip
    longer = files.timeline + journal.line(entry("fact", "three", "sre", NOW, NOW), tip)
    verdict = sealing.verify(replace(files, timeline=longer))
    assert verdict.wrong == ()
    assert any("the last line of timeline.jsonl is not sealed" in each for each in verdict.open)


def test_one_is_told_as_one() -> None:
    one = chained([entry("fact", "one", "sre", NOW, NOW)])
    kept = {"how": "copied", "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1, "classification": "internal"}
    custody = chained([entry("collected", "Kept", "sre", NOW, NOW, name="x.txt", **kept)])
    manifest = evidence.manifest(journal.read(custody).entries)
    files = Files("2026-11-22-x", one, custody, manifest, kept={"x.txt": str(kept["sha256"])})
    said = sealing.verify(replace(files, seals={1: sealing.seal(files, 1, "sre", KEY, NOW)}, signed={1: KEY}))
    assert said.wrong == ()
    assert said.proven[:2] == (
        "the one line of the timeline begins its chain",
        "1 file of evidence is as it was collected",
    )
    assert said.proven[2].startswith("seal 1: 1 line, signed at ")


def test_two_branches_that_were_joined_keep_their_seal() -> None:
    """A seal proves the lines that its tip leads back to, wherever git put the lines of the other branch."""
    files, _ = sealed(["one", "two"])
    first, second = files.timeline.splitlines(keepends=True)
    other = journal.line(entry("fact", "elsewhere", "sre", NOW, NOW), journal.digest(first))
    joined = journal.line(
        entry("merge", "Joined", "sre", NOW, NOW, merges=journal.digest(other)), journal.digest(second)
    )
    assert sealing.verify(replace(files, timeline=first + other + second + joined)).wrong == ()


def test_a_seal_of_another_incident_or_out_of_its_row_is_refused() -> None:
    files, _ = sealed(["one", "two"])
    assert "another incident" in sealing.verify(replace(files, id="2026-11-22-y")).wrong[0]
    later = sealing.seal(files, 3, "sre", KEY, NOW)
    gap = replace(files, seals={**files.seals, 3: later}, signed={1: KEY, 3: KEY})
    assert "a seal before it is missing" in sealing.verify(gap).wrong[0]
    assert "was signed by SHA256:b" in sealing.verify(replace(files, signed={1: "SHA256:b"})).wrong[0]
