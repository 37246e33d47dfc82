"""Findings -> lines for a terminal: place, sentence, rule, the line with the place marked, the way out. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from drillbook.finding import Finding, Severity
from drillbook.harmless import visible
from drillbook.report import Summary
from drillbook.words import counted

_WIDTH = 100
Paint = Callable[[str, str], str]
_COLOURS = {"error": "31;1", "warning": "33;1", "mark": "36", "bold": "1", "dim": "2"}


def render(summary: Summary, colour: bool = False, statistics: bool = False) -> str:
    """The whole report. Nothing that a document holds can move the cursor: such characters show as U+FFFD."""
    paint = _paint if colour else _plain
    blocks = ["\n".join(_one(finding, paint)) for finding in summary.findings]
    counts = [_statistics(summary)] if statistics and summary.findings else []
    return "\n\n".join([*blocks, closing(summary) + _mendable(summary), *counts]) + "\n"


def _one(finding: Finding, paint: Paint) -> Iterator[str]:
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}:"
    word = paint(f"{finding.severity}:", str(finding.severity))
    mark = " [*]" if finding.fix and finding.fix.safe else ""
    yield f"{paint(place, 'bold')} {word} {visible(finding.message)} {paint(f'[{finding.rule}]{mark}', 'dim')}"
    yield from _source(finding, paint)
    yield f"  help: {finding.help}"


def _source(finding: Finding, paint: Paint) -> Iterator[str]:
    line, start = visible(finding.excerpt), finding.column - 1
    if not line.strip() or start > len(line):
        return
    end = finding.end_column - 1 if finding.end_line == finding.line else len(line)
    end = max(start + 1, min(end, len(line)))
    cut = max(0, start - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[cut : cut + _WIDTH]
    before = ("…" if cut else "") + line[cut:start]
    after = "…" if cut + _WIDTH < len(line) else ""
    number = str(finding.line)
    gutter = " " * len(number)
    marks = "^" * max(1, _cells(line[start : min(end, cut + _WIDTH)]))
    yield paint(f" {number} | ", "dim") + ("…" if cut else "") + shown + after
    yield paint(f" {gutter} | ", "dim") + " " * _cells(before) + paint(marks, "mark")


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _statistics(summary: Summary) -> str:
    """How often each rule found something, the most frequent first."""
    counts = Counter((finding.code, finding.rule) for finding in summary.findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    wide = len(f"{rows[0][1]:,}")
    return "\n".join(f"{number:>{wide},}  {code}  {rule}" for (code, rule), number in rows)


def closing(summary: Summary) -> str:
    """The last line: what was found, in how many files."""
    files = counted(summary.files, "file")
    if not summary.findings:
        return f"Nothing found in {files}."
    errors, warnings = summary.count(Severity.ERROR), summary.count(Severity.WARNING)
    inside = f"{summary.files_with_findings} of {files}" if summary.files > 1 else files
    return f"{counted(errors, 'error')} and {counted(warnings, 'warning')} in {inside}; drillbook rule NAME explains a rule."


def _mendable(summary: Summary) -> str:
    """How many findings a machine can mend."""
    fixes = [finding.fix for finding in summary.findings if finding.fix]
    safe = sum(fix.safe for fix in fixes)
    if not fixes:
        return ""
    more = f"{len(fixes) - safe:,} {'more ' if safe else ''}with --fix --unsafe" if safe < len(fixes) else ""
    return f"\n[*] {' and '.join(filter(None, [f'{safe:,} can be mended with --fix' if safe else '', more]))}."


def _plain(text: str, _: str) -> str:
    return text


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"
