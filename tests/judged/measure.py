"""Judged runbooks -> what the linter finds of their faults, and what it finds besides. ``python -m tests.judged.measure``.

The runbooks and their faults were written by others than the rules' authors, before the rules; they are never edited to fit.
A finding counts for a fault when it stands on the fault's line, or on one that the judges called as good: a line of the list
beside the cases, and in a step any line of the same step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from drillbook import document, engine, files
from drillbook.document import Document
from drillbook.finding import Finding
from drillbook.repository import Repository
from drillbook.rules import all_rules

HERE = Path(__file__).parent
DAY = date(2026, 11, 22)
FAMILIES = ("DB2", "DB3", "DB4", "DB5")
LATER = ("query-without-time",)
"""Rules that hold what the contract came to demand after the judges had written."""


@dataclass(frozen=True)
class Fault:
    """One judged fault: the lines on which a finding may name it, the judged one first."""

    case: str
    lines: tuple[int, ...]
    family: str
    reason: str


@dataclass(frozen=True)
class Judgement:
    """A case with its faults and the findings of the families that are judged."""

    case: str
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]

    @property
    def missed(self) -> list[Fault]:
        """Faults without a finding on their lines."""
        return [fault for fault in self.faults if not any(self._names(each, fault) for each in self.findings)]

    @property
    def besides(self) -> list[Finding]:
        """Findings that name no judged fault."""
        return [each for each in self.findings if not any(self._names(each, fault) for fault in self.faults)]

    def _names(self, finding: Finding, fault: Fault) -> bool:
        return finding.line in fault.lines and finding.code[2] == fault.family[0]


@cache
def _shared() -> tuple[Document, ...]:
    """The catalog as it was when the judges wrote."""
    return tuple(each for each in files.load(HERE).documents if each.kind in document.CATALOG)


def judged(folder: str) -> list[Judgement]:
    """Every case of ``broken`` or ``sound``, each linted alone with the catalog of its day and this repository's runbooks."""
    return [_judge(path) for path in sorted((HERE / folder).glob("*.md"))]


def _judge(path: Path) -> Judgement:
    mine = document.parse(f"runbooks/{path.name}", "runbook", path.read_bytes())
    others = [each for each in files.load(HERE.parent.parent).of("runbook") if each.id != mine.id]
    repository = Repository((*others, mine, *_shared()))
    findings = engine.lint(repository, [rule for rule in all_rules() if rule.name not in LATER], DAY, only=[mine.path])
    said = path.with_suffix("").with_suffix(".faults.yaml")
    faults = tuple(_faults(path.stem, said, mine)) if said.exists() else ()
    return Judgement(
        path.stem,
        faults,
        tuple(each for each in findings if each.path == mine.path and each.code.startswith(FAMILIES)),
    )


def _faults(case: str, said: Path, mine: Document) -> list[Fault]:
    other = {
        (each["case"], each["line"]): tuple(each["or"])
        for each in yaml.safe_load((HERE / "sig-other-places.yaml").read_text(encoding="utf-8"))
    }
    return [
        Fault(
            case,
            (each["line"], *other.get((case, each["line"]), ()), *_step(mine, each["line"])),
            str(each["family"]),
            each["reason"],
        )
        for each in yaml.safe_load(said.read_text(encoding="utf-8"))
    ]


def _step(mine: Document, line: int) -> tuple[int, ...]:
    for block in mine.steps:
        first, last = mine.position(block.span.start)[0], mine.position(block.span.end)[0]
        if first <= line <= last:
            return tuple(range(first, last + 1))
    return ()


def main() -> None:
    """Print what is missed, what is found besides, and the shares."""
    broken, sound = judged("broken"), judged("sound")
    for each in broken:
        for fault in each.missed:
            print(f"missed  {each.case}:{fault.lines[0]} [{fault.family}] {fault.reason}")
        for finding in each.besides:
            print(f"besides {each.case}:{finding.line} {finding.code} {finding.message} [{finding.rule}]")
    for each in sound:
        for finding in each.findings:
            print(f"FALSE   {each.case}:{finding.line} {finding.code} {finding.message} [{finding.rule}]")
    faults = sum(len(each.faults) for each in broken)
    missed = sum(len(each.missed) for each in broken)
    found = sum(len(each.findings) for each in (*broken, *sound))
    wrong = sum(len(each.besides) for each in broken) + sum(len(each.findings) for each in sound)
    print(f"found on their line: {faults - missed} of {faults} faults ({(faults - missed) / faults:.0%})")
    print(f"findings that name a judged fault: {found - wrong} of {found}")
    print(f"findings on the sound half: {sum(len(each.findings) for each in sound)}")


if __name__ == "__main__":
    main()
