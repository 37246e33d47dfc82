"""The sound entries of a timeline -> how far the incident has come: status, times, severity, clocks, steps. Pure.

An entry that was corrected no longer counts, and reopening takes back every phase that was reached before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drillbook.journal import Entry

PHASES = ("started", "detected", "contained", "mitigated", "restored", "closed")
"""The milestones in their order."""
_KEPT = ("started", "detected")
"""What reopening does not take back."""


@dataclass(frozen=True, slots=True)
class Course:
    """``times`` is when each phase was reached; ``gone`` are phases that were entered and no longer hold.

    ``done`` is when each step of each runbook was first done, where it was not opened again after that. ``confirmed`` is when the
    cause counted as removed, by the signals of a runbook.
    """

    status: str = "open"
    times: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    severity: str = ""
    clocks: Mapping[str, Entry] = field(default_factory=dict)
    void: Mapping[str, Entry] = field(default_factory=dict)
    done: Mapping[tuple[str, str], str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)


def course(entries: Sequence[Entry]) -> Course:
    """How far an incident has come, by its timeline."""
    void = {str(each.value["corrects"]): each for each in entries if each.kind == "correction"}
    times: dict[str, str] = {}
    clocks: dict[str, Entry] = {}
    done: dict[tuple[str, str], str] = {}
    confirmed: dict[str, str] = {}
    severity, seen = "", set()
    for each in entries:
        name = str(each.value.get("milestone", ""))
        seen |= {name} if name in PHASES else set()
        if each.digest in void:
            continue
        if name == "reopened":
            times = {phase: at for phase, at in times.items() if phase in _KEPT}
            confirmed = {}
        elif name in PHASES:
            times[name] = str(each.value["at"])
        severity = str(each.value.get("severity", severity))
        if "clock" in each.value:
            clocks.setdefault(str(each.value["clock"]), each)
        if "confirms" in each.value:
            confirmed[str(each.value.get("runbook", ""))] = str(each.value["at"])
        step = (str(each.value.get("runbook", "")), str(each.value.get("step", "")))
        if each.value.get("progress") == "done":
            done.setdefault(step, str(each.value["at"]))
        elif each.value.get("progress") == "open":
            done.pop(step, None)
    reached = [phase for phase in PHASES if phase in times and phase not in _KEPT]
    ordered = {phase: times[phase] for phase in PHASES if phase in times}
    status = reached[-1] if reached else "open"
    return Course(status, ordered, frozenset(seen - times.keys()), severity, clocks, void, done, confirmed)
