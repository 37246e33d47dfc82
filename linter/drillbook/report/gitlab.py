"""Findings -> GitLab's code quality report. Pure.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json

from drillbook.finding import Severity
from drillbook.harmless import visible
from drillbook.report import Summary
from drillbook.report._identity import fingerprints

_SEVERITY = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(summary: Summary) -> str:
    """A list of issues; GitLab shows one of each fingerprint, so each has its own."""
    issues = [
        {
            "description": visible(finding.message),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITY[finding.severity],
            "location": {
                "path": visible(summary.within + finding.path),
                "lines": {"begin": finding.line, "end": finding.end_line},
            },
        }
        for finding, fingerprint in zip(summary.findings, fingerprints(summary), strict=True)
    ]
    return json.dumps(issues, indent=2) + "\n"
