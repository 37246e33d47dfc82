"""A Prometheus rule file -> drafts of runbooks, one for each alert, that keep everything that the file says. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

import yaml  # to write with

from drillbook import promql, yaml12
from drillbook.promql import Binary, labels
from drillbook.starter import wording

_OPERATORS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "==": "eq", "!=": "ne"}
_SIGN = re.compile(r"<=|>=|==|!=|<|>")
_PLAIN = re.compile(r"(?!(?i:true|false|null|yes|no|on|off|y|n)$)[^\W\d]\w*|\d+[a-z]+")


class NoRules(ValueError):
    """Why a file holds no alert rules, in one sentence."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alerting rule as it is written; ``expression`` is PromQL."""

    name: str
    expression: str
    hold: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def id(self) -> str:
        """The name in kebab case: ``KubePodCrashLooping`` is ``kube-pod-crash-looping``."""
        return wording.kebab(self.name)


def alerts(text: str) -> tuple[Alert, ...]:
    """The alerting rules of a rule file, or of a PrometheusRule resource, in their order. Raises NoRules."""
    read = yaml12.read(text)
    if read.problems:
        raise NoRules(f"cannot be read: {read.problems[0].message}")
    data: Any = read.value
    if isinstance(data, dict) and isinstance(data.get("spec"), dict):
        data = data["spec"]
    groups = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        raise NoRules('holds no "groups", expected a Prometheus rule file')
    listed = (group.get("rules") for group in groups if isinstance(group, dict))
    rules = [rule for each in listed if isinstance(each, list) for rule in each]
    found = tuple(_alert(rule) for rule in rules if isinstance(rule, dict) and rule.get("alert") and rule.get("expr"))
    if not found:
        raise NoRules("holds no alerting rule")
    return found


def _alert(rule: Mapping[str, Any]) -> Alert:
    return Alert(
        name=str(rule["alert"]),
        expression=str(rule["expr"]).strip(),
        hold=str(rule.get("for") or ""),
        labels=_texts(rule.get("labels")),
        annotations=_texts(rule.get("annotations")),
        text=yaml.safe_dump(dict(rule), sort_keys=False, width=100, allow_unicode=True),
    )


def _texts(given: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, Mapping) else {}


def draft(alert: Alert, owner: str, source: str, day: date) -> str:
    """A draft of a runbook for an alert. What the rule says and a runbook has no key for stands under Learn, word for word."""
    title = _plain(alert.annotations.get("summary") or alert.annotations.get("message") or alert.name)
    summary = _plain(alert.annotations.get("description") or title)
    front = {
        "schema": "runbook/1",
        "id": alert.id,
        "title": wording.shortened(title, 100),
        "summary": wording.shortened(summary, 280),
        "version": "0.1.0",
        "status": "draft",
        "owner": owner,
    }
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False) if key in _QUOTED else value}" for key, value in front.items()
    ]
    lines += ["signals:", *(f"  {line}" for line in _signal(alert, source))]
    entry = {"version": "0.1.0", "date": day.isoformat(), "by": owner, "because": "first draft"}
    written = ", ".join(f"{key}: {json.dumps(value) if key == 'version' else value}" for key, value in entry.items())
    changed = json.dumps(f"From the alert rule {' '.join(alert.name.split())}", ensure_ascii=False)
    lines += ["changelog:", f"  - {{{written}, changes: [{changed}]}}"]
    return _BODY.format(
        look=wording.LOOK, front="\n".join(lines), fence=wording.fence(alert.text), rule=alert.text.rstrip()
    )


_QUOTED = ("title", "summary", "version")
_BODY = """\
---
{front}
---

## Detect

```step
id: look
title: Look whether it is this
do: "{look}"
```

## Contain

## Mitigate

## Restore

## Learn

The alert rule that this draft began with:

{fence}yaml
{rule}
{fence}
"""


def _signal(alert: Alert, source: str) -> Iterator[str]:
    query, op, value = split(alert.expression)
    yield f"- id: {alert.id}"
    title = wording.shortened(_plain(alert.annotations.get("summary") or alert.name), 100)
    yield f"  title: {json.dumps(title, ensure_ascii=False)}"
    yield f"  alert: {_scalar(alert.name)}"
    yield f"  source: {source}"
    whole = "#" in query or "`" in query  # a comment ends with its line, and a text may go on over several
    yield "  query: |-" if whole else "  query: >-"
    yield from (f"    {line if whole else line.strip()}" for line in query.splitlines() if line.strip())
    per = _labels(query)
    if per:
        yield f"  per: [{', '.join(per)}]"
    hold = f", for: {_scalar(alert.hold)}" if alert.hold and alert.hold not in ("0s", "0m") else ""
    yield f"  fires: {{op: {op}, value: {_number(value)}{hold}}}"


def _number(value: float) -> str:
    """A number without an exponent, which tools of YAML 1.1 take for a text."""
    return f"{Decimal(repr(value)):f}" if "e" in repr(value) else repr(value)


def _scalar(text: str) -> str:
    """A name or a duration as it is, and in quotes what YAML would read as something else."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def split(expression: str) -> tuple[str, str, float]:
    """The query, operator and number of ``query > 5``; of anything else that it has a value at all, which fires above 0."""
    whole = promql.read(expression).tree
    if (
        isinstance(whole, Binary)
        and whole.op in _OPERATORS
        and not whole.flag
        and (limit := promql.constant(whole.right)) is not None
        and isfinite(limit)
    ):
        for sign in reversed([*_SIGN.finditer(expression)]):
            left = promql.read(expression[: sign.start()])
            if sign[0] == whole.op and not left.error and left.tree == whole.left:
                return expression[: sign.start()].strip(), _OPERATORS[sign[0]], limit
    inner = f"\n{expression}\n" if "#" in expression else expression  # a comment would hide the bracket
    return f"count({inner}) or vector(0)", "gt", 0.0


def _labels(query: str) -> tuple[str, ...]:
    """The labels that tell the series apart, where the query itself says which there are."""
    found = labels.of_query(promql.read(query))
    return tuple(sorted(found.several)) if found is not None else ()


def _plain(text: str) -> str:
    """A text on one line, its templates as words."""
    return " ".join(re.sub(r"\{\{.*?\}\}", "...", text).split())
