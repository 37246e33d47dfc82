"""Findings -> Markdown for the summary of a CI job: counts and a table. Pure.

What comes from a document stands in a code element, as entities: it cannot end the table, link, load, mention or run anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from drillbook.finding import Finding, Severity
from drillbook.harmless import code
from drillbook.report import Summary, text

ROWS = 200
"""How many findings the table shows: services take a summary of a megabyte at most."""


def render(summary: Summary) -> str:
    """A heading, one sentence with the counts, and a table of findings and one of rules."""
    blocks = ["## Runbooks", text.closing(summary)]
    if summary.findings:
        blocks += ["\n".join(_findings(summary)), "\n".join(_rules(summary))]
    if len(summary.findings) > ROWS:
        blocks.insert(3, f"And {len(summary.findings) - ROWS:,} more.")
    return "\n\n".join(blocks) + "\n"


def _findings(summary: Summary) -> Iterator[str]:
    yield "| | where | what | rule |"
    yield "|---|---|---|---|"
    for finding in summary.findings[:ROWS]:
        yield f"| {finding.severity} | {code(_place(finding))} | {code(finding.message)} | `{finding.rule}` |"


def _rules(summary: Summary) -> Iterator[str]:
    counts = Counter((finding.rule, finding.severity) for finding in summary.findings)
    yield "| rule | errors | warnings |"
    yield "|---|--:|--:|"
    for rule in sorted({rule for rule, _ in counts}):
        yield f"| `{rule}` | {counts[rule, Severity.ERROR]:,} | {counts[rule, Severity.WARNING]:,} |"


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}"
