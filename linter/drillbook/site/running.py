"""A runbook in its repository -> what the page's incident mode must know, as data. Pure; lengths are seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drillbook import duration
from drillbook.model import Runbook
from drillbook.repository import Repository

Data = Mapping[str, Any]


def data(repository: Repository, runbook: Runbook) -> str:
    """Runbook, teams, timers, clocks and gates as JSON."""
    written = runbook.data
    teams = repository.entries("teams")
    talk = written.get("communication", {})
    found = {
        "runbook": runbook.id,
        "version": runbook.version,
        "title": runbook.title,
        "severity": written.get("severity", {}).get("default", ""),
        "teams": {name: str(teams.get(name, {}).get("title", name)) for name in _teams(runbook)},
        "update_every": _seconds(talk.get("update_every")),
        "escalation": [
            {
                **each,
                "after": _seconds(each.get("after")),
                "to": str(teams.get(each["to"], {}).get("title", each["to"])),
            }
            for each in written.get("escalation", ())
        ],
        "clocks": [_clock(each, repository) for each in written.get("governance", {}).get("clocks", ())],
        "evidence": [
            {"what": each["what"], "collect": each["collect"], "destroyed_by": each["destroyed_by"]}
            for each in written.get("evidence", ())
            if each.get("collect") and each.get("destroyed_by")
        ],
        "proof": _proof(runbook),
        "answers": {step.id: dict(step.answers) for step in runbook.steps if step.action == "decide"},
        "roles": {step.id: _team(step.by, runbook) for step in runbook.steps if step.action == "decide"},
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _team(role: str, runbook: Runbook) -> str:
    """The team that fills a role; the owner where nobody is named."""
    team = str(runbook.data.get("roles", {}).get(role, "owner"))
    return runbook.owner if team == "owner" else team


def _teams(runbook: Runbook) -> list[str]:
    """Who may be on the page: owner, roles, approvers, who is escalated to and who is told."""
    written = runbook.data
    approve = written.get("authority", {}).get("approve", {})
    named = [
        runbook.owner,
        *written.get("roles", {}).values(),
        *(name for names in approve.values() for name in names),
        *(each["to"] for each in written.get("escalation", ())),
        *written.get("communication", {}).get("stakeholders", ()),
    ]
    return list(dict.fromkeys(runbook.owner if name == "owner" else name for name in named))


def _seconds(text: object) -> int:
    length = duration.parse(text) if isinstance(text, str) else None
    return int((length or timedelta()).total_seconds())


def _clock(named: Data, repository: Repository) -> Data:
    clock = repository.entries("clocks").get(named["clock"], {})
    return {
        "id": named["clock"],
        "title": str(clock.get("title", named["clock"])),
        "if": named["if"],
        "starts_at": str(clock.get("starts_at", "aware")),
        "within": clock.get("within", {}),
    }


def _proof(runbook: Runbook) -> str:
    """What must be seen before anything is restored, in words."""
    rollback = runbook.rollback
    if rollback is None:
        return ""
    return f"{', '.join(rollback.verify)} cleared and held for {duration.show(rollback.hold)}"
