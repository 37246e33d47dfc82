"""Recorded sequences played again: the shipped records come out to the letter, and what cannot be played is said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook import files, journal
from drillbook.cli import commands
from drillbook.history import Mark, history, pins

ROOT = Path(__file__).resolve().parents[2]
REPLAYS = sorted((ROOT / "drills" / "replays").glob("*.yaml"))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content of this repository, without any record."""
    for folder in ("runbooks", "drills", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("records"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(commands, ["drill", "run", *arguments])
    return done.exit_code, done.output


def drill_of(replay: Path) -> str:
    return replay.stem[11:]


def test_there_are_records_to_make_again() -> None:
    assert {replay.stem for replay in REPLAYS} == {path.stem for path in (ROOT / "drills" / "records").glob("*.yaml")}


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda path: path.stem)
def test_the_shipped_records_come_out_to_the_letter(repository: Path, replay: Path) -> None:
    assert run(drill_of(replay), "--replay", str(replay)) == (0, f"Wrote drills/records/{replay.stem}.yaml\n")
    for end in (".jsonl", ".yaml"):
        name = f"{replay.stem}{end}"
        assert (repository / "drills" / "records" / name).read_bytes() == (
            ROOT / "drills" / "records" / name
        ).read_bytes()


@pytest.mark.usefixtures("repository")
def test_a_second_run_of_a_day_gets_a_number_and_nothing_is_overwritten() -> None:
    replay = REPLAYS[0]
    run(drill_of(replay), "--replay", str(replay))
    assert run(drill_of(replay), "--replay", str(replay)) == (0, f"Wrote drills/records/{replay.stem}-2.yaml\n")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("kind: inject, inject: page", "kind: inject, inject: pager", 'entry 1: there is no inject "pager"'),
        (
            "kind: hint, inject: misleading-first-idea",
            "kind: hint, inject: old-features",
            "entry 5: there is nothing to give a hint",
        ),
        ("after: 16m", "after: 11m", 'entry 6: "after" is 11m'),
        ("step: which-feature", "step: what-feature", 'entry 6: the runbook has no step "what-feature"'),
        (
            "after: 36m, kind: resume",
            "after: 36m, kind: done, step: export-evidence",
            "entry 10: the clock stands still",
        ),
        (
            "kind: end, text: All objectives were tried",
            "kind: note, text: Over",
            'entry 15: "rating" comes after the end',
        ),
        ("drill: fraud-accuracy-drop-tabletop", "drill: other", 'recorded for the drill "other"'),
        ("started: 2026-10-08T09:00:00Z", "started: 2026-10-08 09:00", '"started" is no time'),
        ("  id: fraud-accuracy-drop", "  id: other", '"pin" is none of the runbook'),
        ("entries:", "entries: *other", "no recorded sequence"),
    ],
)
def test_what_cannot_be_played_is_said_and_leaves_nothing(repository: Path, old: str, new: str, why: str) -> None:
    text = (ROOT / "drills/replays/2026-10-08-fraud-accuracy-drop-tabletop.yaml").read_text(encoding="utf-8")
    assert old in text
    (repository / "bad.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    status, said = run("fraud-accuracy-drop-tabletop", "--replay", "bad.yaml")
    assert (status, why in said) == (2, True), said
    assert not (repository / "drills" / "records").exists()


def test_the_clock_of_the_drill_stands_still_in_a_pause() -> None:
    """Restored at 52 minutes of the day, six of them paused."""
    found = files.load(ROOT).by_path["drills/records/2026-10-08-fraud-accuracy-drop-tabletop.yaml"]
    assert [goal.get("took") for goal in found.front["objectives"]] == [None, "26m", "46m"]  # type: ignore[attr-defined]


def test_what_the_records_prove_of_the_steps() -> None:
    repository = files.load(ROOT)
    document = repository.runbook("fraud-accuracy-drop")
    assert document is not None
    book = repository.model(document)
    assert book is not None
    now = pins(document, repository)
    known = repository.once(history)
    proofs = {step: known.step(document.id, step, now["steps"][step]) for step in now["steps"]}
    assert {step for step, proof in proofs.items() if proof.mark is Mark.PROVEN} == {
        "ours-or-the-world",
        "which-feature",
        "export-evidence",
        "raise-review-share",
        "restore-bundle",
    }
    assert proofs["rules-only"].mark is Mark.NEVER
    assert proofs["restore-bundle"].run is not None
    assert proofs["restore-bundle"].run.id == "2026-11-12-fraud-accuracy-drop-tabletop"
    changed = known.step(document.id, "restore-bundle", "0" * 64)
    assert changed.mark is Mark.CHANGED


def test_a_step_that_failed_counts_again_only_when_it_was_changed_and_tried() -> None:
    """The first of the two runs alone: the step failed, whatever it says now."""
    repository = files.load(ROOT)
    known = repository.once(history)
    first = type(known)(tuple(run for run in known.runs if run.id.startswith("2026-10-08")))
    failed = first.runs[0].steps["restore-bundle"]
    assert first.step("fraud-accuracy-drop", "restore-bundle", failed).mark is Mark.FAILED
    assert first.step("fraud-accuracy-drop", "restore-bundle", "0" * 64).mark is Mark.UNTRIED


def test_a_journal_that_does_not_verify_proves_nothing(repository: Path) -> None:
    replay = REPLAYS[0]
    run(drill_of(replay), "--replay", str(replay))
    path = repository / "drills" / "records" / f"{replay.stem}.jsonl"
    path.write_bytes(path.read_bytes().replace(b"T09:26:00Z", b"T09:16:00Z"))
    assert not journal.read(path.read_bytes()).sound
    (known,) = files.load(repository).once(history).runs
    assert "breaks at line" in known.doubt
    assert files.load(repository).once(history).of(known.runbook) == ()


@pytest.mark.slow
@pytest.mark.parametrize("replay", REPLAYS, ids=lambda path: path.stem)
def test_a_replay_gives_the_report_to_the_letter(repository: Path, replay: Path) -> None:
    """All replays, since later runs tell what became of a step that failed."""
    for each in REPLAYS:
        run(drill_of(each), "--replay", str(each))
    done = CliRunner().invoke(commands, ["drill", "report", replay.stem])
    golden = ROOT / "tests" / "golden" / "drills" / f"{replay.stem}.md"
    if os.environ.get("DRILLBOOK_GOLDEN"):
        golden.write_text(done.stdout, encoding="utf-8")
    assert done.stdout == golden.read_text(encoding="utf-8")
    assert (repository / "drills" / "records").is_dir()


@pytest.mark.usefixtures("repository")
def test_a_report_of_nothing() -> None:
    done = CliRunner().invoke(commands, ["drill", "report", "2026-10-08-fraud"])
    assert (done.exit_code, 'there is no record "2026-10-08-fraud"' in done.stderr) == (2, True)
