"""Leading a drill by keys: the screen under textual's pilot, and the whole command on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner

from drillbook import files, history, journal
from drillbook.append import Log
from drillbook.cli import commands
from drillbook.cli._drill_app import DrillApp
from drillbook.drills.scenario import Scenario, scenario

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DRILL = "fraud-accuracy-drop-tabletop"
SOAK = int(os.environ.get("DRILLBOOK_SOAK", "3"))


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


def told() -> Scenario:
    repository = files.load(ROOT)
    (document,) = repository.by_id[("drill", DRILL)]
    return scenario(repository, document)


def led(
    path: Path,
    play: Callable[[DrillApp, Clock, Callable[..., Awaitable[None]]], Awaitable[None]],
    drill: Scenario | None = None,
) -> list[dict[str, object]]:
    """Lead the shipped drill, or another, with keys; returns what the journal says."""

    async def whole() -> None:
        clock = Clock()
        with Log(path, wait=0) as log:
            app = DrillApp(drill or told(), log, "3f9c2d1", clock)
            async with app.run_test(size=(120, 40)) as pilot:
                await play(app, clock, pilot.press)

    asyncio.run(whole())
    return [dict(each.value) for each in journal.read(path.read_bytes()).entries]


def text(app: DrillApp, name: str) -> str:
    return str(app.screen_stack[0].query_one(name).render())


def test_each_thing_is_one_key(tmp_path: Path) -> None:
    async def play(app: DrillApp, clock: Clock, press: Callable[..., Awaitable[None]]) -> None:
        assert "Press n to start" in text(app, "#said")
        await press("n", "n")
        assert "FraudDecisionShift" in text(app, "#said")
        assert "Hint, when nobody moves: Volume is not the signal" in text(app, "#said")
        clock.go(4)
        await press("d")
        clock.go(5)
        await press("n", "h")
        assert "Hint given: What do the shadow decisions" in text(app, "#said")
        await press("p")
        clock.go(30)
        await press("d")
        await press("p", "m")
        await press("t", *"odd", "enter")
        await press("s", "o", "enter")
        await press("e", *"yes", "enter")

    values = led(tmp_path / "j.jsonl", play)
    assert [value["kind"] for value in values] == [
        *("start", "inject", "done", "inject", "hint", "pause", "resume", "missed", "note", "skip", "done", "end")
    ]
    assert [value.get("step") for value in values if value["kind"] in ("done", "missed")] == [
        "ours-or-the-world",
        "which-feature",
        "ours-or-the-world",
    ]
    assert [value["text"] for value in values if value["kind"] == "note"] == ["odd"]


def test_the_clock_shows_the_time_of_the_drill_and_what_is_due(tmp_path: Path) -> None:
    async def play(app: DrillApp, clock: Clock, press: Callable[..., Awaitable[None]]) -> None:
        await press("n", "n")
        clock.go(7)
        app.refresh_state()
        assert "Next in 00:01:00: misleading-first-idea" in text(app, "#next")
        clock.go(2)
        app.refresh_state()
        assert "Next NOW: misleading-first-idea" in text(app, "#next")
        await press("p")
        clock.go(60)
        app.refresh_state()
        assert "paused, 1h30m planned" in text(app, "#state")
        assert str(app.query_one("#clock").value) == "00:09:00"  # type: ignore[attr-defined]
        await press("q")

    assert [value["kind"] for value in led(tmp_path / "j.jsonl", play)] == ["start", "inject", "pause"]


def test_the_words_of_an_inject_are_never_markup(tmp_path: Path) -> None:
    async def play(app: DrillApp, _: Clock, press: Callable[..., Awaitable[None]]) -> None:
        await press("n", "t", *"[red]x[/]", "enter")
        assert "[red]x[/]" in text(app, "#told")
        await press("q")

    values = led(tmp_path / "j.jsonl", play)
    assert values[-1]["text"] == "[red]x[/]"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder in ("runbooks", "drills", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("records"))
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "Begin")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words], cwd=tmp_path, check=True)
    return tmp_path


def _interruptible() -> None:
    """Where the tests run in the background of a shell, an interrupt would be ignored here too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def leading(repository: Path, *more: str) -> pexpect.spawn[str]:
    arguments = ["-m", "drillbook", "drill", "run", DRILL, *more]
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    return pexpect.spawn(
        sys.executable,
        arguments,
        cwd=str(repository),
        env=variables,
        dimensions=(40, 120),
        encoding="utf-8",
        timeout=60,
        preexec_fn=_interruptible,
    )


def journal_of(repository: Path) -> Path:
    (path,) = (repository / "drills" / "records").glob("*.jsonl")
    return path


def kinds(repository: Path) -> list[str]:
    return [each.kind for each in journal.read(journal_of(repository).read_bytes()).entries]


def until(repository: Path, screen: pexpect.spawn[str], expected: list[str]) -> None:
    """Wait until the journal holds what the keys should have written; the screen is read meanwhile, or it would block."""
    for _ in range(600):
        with contextlib.suppress(pexpect.TIMEOUT):
            screen.read_nonblocking(100_000, timeout=0.1)
        if list((repository / "drills" / "records").glob("*.jsonl")) and kinds(repository) == expected:
            return
    raise AssertionError(kinds(repository))


def test_a_drill_on_a_terminal_ends_in_a_record_that_lints(repository: Path) -> None:
    screen = leading(repository)
    screen.expect("Press n to start")
    screen.send("n")
    until(repository, screen, ["start"])
    screen.send("nd")
    until(repository, screen, ["start", "inject", "done"])
    screen.send("e")
    screen.expect("Type yes")
    screen.send("yes\r")
    screen.expect("Rate each objective")
    for _ in range(3):
        screen.expect("rating")
        screen.sendline("M")
        screen.expect("why")
        screen.sendline("it took too long")
    screen.expect("gap")
    screen.sendline("The bucket has no name")
    screen.expect("was it")
    screen.sendline("missing")
    screen.expect("in which step")
    screen.sendline("nonsense")
    screen.expect("has no such step")
    screen.sendline("export-evidence")
    screen.expect("agree on an action")
    screen.sendline("y")
    for question, answer in (
        ("to be done", "Name the bucket in the step"),
        ("type", "repair"),
        ("owner", "sre"),
        ("due", "2027-01-15"),
        ("backlog", "https://tracker.example.com/S-9"),
        ("tell that it works", "Nobody asks for it"),
    ):
        screen.expect(question)
        screen.sendline(answer)
    screen.expect("gap")
    screen.sendline("")
    screen.expect("Wrote drills/records/")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0
    lint = subprocess.run(
        [sys.executable, "-m", "drillbook", "lint", "--as-of", "2099-12-31"],  # after the drill, which is led now
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'the step "export-evidence" failed in' in lint.stdout
    assert lint.returncode == 0, lint.stdout
    (run,) = files.load(repository).once(history.history).runs
    assert (run.doubt, run.fictional, [*run.done]) == ("", False, ["ours-or-the-world"])


@pytest.mark.parametrize("seed", range(SOAK))
def test_a_killed_screen_loses_nothing_and_resume_goes_on(repository: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seeded course
    screen = leading(repository)
    screen.expect("Press n to start")
    screen.send("n")
    until(repository, screen, ["start"])
    expected = ["start"]
    for _ in range(chance.randint(0, 3)):
        screen.send("n")
        expected.append("inject")
        until(repository, screen, expected)
    screen.send(chance.choice(["", "d", "p", "tword"]))
    screen.kill(signal.SIGKILL)
    screen.close()
    before = kinds(repository)
    assert before[: len(expected)] == expected
    assert len(before) <= len(expected) + 1
    refused = leading(repository)
    refused.expect("--resume")
    refused.expect(pexpect.EOF)
    again = leading(repository, "--resume")
    again.expect("planned")
    again.send("t")
    again.expect("Note")
    again.send("back\r")
    until(repository, again, [*before, "note"])
    assert journal.read(journal_of(repository).read_bytes()).sound
    again.kill(signal.SIGKILL)
    again.close()


def test_two_facilitators_cannot_write_one_record(repository: Path) -> None:
    one = leading(repository)
    one.expect("Press n to start")
    one.send("n")
    until(repository, one, ["start"])
    other = leading(repository, "--resume")
    other.expect("somebody else leads the drill")
    other.expect(pexpect.EOF)
    one.send("q")
    one.expect("--resume goes on")
    one.close()


def test_without_a_terminal_it_says_what_to_do(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drillbook", "drill", "run", DRILL],
        cwd=repository,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert (done.returncode, "on a terminal" in done.stderr) == (2, True)


def ended(repository: Path) -> pexpect.spawn[str]:
    """A drill whose clock has stopped, at its first question."""
    screen = leading(repository)
    screen.expect("Press n to start")
    screen.send("n")
    until(repository, screen, ["start"])
    screen.send("e")
    screen.expect("Type yes")
    screen.send("yes\r")
    screen.expect("rating")
    return screen


def test_who_leaves_the_questions_goes_on_with_them_later(repository: Path) -> None:
    screen = ended(repository)
    screen.sendline("U")
    screen.expect("why")
    screen.sendline("nobody\x07 knew")
    screen.expect("rating")
    screen.sendintr()
    screen.expect("--resume goes on with the questions")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 130
    assert not list((repository / "drills" / "records").glob("*.yaml"))
    again = leading(repository, "--resume")
    for _ in range(2):
        again.expect("rating")
        again.sendline("P")
        again.expect("P")  # not reached, so it cannot be P
        again.sendline("u")
        again.expect("why")
        again.sendline("")
    again.expect("gap")
    again.sendline("x" * 301)
    again.expect("expected at most 300")
    again.sendline("")
    again.expect("Wrote drills/records/")
    again.expect(pexpect.EOF)
    again.close()
    (record,) = files.load(repository).of("drill-record")
    ratings = record.front["objectives"]
    assert [each["rating"] for each in ratings] == ["U", "U", "U"]  # type: ignore[attr-defined]
    assert ratings[0]["note"] == "nobody knew"  # type: ignore[index]


def test_an_answer_that_the_contract_does_not_take_is_asked_again(repository: Path) -> None:
    screen = ended(repository)
    for number in range(3):
        screen.sendline("M")
        screen.expect("why")
        screen.sendline("")
        screen.expect("rating" if number < 2 else "gap")
    for answer, question in (
        ("No bucket", "was it"),
        ("odd", "was it"),
        ("missing", "in which step"),
        ("", "action now"),
        ("y", "to be done"),
    ):
        screen.sendline(answer)
        screen.expect(question)
    for answer, question in (
        ("Name it", "type"),
        ("repair", "owner"),
        ("sre", "due"),
        ("tomorrow", "is no day"),
        ("2027-01-15", "backlog"),
    ):
        screen.sendline(answer)
        screen.expect(question)
    screen.sendline("ask Jo")
    screen.expect("is no address")
    screen.sendline("https://tracker.example.com/1")
    screen.expect("tell that it works")
    screen.sendline("It is there")
    screen.expect("gap")
    screen.sendline("")
    screen.expect("Wrote drills/records/")
    screen.expect(pexpect.EOF)
    screen.close()
    done = CliRunner().invoke(commands, ["lint", "--as-of=2026-11-22", str(repository / "drills")])
    assert done.exit_code == 0, done.output
