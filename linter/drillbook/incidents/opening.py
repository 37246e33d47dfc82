"""A runbook and a moment -> the folder of a new incident: its front matter and the first entries of its timeline. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drillbook import duration
from drillbook.incidents.entries import entry, moment

STAND_IN = "The report is not written yet; `drillbook incident postmortem` drafts it from the timeline."
"""What stands where the report will."""
_HOUR = timedelta(hours=1)
_NEXT = {
    "open": ("Contain it", "contain"),
    "contained": ("Mitigate it", "mitigate"),
    "mitigated": ("Restore", "restore"),
}


@dataclass(frozen=True, slots=True)
class Used:
    """A runbook that was opened, and its pin. ``why`` says why no commit holds it as it is; empty where one does."""

    pin: Mapping[str, Any]
    data: Mapping[str, Any]
    why: str = ""

    @property
    def listed(self) -> dict[str, Any]:
        """How the front matter of the incident names it."""
        return {key: self.pin[key] for key in ("id", "version", "commit") if key in self.pin}


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody says who opens an incident."""

    id: str
    name: str
    severity: str
    classification: str
    components: Sequence[str]
    by: str
    detected: datetime
    now: datetime
    started: datetime | None = None
    hazard: bool = False


def opened(used: Used, by: str, now: datetime) -> dict[str, Any]:
    """The entry that pins a runbook."""
    told = f"Opened the runbook {used.pin['id']}, version {used.pin['version']}"
    held = f", as commit {used.pin['commit'][:9]} holds it." if not used.why else f". No commit is pinned: {used.why}."
    return entry("fact", told + held, by, now, now, runbook=used.pin["id"], pin=dict(used.pin))


def first(opening: Opening, used: Used | None) -> list[dict[str, Any]]:
    """The first entries: the runbook as it is, then when it began and was seen."""
    found = [opened(used, opening.by, opening.now)] if used else []
    if opening.started:
        found.append(entry("milestone", "It began.", opening.by, opening.started, opening.now, milestone="started"))
    seen = entry("milestone", "Detected.", opening.by, opening.detected, opening.now, milestone="detected")
    return [*found, {**seen, "severity": opening.severity}]


def report(opening: Opening, used: Used | None) -> str:
    """The text of incident.md."""
    times = {"started": opening.started, "detected": opening.detected}
    data = used.data if used else {}
    what, due = upcoming("open", {"detected": moment(opening.detected)}, data, opening.now)
    runbooks = f"\n  - {_flow(used.listed)}" if used else " []"
    return "\n".join(
        (
            "---",
            "schema: incident/1",
            f"id: {opening.id}",
            f"name: {_text(opening.name)}",
            "status: open",
            f"severity: {opening.severity}",
            f"hazard: {str(opening.hazard).lower()}",
            f"runbooks:{runbooks}",
            f"components: [{', '.join(opening.components)}]",
            "times:",
            *(f"  {phase}: {moment(at)}" for phase, at in times.items() if at),
            f"next_milestone: {{what: {what}, due: {due}}}",
            f"classification: {opening.classification}",
            "---",
            "",
            STAND_IN,
            "",
        )
    )


def upcoming(status: str, times: Mapping[str, str], data: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """What comes next and by when, as the runbook's objectives say; in an hour where they say nothing."""
    if status in _NEXT and "detected" in times:
        what, objective = _NEXT[status]
        length = _length((data.get("objectives") or {}).get(objective))
        return what, moment(datetime.fromisoformat(times["detected"]) + length if length else now + _HOUR)
    review = data.get("postmortem") or {}
    if status == "closed":
        length = _length((review.get("confirm_fix") or {}).get("clear_for"))
        return "Confirm that the cause is removed", moment(now + (length or timedelta(days=14)))
    length = _length(review.get("due"))
    since = datetime.fromisoformat(times["restored"]) if "restored" in times else now
    return "Close the incident with its report", moment(since + (length or timedelta(days=5)))


def _length(text: object) -> timedelta | None:
    return duration.parse(text) if isinstance(text, str) else None


def _flow(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {each if key == 'id' else _text(each)}" for key, each in value.items()) + "}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
