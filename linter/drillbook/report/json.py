"""Findings -> JSON by ``schema/report.schema.json``, for other programs. Pure."""

from __future__ import annotations

import json

from drillbook import __version__
from drillbook.finding import Finding, Severity
from drillbook.harmless import visible
from drillbook.report import Summary

VERSION = 1
"""Grows when a key is renamed, removed or changes its meaning; a new key does not count."""
_KEYS = ("path", "line", "column", "end_line", "end_column", "rule", "code", "severity", "message", "help")


def render(summary: Summary) -> str:
    """One object with ``findings`` and ``summary``; lines and columns count from 1, columns in characters."""
    findings = [{**{key: _value(finding, key) for key in _KEYS}, **_fix(finding)} for finding in summary.findings]
    report = {
        "version": VERSION,
        "drillbook": __version__,
        "findings": findings,
        "summary": {
            "files": summary.files,
            "errors": summary.count(Severity.ERROR),
            "warnings": summary.count(Severity.WARNING),
        },
    }
    return json.dumps(report, indent=2) + "\n"


def _fix(finding: Finding) -> dict[str, str]:
    """Whether a machine can mend it, where one can."""
    return {"fix": "safe" if finding.fix.safe else "unsafe"} if finding.fix else {}


def _value(finding: Finding, key: str) -> object:
    value = getattr(finding, key)
    return visible(value) if key in ("path", "message") else value
