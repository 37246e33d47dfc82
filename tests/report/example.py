"""Findings and summaries for the tests of reports."""

from __future__ import annotations

from drillbook.finding import Finding, Severity
from drillbook.report import Summary


def finding(
    message: str = 'team "rankin" is not in catalog/teams.yaml',
    path: str = "runbooks/late-scores.md",
    line: int = 8,
    rule: str = "unknown-team",
    code: str = "DB203",
    severity: Severity = Severity.ERROR,
    excerpt: str = "owner: rankin",
    end_line: int | None = None,
) -> Finding:
    """A finding of which only what a test is about is said."""
    end = end_line or line
    return Finding(path, line, 8, end, 14, rule, code, severity, message, "name a team", excerpt)


def summary(*findings: Finding, within: str = "") -> Summary:
    """A summary of findings in their files."""
    return Summary(findings, sorted({each.path for each in findings}), within)
