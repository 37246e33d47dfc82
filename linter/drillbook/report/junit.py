"""Findings -> JUnit XML, one test case a file, for services that show test results. Pure.

Errors are the one failure of their file, since readers show one each; warnings are its output. The text is ASCII with
character references, and so is XML 1.0 in any encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from drillbook.finding import Finding, Severity
from drillbook.harmless import visible
from drillbook.report import Summary


def render(summary: Summary) -> str:
    """``testsuites`` with one ``testsuite``, and in it every file that was checked, in order."""
    by_path: dict[str, list[Finding]] = {path: [] for path in summary.paths}
    for finding in summary.findings:
        by_path.setdefault(finding.path, []).append(finding)
    failed = sum(any(finding.severity is Severity.ERROR for finding in found) for found in by_path.values())
    counts = f'tests="{len(by_path)}" failures="{failed}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="drillbook" {counts}>',
        f'  <testsuite name="drillbook lint" {counts} skipped="0">',
        *_cases(by_path),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _cases(by_path: Mapping[str, Sequence[Finding]]) -> Iterator[str]:
    for path, found in sorted(by_path.items()):
        yield f'    <testcase name="{_xml(path)}" classname="drillbook" file="{_xml(path)}">'
        errors = [finding for finding in found if finding.severity is Severity.ERROR]
        if errors:
            title = errors[0].message if len(errors) == 1 else f"{len(errors)} errors"
            yield f'      <failure type="error" message="{_xml(title)}">{_list(errors)}</failure>'
        warnings = [finding for finding in found if finding.severity is Severity.WARNING]
        if warnings:
            yield f"      <system-out>{_list(warnings)}</system-out>"
        yield "    </testcase>"


def _list(found: Iterable[Finding]) -> str:
    return "\n".join(
        _xml(f"{each.path}:{each.line}:{each.column}: {each.severity}: {each.message} [{each.rule}]; help: {each.help}")
        for each in found
    )


def _xml(words: str) -> str:
    """Safe inside an element and inside a quoted attribute."""
    return escape(visible(words)).encode("ascii", "xmlcharrefreplace").decode("ascii")
