"""Effective values, where they come from, and where a finding about them stands."""

from __future__ import annotations

from datetime import date

from drillbook import document, engine
from drillbook.document import Kind
from drillbook.repository import Repository
from drillbook.rules import all_rules

DAY = date(2026, 11, 22)
DEFAULTS = """\
schema: defaults/1
repository:
  roles: {incident_commander: sre, operations: owner}
  drills: {tabletop: 90d, live: 180d}
  postmortem:
    participants: [sre, product]
teams:
  ranking:
    roles: {operations: ml-platform}
    drills: {live: 365d}
    postmortem:
      participants: [sre]
"""
RUNBOOK = """\
---
schema: runbook/1
id: late-scores
title: Scores arrive too late
summary: Payments wait for a score.
version: "0.1.0"
status: {status}
owner: ranking
roles: {{communications: support}}
changelog:
  - {{version: "0.1.0", date: 2026-11-01, by: ranking, because: draft, changes: [First version]}}
---

## Detect

```step
id: look
title: Look at the queue
do: Open the dashboard of the queue
```
"""


def made(**texts: str) -> Repository:
    places: dict[str, tuple[str, Kind]] = {
        "defaults": ("catalog/defaults.yaml", "defaults"),
        "runbook": ("runbooks/late-scores.md", "runbook"),
    }
    return Repository(tuple(document.parse(*places[name], text.encode()) for name, text in texts.items()))


def test_maps_merge_at_every_depth_and_lists_replace() -> None:
    repository = made(defaults=DEFAULTS, runbook=RUNBOOK.format(status="draft"))
    book = repository.runbook("late-scores")
    assert book is not None
    effective = repository.effective(book)
    assert effective["roles"] == {
        "incident_commander": "sre",
        "operations": "ml-platform",
        "communications": "support",
    }
    assert effective["drills"] == {"tabletop": "90d", "live": "365d"}
    assert effective["postmortem"]["participants"] == ["sre"]
    assert "roles" in book.front
    assert "drills" not in book.front


def test_origin_is_the_strongest_document_that_says_it() -> None:
    repository = made(defaults=DEFAULTS, runbook=RUNBOOK.format(status="draft"))
    book = repository.runbook("late-scores")
    assert book is not None

    def line(*place: str | int) -> str:
        holder, at = repository.origin(book, place)
        return f"{holder.path}:{holder.position(holder.span(at).start)[0]}"

    assert line("roles", "communications") == "runbooks/late-scores.md:9"
    assert line("roles", "operations") == "catalog/defaults.yaml:9"
    assert line("roles", "incident_commander") == "catalog/defaults.yaml:3"
    assert line("postmortem", "participants", 0) == "catalog/defaults.yaml:12"
    assert line("objectives") == "runbooks/late-scores.md:2"


def findings(repository: Repository) -> list[str]:
    found = engine.lint(repository, all_rules(), DAY)
    return [f"{each.path}:{each.line}: {each.rule}: {each.message}" for each in found]


def test_what_is_missing_stands_in_the_runbook_and_names_where_it_could_be_set() -> None:
    repository = made(defaults=DEFAULTS, runbook=RUNBOOK.format(status="active"))
    missing = [line for line in findings(repository) if "missing-key" in line]
    shared = '"escalation" is missing; write it here, or once for all in catalog/defaults.yaml'
    assert f"runbooks/late-scores.md:2: missing-key: {shared}" in missing
    assert 'runbooks/late-scores.md:2: missing-key: "signals" is missing' in missing
    inside = [line for line in missing if '"due"' in line]
    assert inside[0].startswith("runbooks/late-scores.md:2: ")
    assert not any('"drills"' in line for line in missing)


def test_what_is_wrong_in_the_defaults_stands_there_once() -> None:
    wrong = DEFAULTS.replace("tabletop: 90d", "tabletop: 90 days")
    second = RUNBOOK.format(status="draft")
    repository = made(defaults=wrong, runbook=second)
    lines = [line for line in findings(repository) if "90 days" in line]
    assert len(lines) == 1
    assert lines[0].startswith("catalog/defaults.yaml:4: malformed-value: ")


def test_a_draft_lacks_nothing_and_a_finished_runbook_nearly_everything() -> None:
    draft = made(runbook=RUNBOOK.format(status="draft"))
    assert [line for line in findings(draft) if "missing" in line] == []
    active = made(runbook=RUNBOOK.format(status="active"))
    assert len([line for line in findings(active) if "missing-key" in line]) > 10


def test_there_is_a_model_only_of_what_satisfies_the_schema() -> None:
    sound = made(runbook=RUNBOOK.format(status="draft"))
    book = sound.documents[0]
    model = sound.model(book)
    assert model is not None
    assert [step.id for step in model.steps] == ["look"]
    for old, new in [
        ("status: draft", "status: drft"),
        ("do: Open", "dont: Open"),
        ("id: look", "id: ["),
        ("---\n\n", ""),
    ]:
        text = RUNBOOK.format(status="draft")
        assert old in text
        broken = made(runbook=text.replace(old, new, 1))
        assert broken.model(broken.documents[0]) is None
