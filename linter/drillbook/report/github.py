"""Findings -> workflow commands that GitHub shows in the change, then the whole list for the log. Pure.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator

from drillbook.finding import Finding, Severity
from drillbook.harmless import visible
from drillbook.report import Summary, text

SHOWN = 10
"""How many annotations of a level GitHub shows of one step."""


def render(summary: Summary) -> str:
    """Ten annotations of each level, how many more there are, and the text report."""
    return "".join(f"{line}\n" for line in _commands(summary)) + text.render(summary)


def _commands(summary: Summary) -> Iterator[str]:
    more = 0
    for severity in Severity:
        found = [finding for finding in summary.findings if finding.severity is severity]
        yield from (_annotation(finding, summary.within) for finding in found[:SHOWN])
        more += len(found[SHOWN:])
    if more:
        yield f"::notice title=drillbook::and {more:,} more, which the log of this step lists"


def _annotation(finding: Finding, within: str) -> str:
    place: dict[str, object] = {"file": within + finding.path, "line": finding.line}
    if finding.end_line == finding.line:
        place |= {"col": finding.column, "endLine": finding.end_line, "endColumn": finding.end_column}
    else:  # GitHub takes columns only within one line
        place |= {"endLine": finding.end_line}
    place["title"] = f"{finding.rule} ({finding.code})"
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
    return f"::{finding.severity} {properties}::{_data(visible(finding.message))}%0A{_data(f'help: {finding.help}')}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(visible(words)).replace(":", "%3A").replace(",", "%2C")
