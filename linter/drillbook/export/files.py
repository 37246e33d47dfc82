"""A repository's runbooks in one environment -> the rule files and test files for Prometheus, by name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from drillbook import alerting, duration
from drillbook.environment import Environment
from drillbook.export import proofs
from drillbook.model import Runbook


@dataclass(frozen=True, slots=True)
class Export:
    """The texts of ``files`` by name, and what is not exported: runbook, signal and the reason.

    ``unproved``: the cases that the test files leave out, since promtool would take minutes for them.
    """

    files: dict[str, str]
    left: tuple[tuple[str, str, str], ...]
    unproved: tuple[str, ...] = ()


def export(runbooks: Sequence[Runbook], environment: Environment, site: str) -> Export:
    """One rule file and one test file for each runbook that has an alert to export."""
    texts: dict[str, str] = {}
    left: list[tuple[str, str, str]] = []
    unproved: list[str] = []
    for runbook in runbooks:
        _, refused = alerting.groups(runbook, environment, site)
        left += [(runbook.id, signal, why) for signal, why in refused.items()]
        for name, part in _by_server(runbook, environment):
            groups, _ = alerting.groups(part, environment, site)
            long = [each for signal in part.signals for each in proofs.left_out(signal, environment)]
            unproved += [f"{runbook.id}, {each}" for each in long]
            texts[f"{name}.rules.yaml"] = _text(runbook, environment, {"groups": groups})
            texts[f"{name}.tests.yaml"] = _text(runbook, environment, _tests(name, part, environment, site), long)
    return Export(texts, tuple(left), tuple(unproved))


def _by_server(runbook: Runbook, environment: Environment) -> Iterator[tuple[str, Runbook]]:
    """The runbook with the signals of each server that has any to export, and how its files are called.

    A server knows nothing of what another one measures, so the name says for which it is, where there are several.
    """
    exported = [signal for signal in runbook.signals if not alerting.refusal(signal, environment)]
    sources: dict[str, Any] = environment.entry.get("sources") or {}
    several = sum(each.get("kind") == "prometheus" for each in sources.values()) > 1
    for source in dict.fromkeys(signal.source for signal in exported):
        own = tuple(signal for signal in exported if signal.source == source)
        yield f"{runbook.id}.{source}" if several else runbook.id, replace(runbook, signals=own)


def _tests(name: str, runbook: Runbook, environment: Environment, site: str) -> dict[str, Any]:
    """Promtool evaluates all groups of a file at one interval: that of the server, which is the same for all of them."""
    interval = environment.interval(runbook.signals[0])
    return {
        "rule_files": [f"{name}.rules.yaml"],
        "evaluation_interval": duration.show(interval),
        "tests": [test for signal in runbook.signals for test in proofs.tests(runbook, signal, environment, site)],
    }


def _text(runbook: Runbook, environment: Environment, data: dict[str, Any], long: Sequence[str] = ()) -> str:
    head = [
        f"# Made by `drillbook export alerts --env {environment.name}` from runbooks/{runbook.id}.md {runbook.version}.",
        "# Change the runbook, not this file. Prometheus 2.42 or newer.",
        *(f"# Left out, since promtool would take minutes: {each}" for each in long),
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
