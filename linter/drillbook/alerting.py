"""A runbook's signals in one environment -> a group of Prometheus rules that means what the contract means. Pure.

Each signal becomes two recorded series, its value and its samples, and an alert over them. The alert starts once ``fires`` held
for its time, ends once ``clears`` held for its time, and between the two stays what it was: it looks at itself, by
``ALERTS``. That needs ``keep_firing_for`` (Prometheus 2.42). Since the alert reads recorded series only, its unit tests can say
what the values are, whatever the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml

from drillbook import duration
from drillbook.contract import LATCHED, evaluations, window
from drillbook.environment import Environment, NotFilled
from drillbook.model import Runbook, Signal, Threshold
from drillbook.words import clears, fires

COMPARISONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "==", "ne": "!="}
OLDEST = (2, 42)
"""The first Prometheus with ``keep_firing_for``."""
_RARE = timedelta(minutes=3)

LABEL = "{{{{ $labels.{} | urlquery }}}}"
"""How Prometheus writes the value of an alert's label into an address."""

Rule = dict[str, Any]


class NotExported(ValueError):
    """Why a signal has no alert rule, and what to do, in one sentence."""


def refusal(signal: Signal, environment: Environment) -> str:
    """Why a signal cannot be exported, and what to do; empty where it can."""
    source = environment.source(signal.source)
    if not signal.alert:
        kind = environment.source(signal.source).get("kind")
        other = (
            "" if kind in (None, "prometheus") else f', and asks "{signal.source}" ({kind}), which Prometheus cannot'
        )
        return f"it names no alert{other}: run drillbook check on a schedule" if other else "it names no alert"
    if signal.fires is None:
        return "it never fires: it has no threshold for that"
    if signal.human:
        return "people notice it: nothing evaluates it"
    if not source:
        return f'"{environment.name}" has no source "{signal.source}"'
    if source["kind"] != "prometheus":
        return f'it asks "{signal.source}" ({source["kind"]}) and Prometheus cannot: run drillbook check on a schedule'
    version = str(source.get("version", ""))
    if version and _number_of(version) < OLDEST:
        why = f"Prometheus {version} knows no keep_firing_for, so the alert would end at the wrong time"
        return f'{why}; update "{signal.source}" to 2.42'
    try:
        for text in (signal.query, signal.samples):
            environment.filled(text)
    except NotFilled as error:
        return f"{error}, which only an incident has"
    return ""


def rules(runbook: Runbook, signal: Signal, environment: Environment, site: str) -> list[Rule]:
    """The entries of a rule file's ``rules`` for one signal: what is recorded, then the alert. ``site`` holds the pages.

    Raises NotExported where Prometheus could not do what the signal means.
    """
    why = refusal(signal, environment)
    if why:
        raise NotExported(f'signal "{signal.id}" is not exported: {why}')
    labels = ", ".join(signal.per)
    # Of several series where the checker refuses to compare, the worst: one that is well hides none that is not.
    worst = "min" if signal.fires is not None and signal.fires.op in ("lt", "lte") else "max"
    names = _Names(*(recorded(runbook, signal, environment, what) for what in ("value", "samples")))
    found: list[Rule] = [
        {"record": names.value, "expr": f"{worst} by ({labels}) (\n{_indented(environment.filled(signal.query))}\n)"}
    ]
    if _counted(signal):
        samples = f"max by ({labels}) (\n{_indented(environment.filled(signal.samples))}\n)"
        found.append({"record": names.samples, "expr": samples})
    return [*found, _alert(runbook, signal, environment, site, names)]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the recorded series of a signal are called."""

    value: str
    samples: str


def _indented(query: str) -> str:
    return "\n".join(f"  {line}" for line in query.splitlines()) if "`" not in query else query


def groups(runbook: Runbook, environment: Environment, site: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The groups of a runbook's rules, one for each interval, and the signals that are not exported, each with the reason.

    A signal that neither names an alert nor pages is nobody's alarm, and what people notice is none either.
    """
    alarms = [signal for signal in runbook.signals if signal.alert or (signal.tier == "page" and not signal.human)]
    refused = {signal.id: why for signal in alarms if (why := refusal(signal, environment))}
    found: dict[timedelta, list[Rule]] = {}
    for signal in runbook.signals:
        if signal.alert and signal.id not in refused:
            every = environment.interval(signal)
            found.setdefault(every, []).extend(rules(runbook, signal, environment, site))
    return [
        {"name": f"drillbook:{runbook.id}:{duration.show(every)}", "interval": duration.show(every), "rules": each}
        for every, each in found.items()
    ], refused


def recorded(runbook: Runbook, signal: Signal, environment: Environment, what: str) -> str:
    """The name of a recorded series: ``drillbook:prod:fraud_accuracy_drop:auc_pr_drop:value``.

    One server may hold the rules of several environments.
    """
    names = (environment.name, runbook.id, signal.id)
    return ":".join(("drillbook", *(name.replace("-", "_") for name in names), what))


def _alert(runbook: Runbook, signal: Signal, environment: Environment, site: str, names: _Names) -> Rule:
    interval = environment.interval(signal)
    rule: Rule = {"alert": signal.alert, "expr": _expression(runbook, signal, environment, names)}
    holds, rests = ((evaluations(side, interval) - 1) * interval for side in (signal.fires, signal.clears))
    # An event does not end by itself: it goes on as long as the checker looks back, unless somebody silences it.
    for key, length in (
        ("for", holds),
        ("keep_firing_for", LATCHED // interval * interval if signal.latched else rests),
    ):
        if length:
            rule[key] = duration.show(length)
    severity = (runbook.data.get("severity") or {}).get("default", "")
    labels = {"owner": runbook.owner, "tier": signal.tier, "severity": severity, "runbook": runbook.id}
    labels["environment"] = environment.name
    rule["labels"] = {key: value for key, value in labels.items() if value and key not in signal.per}
    rule["annotations"] = dict(_annotations(runbook, signal, environment, site))
    return rule


def _annotations(runbook: Runbook, signal: Signal, environment: Environment, site: str) -> Iterator[tuple[str, str]]:
    yield "summary", _plain(runbook.title)
    sides = {"Fires": fires(signal), "Clears": clears(signal)}
    yield (
        "description",
        _plain(
            " ".join(
                [f"{signal.title}.", *(f"{word} {each}." for word, each in sides.items() if each), *_silence(signal)]
            )
        ),
    )
    if site:
        step = f"#step-{signal.leads_to}" if signal.leads_to else ""
        known = "&".join(f"{name}={value}" for name, value in _known(runbook, signal, environment))
        yield "runbook_url", f"{site.rstrip('/')}/runbooks/{runbook.id}/?{known}{step}"


def _known(runbook: Runbook, signal: Signal, environment: Environment) -> Iterator[tuple[str, str]]:
    """What the alert knows of the page's form: the environment, the version, and the inputs that its labels hold."""
    yield "environment", environment.name
    yield "version", runbook.version
    for each in runbook.data.get("inputs", ()):
        if each.get("from_label") in signal.per:
            yield each["id"], LABEL.format(each["from_label"])


def _silence(signal: Signal) -> tuple[str, ...]:
    """What ends the alert of an event: Prometheus cannot know that a step was done."""
    return (
        (f"Silence this alert then; it ends {duration.show(LATCHED)} after the last event.",) if signal.latched else ()
    )


def _plain(text: str) -> str:
    """A text in which Prometheus finds no template."""
    return text.replace("{{", '{{ "{{" }}')


def _expression(runbook: Runbook, signal: Signal, environment: Environment, names: _Names) -> str:
    """Started, or still on: the alert itself, unless it clears, or is nowhere and no data is fine."""
    value, interval = names.value, environment.interval(signal)
    on = f"on ({', '.join(signal.per)})"
    started = [_side(names, signal, signal.fires)] if signal.fires else []
    if signal.no_data == "fires":
        started += _gone(signal, value, on, interval)
    if signal.latched or signal.clears is None:
        return "\nor\n".join(started)
    itself = f'alertname="{signal.alert}", alertstate="firing"'
    for label, mine in (("runbook", runbook.id), ("environment", environment.name)):
        if label not in signal.per:  # another runbook may claim the alert elsewhere
            itself += f', {label}="{mine}"'
    if signal.no_data == "fires" and signal.per:  # the alert that nothing at all is there ends with that
        itself += f', {signal.per[0]}!=""'
    still = f"max by ({', '.join(signal.per)}) ({_last(f'ALERTS{{{itself}}}', interval)})"
    if signal.no_data == "ok":
        still = f"({still} and {on} ({_there(value)}))"
    return "\nor\n".join([*started, f"({still}\n  unless {on} ({_side(names, signal, signal.clears)}))"])


def _last(series: str, interval: timedelta) -> str:
    """What a series was at the evaluation before; by itself Prometheus finds it again for five minutes only."""
    if interval <= _RARE:
        return series
    return f"last_over_time({series}[{duration.show(interval * 3 / 2)}])"


def _gone(signal: Signal, value: str, on: str, interval: timedelta) -> list[str]:
    """Where no data fires: nothing at all, or a series that was there as far back as the checker looks."""
    if not signal.per:
        return [f"absent({_there(value)})"]
    known = f"present_over_time({value}[{duration.show(window(signal, interval))}])"
    return [f"({known} unless {on} ({_there(value)}))", f"absent({known})"]


def _side(names: _Names, signal: Signal, threshold: Threshold) -> str:
    compared = _compare(names.value, threshold)
    if threshold.min_samples is None or threshold.op == "absent":
        return compared
    return f"({compared})\n  and on ({', '.join(signal.per)}) {names.samples} >= {_number(threshold.min_samples)}"


def _compare(value: str, threshold: Threshold) -> str:
    if isinstance(threshold.value, tuple):
        low, high = (_number(each) for each in threshold.value)
        if threshold.op == "outside":
            return f"{value} < {low} or {value} > {high}"
        return f"{value} >= {low} <= {high}"
    if threshold.value is None:
        return f"absent({_there(value)})"
    there = _there(value) if threshold.op == "ne" else value  # what is no number is unequal to every number
    return f"{there} {COMPARISONS[threshold.op]} {_number(threshold.value)}"


def _there(value: str) -> str:
    """The series that have a value: a comparison leaves out what is no number."""
    return f"{value} >= -Inf"


def _counted(signal: Signal) -> bool:
    sides = (signal.fires, signal.clears)
    return bool(signal.samples) and any(side is not None and side.min_samples is not None for side in sides)


def _number(value: float) -> str:
    return repr(value)


def _number_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:2])


def text(data: object) -> str:
    """Rules as YAML: expressions as blocks of lines, nothing folded. The same bytes on every machine."""
    dumper = _Quick if _PLAIN.fullmatch(str(data)) else _Dumper
    return yaml.dump(data, Dumper=dumper, sort_keys=False, width=1_000_000, allow_unicode=True)


_PLAIN = re.compile(r"(?:[\x20-\x5b\x5d-\x7e\xa1-\u024f\u2010-\u2026\u2212]|\\n(?!['\"\\]))*")
"""What both writers write alike, as Python shows it: the one in C escapes more, and ends other blocks in another way."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, and no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base class names it
        return True


class _Quick(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The same in C, four times as fast."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base class names it
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)
_Quick.add_representer(str, _block)
