"""Sound runbooks -> runbooks with one fault each, and whether the linter finds it. ``python -m tests.mutants [SEED COUNT]``.

An operator breaks one thing in a way that is always wrong and says which rules may be the ones to find it. A mutant that none of
them finds has survived; ``SURVIVORS`` lists the places where that is right, with the reason.
"""

from __future__ import annotations

import copy
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click

from drillbook import document, engine, files, references
from drillbook.document import Document
from drillbook.finding import Place
from drillbook.repository import Repository
from drillbook.rules import all_rules

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
Steps = list[dict[str, Any]]


@dataclass
class Written:
    """A runbook as data: front matter, step blocks, and the Markdown between them."""

    path: str
    front: dict[str, Any]
    steps: Steps
    between: tuple[str, ...]

    def data(self) -> bytes:
        """The file again; JSON is YAML."""
        parts = [f"---\n{json.dumps(self.front, ensure_ascii=False, indent=1)}\n---"]
        for text, step in zip(self.between, [*self.steps, None], strict=True):
            block = f"```step\n{json.dumps(step, ensure_ascii=False, indent=1)}\n```" if step is not None else ""
            parts += [text, block]
        return "".join(parts).encode()


@dataclass(frozen=True)
class Mutant:
    """One broken runbook: what was done, where (``*`` for an index), and the rules of which one must find it."""

    operator: str
    where: str
    rules: frozenset[str]
    written: Written

    @property
    def name(self) -> str:
        """How it is called in the list of survivors."""
        return f"{self.operator} {self.where}"


def mutants() -> Iterator[Mutant]:
    """Every mutant of every runbook of this repository that is in use."""
    for runbook in repository().of("runbook"):
        if runbook.card.status == "active":
            for operator in OPERATORS:
                yield from operator(_written(runbook))


@cache
def repository() -> Repository:
    """This repository as it is."""
    return files.load(ROOT)


def _written(runbook: Document) -> Written:
    at, between = runbook.body_at, []
    for block in runbook.steps:
        between.append(runbook.text[at : block.span.start])
        at = block.span.end
    steps = [copy.deepcopy(block.value) for block in runbook.steps]
    return Written(runbook.path, copy.deepcopy(runbook.front), steps, (*between, runbook.text[at:]))  # type: ignore[arg-type]


def found(mutant: Mutant) -> set[str]:
    """The rules that find something in the mutant, at errors and at warnings."""
    changed = document.parse(mutant.written.path, "runbook", mutant.written.data())
    documents = [changed if each.path == changed.path else each for each in repository().documents]
    findings = engine.lint(Repository(tuple(documents)), all_rules(), DAY, only=[changed.path])
    return {each.rule for each in findings}


def _places(value: object, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    items: list[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, inner in items:
        yield (*at, key), inner
        yield from _places(inner, (*at, key))


def _everywhere(written: Written) -> Iterator[tuple[Place, Any]]:
    yield from _places(written.front)
    for index, step in enumerate(written.steps):
        for place, value in _places(step):
            yield ("steps", index, *place), value


def _holder(written: Written, place: Place) -> Any:
    holder: Any = written.front
    if place[0] == "steps":
        holder, place = written.steps[int(place[1])], place[2:]
    for part in place[:-1]:
        holder = holder[part]
    return holder


def _where(written: Written, place: Place) -> str:
    words = [part if isinstance(part, str) else "*" for part in place]
    if place[0] == "steps":
        action = next(
            word for word in ("run", "do", "check", "query", "decide", "wait") if word in written.steps[int(place[1])]
        )
        words[0:2] = [f"steps[{action}]"]
    return ".".join(words)


def _changed(operator: str, rules: str, written: Written, place: Place, change: Callable[[Any, Any], None]) -> Mutant:
    other = copy.deepcopy(written)
    change(_holder(other, place), place[-1])
    return Mutant(operator, _where(written, place), frozenset(rules.split()), other)


def deleted(written: Written) -> Iterator[Mutant]:
    """A key is left out."""
    for place, _ in _everywhere(written):
        if isinstance(place[-1], str):
            yield _changed("delete", "*", written, place, lambda holder, key: holder.pop(key))


def renamed(written: Written) -> Iterator[Mutant]:
    """A key is misspelled."""

    def rename(holder: Any, key: Any) -> None:
        items = list(holder.items())
        holder.clear()
        holder.update({f"{key}x" if each == key else each: value for each, value in items})

    rules = "unknown-key missing-key unknown-component unknown-role unknown-environment contradiction"
    for place, _ in _everywhere(written):
        if isinstance(place[-1], str):
            yield _changed("rename", rules, written, place, rename)


def retyped(written: Written) -> Iterator[Mutant]:
    """A value is of another kind."""
    for place, value in _everywhere(written):
        other: Any = "text" if isinstance(value, (dict, list, bool, int, float)) else {"text": value}
        yield _changed(
            "retype",
            "wrong-type unknown-value malformed-value contradiction unknown-key missing-key wrong-length",
            written,
            place,
            lambda holder, key, other=other: holder.__setitem__(key, other),
        )


def redirected(written: Written) -> Iterator[Mutant]:
    """A name leads to something that is not there."""
    sets = [((), references.references("runbook", written.front))]
    sets += [(("steps", n), references.references("step", step)) for n, step in enumerate(written.steps)]
    for below, found_ in sets:
        for each in found_:
            place = (*below, *each.at)
            if not each.on_key:
                yield _changed(
                    "redirect",
                    f"unknown-{each.to} malformed-value",
                    written,
                    place,
                    lambda holder, key: holder.__setitem__(key, f"{holder[key]}-that-is-not-there"),
                )


def swapped(written: Written) -> Iterator[Mutant]:
    """Two things stand in each other's place."""
    for number, signal in enumerate(written.front.get("signals", ())):
        if "fires" in signal and "clears" in signal and signal["fires"]["op"] not in ("outside", "between"):

            def exchange(holder: Any, _: Any) -> None:
                holder["fires"], holder["clears"] = holder["clears"], holder["fires"]

            rules = "overlapping-thresholds touching-thresholds unreachable-threshold constant-threshold"
            yield _changed("swap", rules, written, ("signals", number, "fires"), exchange)
    for key, rules in (
        ("changelog", "changelog-behind-version changelog-out-of-order"),
        ("escalation", "shrinking-escalation"),
    ):
        if len(written.front.get(key, ())) > 1:
            yield _changed(
                "swap", rules, written, (key,), lambda holder, key: holder.__setitem__(key, holder[key][::-1])
            )
    for number, step in enumerate(written.steps):
        if len(step.get("ramp", ())) > 1:
            turn = _changed(
                "swap",
                "shrinking-ramp unfinished-ramp",
                written,
                ("steps", number, "ramp"),
                lambda holder, key: holder.__setitem__(key, holder[key][::-1]),
            )
            yield turn


def looped(written: Written) -> Iterator[Mutant]:
    """A step leads to itself."""
    for number, step in enumerate(written.steps):
        for key in ("then", "if_not", "if_unknown"):
            if key in step and step[key] != "end":
                own = step["id"]
                yield _changed(
                    "loop",
                    "endless-circle endless-retry unreachable-step path-without-outcome uncollected-evidence beside-that-goes-on",
                    written,
                    ("steps", number, key),
                    lambda holder, key, own=own: holder.__setitem__(key, own),
                )


def loosened(written: Written) -> Iterator[Mutant]:
    """A change says that it changes nothing."""
    for number, step in enumerate(written.steps):
        if "changes" in step:
            rules = "undo-of-nothing undeclared-change contradiction unknown-value single-approval missing-key"
            yield _changed("loosen", rules, written, ("steps", number, "changes"), lambda holder, key: holder.pop(key))


def misdated(written: Written) -> Iterator[Mutant]:
    """What was done is done in a year to come, or long ago."""
    for place, value in _everywhere(written):
        if place[-1] in ("last", "date") and isinstance(value, str):
            yield _changed(
                "postpone", "future-date", written, place, lambda holder, key: holder.__setitem__(key, "2030-01-01")
            )
    if "last" in written.front.get("review", {}):
        yield _changed(
            "forget",
            "overdue-review",
            written,
            ("review", "last"),
            lambda holder, key: holder.__setitem__(key, "2020-01-01"),
        )


def misjudged(written: Written) -> Iterator[Mutant]:
    """What the catalog says is otherwise in the runbook, or a duty is left out."""
    for number, component in enumerate(written.front.get("components", ())):
        for version, rule in (("0", "outdated-validation"), ("999", "unknown-interface")):
            if "validated_for" in component:
                yield _changed(
                    "revalidate",
                    rule,
                    written,
                    ("components", number, "validated_for"),
                    lambda holder, key, version=version: holder.__setitem__(key, version),
                )
    governance = written.front.get("governance", {})
    if governance.get("personal_data") != "none" and governance.get("clocks"):
        at = ("governance", "clocks")
        yield _changed(
            "clear", "personal-data-without-clock", written, at, lambda holder, key: holder.__setitem__(key, [])
        )


def abandoned(written: Written) -> Iterator[Mutant]:
    """What a step stops is named by no other step: they start another one."""
    for number, step in enumerate(written.steps):
        stops = re.search(r'patch cronjob ([a-z0-9-]+)\b.*"suspend":true', str(step.get("run", "")))
        if stops is None:
            continue
        other = copy.deepcopy(written)
        for index, each in enumerate(other.steps):
            for key in ("title", "run", "do", "expect"):
                if index != number and key in each:
                    each[key] = str(each[key]).replace(stops.group(1), "another-job")
        yield Mutant("abandon", f"{step['id']}.run", frozenset(("left-suspended",)), other)


OPERATORS: list[Callable[[Written], Iterator[Mutant]]] = [
    deleted,
    renamed,
    retyped,
    redirected,
    swapped,
    looped,
    loosened,
    misdated,
    misjudged,
    abandoned,
]


def survives(mutant: Mutant) -> bool:
    """Whether none of the rules that must find it does."""
    rules = found(mutant)
    return not rules if mutant.rules == {"*"} else not rules & mutant.rules


def excused(mutant: Mutant) -> str:
    """Why a mutant may survive, or an empty text."""
    return next((why for pattern, why in SURVIVORS.items() if re.fullmatch(pattern, mutant.name)), "")


SURVIVORS: dict[str, str] = {
    r"delete (look_alikes|look_alikes\.\*\.runbook|inputs\.\*\.many|signals\.\*\.(alert|by|dashboard|logs|no_data))": (
        "the contract does not ask for it"
    ),
    r"delete (governance\.classification|postmortem\.participants|rollback\.verify\.later)": (
        "the defaults say it, or the rest is enough"
    ),
    r"delete components\.\*\.validated_for": "only a review knows the interface that was looked at",
    r"delete rollback\.to\..*": "which of the components changed stands in no document, but where a command names it",
    r"delete signals\.\*\.(fires|clears)\.(for|min_samples)": "a value may count at once, and however few samples there are",
    r"delete (authority(\.approve(\.reversible)?)?|communication(\.(stakeholders|update_every))?|escalation|roles)": (
        "the defaults say it"
    ),
    r"delete (escalation\.\*\.(unless|via)|postmortem\.(archive|required_for|share)|rollback\.when\.unless)": (
        "the contract does not ask for it"
    ),
    r"delete (inputs\.\*\.from_label|signals\.\*\.(fires|clears)\.times)": "whoever leaves it out asks for less",
    r"delete steps\[run\]\.(at_most|keeps_visibility)": "only its author knows that it is so",
    r"delete signals\.\*\.per": "rows of SQL that carry a label may still be one row",
    r"delete steps\[\w+\]\.(within|takes)": "only a change must have a limit",
    r"delete steps\[\w+\]\.(then|fallback|if_unknown|if_not|is)": "what is left out has a meaning of its own",
    r"delete steps\[\w+\]\.(by|also|expect|success|hold|needs|precondition)": "nothing but its author says that it is needed",
    r"delete steps\[\w+\]\.(approve_also|compensates|moves_data|blast_radius|sets)": "only its author knows that it is so",
    r"(delete|rename) steps\[decide\]\.answers\..*": "the words of an answer are free, and a question may have fewer",
    r"swap signals\.\*\.fires": "which of the two sides is the bad one stands in no document",
    r"(delete|rename) roles\.\w+": "the defaults say it, and a role may have any name",
    r"loop steps\[check\]\.then": "looking again until it is otherwise is a way to wait",
    r"(delete|loosen) steps\[do\]\.changes": "nobody can read in words what a person changes",
}
"""Patterns of mutants that nobody can find, and why."""


def main(arguments: list[str]) -> int:
    """Run all mutants, or a sample; print what survived. 1 where something did that is not excused."""
    every = list(mutants())
    if arguments:
        every = random.Random(int(arguments[0])).sample(every, int(arguments[1]))  # noqa: S311
    with click.progressbar(every, label=f"Breaking the runbooks in {len(every):,} ways", file=sys.stderr) as shown:
        alive = [mutant for mutant in shown if survives(mutant)]
    open_ = Counter(mutant.name for mutant in alive if not excused(mutant))
    for name, count in sorted(open_.items()):
        print(f"SURVIVED {count:4} {name}")
    for (name, why), count in sorted(
        Counter((mutant.name, excused(mutant)) for mutant in alive if excused(mutant)).items()
    ):
        print(f"excused  {count:4} {name}: {why}")
    print(f"{len(every) - len(alive)} of {len(every)} mutants are found, {open_.total()} survive without a reason")
    return 1 if open_ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
