"""Findings -> text for people and for other programs. Pure: a report never prints and never changes the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drillbook.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run saw: the findings, and how many files were checked."""

    findings: Sequence[Finding]
    files: int

    def count(self, severity: Severity) -> int:
        """How many findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def files_with_findings(self) -> int:
        """In how many files."""
        return len({finding.path for finding in self.findings})
