"""A repository's runbooks in one environment -> the rule files and test files for Prometheus, by name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook import alerting
from drillbook.environment import Environment
from drillbook.export import proofs
from drillbook.model import Runbook


@dataclass(frozen=True, slots=True)
class Export:
    """The texts of ``files`` by name, and what is not exported: runbook, signal and the reason."""

    files: dict[str, str]
    left: tuple[tuple[str, str, str], ...]


def export(runbooks: Sequence[Runbook], environment: Environment, site: str) -> Export:
    """One rule file and one test file for each runbook that has an alert to export."""
    texts: dict[str, str] = {}
    left: list[tuple[str, str, str]] = []
    for runbook in runbooks:
        groups, refused = alerting.groups(runbook, environment, site)
        left += [(runbook.id, signal, why) for signal, why in refused.items()]
        if groups:
            texts[f"{runbook.id}.rules.yaml"] = _text(runbook, environment, {"groups": groups})
            texts[f"{runbook.id}.tests.yaml"] = _text(runbook, environment, _tests(runbook, environment, site))
    return Export(texts, tuple(left))


def _tests(runbook: Runbook, environment: Environment, site: str) -> dict[str, Any]:
    """Promtool evaluates all groups of a file at one interval, and each test says its own."""
    exported = [signal for signal in runbook.signals if not alerting.refusal(signal, environment)]
    return {
        "rule_files": [f"{runbook.id}.rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [test for signal in exported for test in proofs.tests(runbook, signal, environment, site)],
    }


def _text(runbook: Runbook, environment: Environment, data: dict[str, Any]) -> str:
    head = [
        f"# Made by `drillbook export alerts --env {environment.name}` from runbooks/{runbook.id}.md {runbook.version}.",
        "# Change the runbook, not this file. Prometheus 2.42 or newer.",
    ]
    return "\n".join([*head, alerting.text(data)])


def stale(written: dict[str, str], wanted: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What in a folder is not what it should be: the file, and how it differs."""
    for name, text in wanted.items():
        if name not in written:
            yield name, "is missing"
        elif written[name] != text:
            yield name, "differs from what its runbook says now"
    for name in sorted(written.keys() - wanted.keys()):
        yield name, "belongs to no alert that any runbook exports"
