"""A runbook's signal -> the Prometheus alert rule that starts where it fires and ends where it clears. Pure."""

from __future__ import annotations

from typing import Any

from drillbook import duration
from drillbook.model import Runbook, Signal, Threshold

COMPARISONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "==", "ne": "!="}


class NotExported(ValueError):
    """Why a signal has no alert rule, in one sentence."""


def alert_rule(runbook: Runbook, signal: Signal) -> dict[str, Any]:
    """One entry of a rule file's ``rules``: ``alert``, ``expr``, ``for``, ``keep_firing_for``, ``labels``, ``annotations``.

    The alert starts once ``fires`` held for its time and ends once ``clears`` held for its time; a value between the two,
    too few samples or a series that is gone neither start nor end it. ``keep_firing_for`` needs Prometheus 2.42.
    Raises NotExported where these two thresholds alone would not say what the signal means.
    """
    fires, clears = signal.fires, signal.clears
    if not signal.alert or fires is None or clears is None:
        raise NotExported(f'signal "{signal.id}" has no alert name, or one of its two thresholds is missing')
    if signal.no_data == "fires" or signal.latched or fires.times is not None:
        raise NotExported(
            f'signal "{signal.id}" is latched, counts evaluations or fires without data: not exported yet'
        )
    labels = ", ".join(signal.per)
    started = _side(signal, fires, labels)
    ended = _side(signal, clears, labels)
    firing = f'max by ({labels}) (ALERTS{{alertname="{signal.alert}", alertstate="firing"}})'
    rule: dict[str, Any] = {
        "alert": signal.alert,
        "expr": f"({started})\nor\n({firing}\n unless on ({labels}) ({ended}))",
    }
    if fires.hold:
        rule["for"] = duration.show(fires.hold)
    if clears.hold:
        rule["keep_firing_for"] = duration.show(clears.hold)
    rule["labels"] = {"owner": runbook.owner, "tier": signal.tier, "runbook": runbook.id}
    rule["annotations"] = {"summary": signal.title.replace("{{", '{{ "{{" }}')}
    return rule


def _side(signal: Signal, threshold: Threshold, labels: str) -> str:
    value = f"max by ({labels}) ({signal.query})"
    compared = _compare(value, threshold)
    if threshold.min_samples is None:
        return compared
    return f"({compared})\n and on ({labels}) ({signal.samples}) >= {_number(threshold.min_samples)}"


def _compare(value: str, threshold: Threshold) -> str:
    if isinstance(threshold.value, tuple):
        low, high = (_number(each) for each in threshold.value)
        if threshold.op == "outside":
            return f"{value} < {low} or {value} > {high}"
        return f"{value} >= {low} <= {high}"
    if threshold.value is None:
        return f"absent({value})"
    return f"{value} {COMPARISONS[threshold.op]} {_number(threshold.value)}"


def _number(value: float) -> str:
    return repr(value)
