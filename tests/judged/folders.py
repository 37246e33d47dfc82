"""Judged folders -> what the linter finds of their faults, and what it finds besides. ``python -m tests.judged.folders``.

A case is a small repository: its files, laid over those of ``folders/base``, and a list of faults. Cases and faults were
written by others than the rules' authors, before the rules; they are never edited to fit. A finding counts for a fault when it
stands on the fault's line, or on one that the judge called as good (``or``), and is of the fault's family or of one in ``also``.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from click.testing import CliRunner

from drillbook.cli import commands

HERE = Path(__file__).parent / "folders"
DAY = "2026-11-22"
LIST = "faults.yaml"


@dataclass(frozen=True)
class Fault:
    """One judged fault: ``places`` are files with lines, the judged one first; ``severity`` may be ``unsaid``."""

    places: tuple[str, ...]
    families: tuple[str, ...]
    severity: str
    reason: str


@dataclass(frozen=True)
class Found:
    """A finding, as the linter reports it."""

    place: str
    code: str
    rule: str
    severity: str
    message: str

    def names(self, fault: Fault) -> bool:
        """Whether this finding stands for the fault."""
        return self.place in fault.places and f"{self.code[2]}xx" in fault.families


@dataclass(frozen=True)
class Judgement:
    """A case with its faults and everything that the linter finds in it and not in the base alone."""

    case: str
    faults: tuple[Fault, ...]
    findings: tuple[Found, ...]

    @property
    def missed(self) -> list[Fault]:
        """Faults without a finding on their lines."""
        return [fault for fault in self.faults if not any(each.names(fault) for each in self.findings)]

    @property
    def besides(self) -> list[Found]:
        """Findings that name no judged fault."""
        return [each for each in self.findings if not any(each.names(fault) for fault in self.faults)]

    @property
    def other_severity(self) -> list[tuple[Fault, Found]]:
        """Faults of which the design says error or warning, and a finding that says the other."""
        return [
            (fault, each)
            for fault in self.faults
            for each in self.findings
            if each.names(fault) and fault.severity not in ("unsaid", each.severity)
        ]


def judged(folder: str) -> list[Judgement]:
    """Every case of ``broken`` or ``sound``, each linted as a repository of its own. The base is a sound one."""
    base = _lint(None)
    found = [_judge(path, frozenset(base)) for path in sorted((HERE / folder).iterdir())]
    return found if folder == "broken" else [Judgement("base", (), base), *found]


def faults(case: Path) -> tuple[Fault, ...]:
    """The faults that the judge named in a case; none in a sound one."""
    said = case / LIST
    entries = yaml.safe_load(said.read_text(encoding="utf-8")) if said.exists() else []
    return tuple(
        Fault(
            (f"{each['file']}:{each['line']}", *each.get("or", ())),
            (each["family"], *each.get("also", ())),
            each["severity"],
            each["reason"],
        )
        for each in entries
    )


def _judge(case: Path, known: frozenset[Found]) -> Judgement:
    return Judgement(case.name, faults(case), tuple(each for each in _lint(case) if each not in known))


def _lint(case: Path | None) -> tuple[Found, ...]:
    """The report of ``drillbook lint`` on the base with a case laid over it, in a folder with nothing else around it."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(HERE / "base", root, dirs_exist_ok=True)
        if case is not None:
            shutil.copytree(case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(LIST))
        (root / "runbooks").mkdir(exist_ok=True)
        result = CliRunner().invoke(commands, ["lint", folder, f"--as-of={DAY}", "--format=json"])
    if result.exit_code not in (0, 1):
        raise RuntimeError(f"{case or 'base'}: {result.output}") from result.exception
    return tuple(
        Found(f"{each['path']}:{each['line']}", each["code"], each["rule"], each["severity"], each["message"])
        for each in json.loads(result.stdout)["findings"]
    )


def main() -> None:
    """Print what is missed, what is found besides, and the shares, by family too."""
    broken, sound = judged("broken"), judged("sound")
    for each in broken:
        for fault in each.missed:
            print(f"missed   {each.case}/{fault.places[0]} [{fault.families[0]}] {fault.reason}")
        for finding in each.besides:
            print(f"besides  {each.case}/{finding.place} {finding.code} {finding.message} [{finding.rule}]")
        for fault, finding in each.other_severity:
            print(f"severity {each.case}/{finding.place} is {finding.severity}, said {fault.severity} [{finding.rule}]")
    for each in sound:
        for finding in each.findings:
            print(f"FALSE    {each.case}/{finding.place} {finding.code} {finding.message} [{finding.rule}]")
    every = [fault for each in broken for fault in each.faults]
    missed = [fault for each in broken for fault in each.missed]
    for family in sorted({fault.families[0] for fault in every}):
        some = sum(fault.families[0] == family for fault in every)
        print(f"{family}: {some - sum(fault.families[0] == family for fault in missed)} of {some}")
    found = sum(len(each.findings) for each in (*broken, *sound))
    wrong = sum(len(each.besides) for each in broken) + sum(len(each.findings) for each in sound)
    print(f"cases: {len(broken)} broken, {len(sound)} sound")
    print(
        f"found on their line: {len(every) - len(missed)} of {len(every)} faults ({1 - len(missed) / len(every):.0%})"
    )
    print(f"findings that name a judged fault: {found - wrong} of {found}")
    print(f"other severity than said: {sum(len(each.other_severity) for each in broken)}")
    print(f"findings on the sound half: {sum(len(each.findings) for each in sound)}")


if __name__ == "__main__":
    main()
