"""Findings -> text for people and for other programs. Pure: a report never prints and never changes the exit status.

A module of this folder is a format: its ``render`` takes a Summary and gives the whole text. There is no list to register in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pkgutil import iter_modules

from drillbook.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run saw: the findings, and the files that were checked.

    ``within`` is where the repository of runbooks lies in the Git repository around it, ``ops/`` or empty: services that
    know the whole Git repository need it before every path.
    """

    findings: Sequence[Finding]
    paths: Sequence[str]
    within: str = ""

    @property
    def files(self) -> int:
        """How many files were checked."""
        return len(self.paths)

    def count(self, severity: Severity) -> int:
        """How many findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def files_with_findings(self) -> int:
        """In how many files."""
        return len({finding.path for finding in self.findings})


def formats() -> tuple[str, ...]:
    """The names of all formats, in alphabetical order."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))
