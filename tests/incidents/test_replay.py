"""The example incidents are what their replays say, to the byte, and their files verify."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drillbook import files
from drillbook.incidents import replay, sealing
from drillbook.incidents.sealing import Files
from drillbook.site import pages
from drillbook.yaml12 import read

HERE = Path(__file__).parents[2] / "incidents"
REPLAYS = sorted((HERE / "replays").glob("*.yaml"))


@pytest.mark.parametrize("path", REPLAYS, ids=lambda path: path.stem)
def test_an_example_is_made_from_its_replay(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Fictional: ")
    made = replay.files(read(text).value)  # type: ignore[arg-type]
    folder = HERE / path.stem
    there = {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    report = there.pop("incident.md")
    assert there == made
    kept = {
        name: value for name, value in made.items() if name.startswith("evidence/") and not name.endswith("SHA256SUMS")
    }
    hashes = {name.removeprefix("evidence/"): _hash(value) for name, value in kept.items()}
    files = Files(path.stem, made["timeline.jsonl"], made["custody.jsonl"], made["evidence/SHA256SUMS"], report, hashes)
    assert sealing.verify(files).wrong == ()


def _hash(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def test_every_example_has_its_replay() -> None:
    assert {each.parent.name for each in HERE.glob("*/incident.md")} == {each.stem for each in REPLAYS}
    assert len(REPLAYS) >= 4


def test_the_page_of_every_example_says_that_nobody_lived_through_it() -> None:
    made = {each.uri: each.markdown for each in pages.pages(files.load(HERE.parent), date(2026, 11, 22))}
    for path in REPLAYS:
        assert "\nFictional: " in made[f"incidents/{path.stem}.md"], path.stem


def test_a_replay_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="entry 1 breaks the contract of timeline-entry"):
        replay.files({"timeline": [{"at": "2026-11-22T03:00:00Z", "kind": "fact"}]})
