"""A Prometheus rule file, or a PrometheusRule of Kubernetes -> its alert rules with their places. Pure, never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook import yaml12
from drillbook.finding import Place, Span
from drillbook.yaml12 import Yaml

_LOOKS = re.compile(rb"^[ \t]*(?:groups[ \t]*:|[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?PrometheusRule\b)", re.MULTILINE)
_HOLDS = re.compile(rb"\balert[\"']?[ \t]*:")
_NEXT = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)
_NAMED = re.compile(r"\balert[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z_][A-Za-z0-9_:]*)")
_MOST = 1000
"""So many documents of one file are read."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alert rule: its name, the page that it leads to (``runbook_url``), and the runbook that its label names."""

    name: str
    at: Span
    url: str = ""
    url_at: Span | None = None
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class AlertFile:
    """What a rule file says; ``others`` are the names of alerts in parts that cannot be read, such as templates."""

    rules: tuple[AlertRule, ...] = ()
    others: tuple[str, ...] = ()


def may_be(data: bytes) -> bool:
    """Whether it is worth reading a YAML file for alert rules."""
    return bool(_HOLDS.search(data) and _LOOKS.search(data))


def read(text: str) -> AlertFile | None:
    """The alert rules of a text; None where it is no rule file."""
    rules: list[AlertRule] = []
    others: list[str] = []
    found = False
    for start, end in _parts(text):
        part = yaml12.read(text[start:end], start)
        groups = _groups(part.value)
        if part.value is None and _HOLDS.search(text[start:end].encode("utf-8", "replace")):
            others += _NAMED.findall(text, start, end)
        found = found or groups is not None
        rules += _rules(part, *groups) if groups else ()
    return AlertFile(tuple(rules), tuple(others)) if found or others else None


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Where the YAML documents of a text begin and end."""
    start = 0
    for count, mark in enumerate(_NEXT.finditer(text)):
        if count == _MOST:
            return
        if text[start : mark.start()].strip():
            yield start, mark.start()
        start = mark.end()
    if text[start:].strip():
        yield start, len(text)


def _groups(value: object) -> tuple[list[object], Place] | None:
    """The groups of rules in a value and where they stand; None where it holds none."""
    at: Place = ()
    if isinstance(value, dict) and value.get("kind") == "PrometheusRule":
        value, at = value.get("spec"), ("spec",)
    groups = value.get("groups") if isinstance(value, dict) else None
    if not isinstance(groups, list):
        return None
    return (groups, (*at, "groups")) if any(_is_rule(rule) for each in groups for rule in _listed(each)) else None


def _listed(group: object) -> list[object]:
    rules = group.get("rules") if isinstance(group, dict) else None
    return rules if isinstance(rules, list) else []


def _is_rule(rule: object) -> bool:
    return isinstance(rule, dict) and "expr" in rule and ("alert" in rule or "record" in rule)


def _rules(part: Yaml, groups: list[object], at: Place) -> Iterator[AlertRule]:
    for number, group in enumerate(groups):
        for index, rule in enumerate(_listed(group)):
            if not isinstance(rule, dict) or not isinstance(rule.get("alert"), str) or "expr" not in rule:
                continue
            place = (*at, number, "rules", index)
            url = _text(rule.get("annotations"), "runbook_url")
            yield AlertRule(
                name=rule["alert"],
                at=_span(part, (*place, "alert")),
                url=url,
                url_at=_span(part, (*place, "annotations", "runbook_url")) if url else None,
                runbook=_text(rule.get("labels"), "runbook"),
            )


def _text(holder: object, key: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _span(part: Yaml, place: Place) -> Span:
    mark = part.marks.find(place)
    return mark.span if mark else part.marks.span
