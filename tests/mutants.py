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


OPERATORS: list[Callable[[Written], Iterator[Mutant]]] = [deleted, renamed, retyped, redirected]


def survives(mutant: Mutant) -> bool:
    """Whether none of the rules that must find it does."""
    rules = found(mutant)
    return not rules if mutant.rules == {"*"} else not rules & mutant.rules


def excused(mutant: Mutant) -> str:
    """Why a mutant may survive, or an empty text."""
    return next((why for pattern, why in SURVIVORS.items() if re.fullmatch(pattern, mutant.name)), "")


SURVIVORS: dict[str, str] = {}
"""Patterns of mutants that nobody can find, and why."""


def main(arguments: list[str]) -> int:
    """Run all mutants, or a sample; print what survived. 1 where something did that is not excused."""
    every = list(mutants())
    if arguments:
        every = random.Random(int(arguments[0])).sample(every, int(arguments[1]))  # noqa: S311
    alive = [mutant for mutant in every if survives(mutant)]
    open_ = Counter(mutant.name for mutant in alive if not excused(mutant))
    for name, count in sorted(open_.items()):
        print(f"SURVIVED {count:4} {name}")
    for why, count in Counter(excused(mutant) for mutant in alive if excused(mutant)).most_common():
        print(f"excused  {count:4} {why}")
    print(f"{len(every) - len(alive)} of {len(every)} mutants are found, {open_.total()} survive without a reason")
    return 1 if open_ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
