"""Findings -> SARIF 2.1.0, with the pages of the rules that found something. Pure.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from drillbook import __version__, resources
from drillbook.finding import Finding
from drillbook.harmless import visible
from drillbook.report import Summary
from drillbook.report._identity import fingerprints
from drillbook.rule import Rule
from drillbook.rules import all_rules

ROOT = "%SRCROOT%"
"""What paths are relative to: the root of the Git repository."""
_LONGEST = 200
"""So many characters of a mend are told; more would be a part of the document."""


def render(summary: Summary) -> str:
    """One run; columns count Unicode code points, and a finding keeps its fingerprint when lines move."""
    found = {finding.rule for finding in summary.findings}
    rules = [rule for rule in all_rules() if rule.name in found]
    index = {rule.name: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Drillbook",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the Git repository."}}},
        "results": [
            _result(finding, summary.within, index[finding.rule], fingerprint)
            for finding, fingerprint in zip(summary.findings, fingerprints(summary), strict=True)
        ],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    page = resources.rule_page(rule.name).removeprefix(f"# {rule.name}\n").strip()
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _opening(page) or rule.summary},
        "help": {"text": f"{rule.help}\n\n{page}", "markdown": page},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"code": rule.code},
    }


def _opening(page: str) -> str:
    """What a page says before its first heading, in one line."""
    return " ".join(re.split(r"^#", page, maxsplit=1, flags=re.MULTILINE)[0].split())


def _result(finding: Finding, within: str, index: int, fingerprint: str) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": _unlinked(visible(finding.message))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(within + finding.path), "uriBaseId": ROOT},
                    "region": {
                        "startLine": finding.line,
                        "startColumn": finding.column,
                        "endLine": finding.end_line,
                        "endColumn": finding.end_column,
                    },
                }
            }
        ],
        "partialFingerprints": {"drillbook/v1": fingerprint},
        **_fixes(finding, within),
    }


def _fixes(finding: Finding, within: str) -> dict[str, Any]:
    """What ``--fix`` would write, where it is safe and a word or two: a section that moves is no suggestion of an editor."""
    edits = finding.fix.edits if finding.fix and finding.fix.safe else ()
    if not edits or any(len(new) > _LONGEST for _, new in edits):
        return {}
    replacements = [
        {
            "deletedRegion": {"charOffset": span.start, "charLength": span.end - span.start},
            "insertedContent": {"text": new},
        }
        for span, new in edits
    ]
    change = {
        "artifactLocation": {"uri": _uri(within + finding.path), "uriBaseId": ROOT},
        "replacements": replacements,
    }
    return {"fixes": [{"description": {"text": "What drillbook lint --fix writes."}, "artifactChanges": [change]}]}


def _unlinked(words: str) -> str:
    """Without the ``[words](target)`` that viewers show as a link, which a document could have written."""
    return words.replace("](", "] (")


def _uri(path: str) -> str:
    """A relative reference; names that are no UTF-8 keep their bytes."""
    return quote(path.encode("utf-8", "surrogateescape"))
