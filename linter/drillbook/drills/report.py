"""A drill's run and its record -> the after-action report as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drillbook import record
from drillbook.duration import show
from drillbook.harmless import visible
from drillbook.history import Mark, Run
from drillbook.journal import Journal

_RATED = {
    "P": "performed without challenges",
    "S": "performed with some challenges",
    "M": "performed with major challenges",
    "U": "unable to perform",
}


def markdown(
    run: Run, front: Mapping[str, Any], journal: Journal | None, steps: Mapping[str, str], marks: Mapping[str, Mark]
) -> str:
    """The report; ``steps`` are titles, ``marks`` what is known today of the steps that failed."""
    return "\n".join(visible(line) for part in _parts(run, front, journal, steps, marks) for line in (*part, "")) + "\n"


def _parts(
    run: Run, front: Mapping[str, Any], journal: Journal | None, steps: Mapping[str, str], marks: Mapping[str, Mark]
) -> Iterator[Sequence[str]]:
    yield [f"# After-action report: {run.id}"]
    if run.doubt:
        yield [f"**This record proves nothing:** {run.doubt}."]
    if run.fictional:
        yield ["Fictional: nobody was there; made from a recorded sequence, as an example."]
    yield [
        f"- Runbook: {run.runbook} {run.version}, commit {front['runbook']['commit']}",
        f"- When: {_time(front['started'])} to {_time(front['ended'])}",
        f"- Where: {run.mode} in {front['environment']}",
        f"- Teams: {', '.join(run.teams)}",
    ]
    yield ["## Objectives"]
    yield [
        "| objective | step | within | reached | rating | |",
        "|---|---|---|---|---|---|",
        *_objectives(run, front, steps),
    ]
    if journal is not None and not run.doubt:
        yield ["## Course"]
        yield list(_course(journal))
    yield ["## What worked"]
    worked = [
        goal for goal in run.goals if goal.rating in ("P", "S") and goal.took is not None and goal.took <= goal.within
    ]
    yield [
        f"- {_step(steps, goal.step)}: done after {show(goal.took)}" for goal in worked if goal.took is not None
    ] or ["Nothing in its time."]
    yield ["## Gaps"]
    yield [f"- {each['kind']}{_in(steps, each)}: {each['what']}{_by(each)}" for each in front["gaps"]] or [
        "Nobody named one."
    ]
    yield ["## Actions"]
    yield [
        f"- {each['id']}: {each['do']} ({each.get('owner', 'nobody')}, {_state(each)})" for each in front["actions"]
    ] or ["None."]
    yield ["## Steps to change"]
    yield [
        f"- {_step(steps, name)}: {what} ({marks.get(name, Mark.NEVER).value})" for name, what in run.failed.items()
    ] or ["None."]


def _objectives(run: Run, front: Mapping[str, Any], steps: Mapping[str, str]) -> Iterator[str]:
    goals = {goal.id: goal for goal in run.goals}
    for each in front["objectives"]:
        goal = goals.get(each["id"])
        late = ", late" if goal and goal.took is not None and goal.took > goal.within else ""
        what = (_step(steps, goal.step), show(goal.within)) if goal else ("", "")
        rated = f"{each['rating']} {_RATED[each['rating']]}"
        cells = (each["id"], *what, f"{each.get('took', 'not reached')}{late}", rated, each.get("note", ""))
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _course(journal: Journal) -> Iterator[str]:
    for value, at in record.timed(each.value for each in journal.entries):
        if value["kind"] not in record.AFTER:
            about = value.get("step") or value.get("inject") or ""
            minutes = int(at.total_seconds()) // 60
            yield f"- {minutes // 60}:{minutes % 60:02} {value['kind']}{f' {about}' if about else ''}: {value['text']}"


def _step(steps: Mapping[str, str], name: str) -> str:
    return f"{steps[name]} ({name})" if name in steps else name


def _in(steps: Mapping[str, str], gap: Mapping[str, Any]) -> str:
    return f" in {_step(steps, gap['step'])}" if "step" in gap else ""


def _by(gap: Mapping[str, Any]) -> str:
    return f" (action {gap['action']})" if "action" in gap else " (no action)"


def _state(action: Mapping[str, Any]) -> str:
    return f"done: {action.get('proof', '')}" if action["status"] == "done" else f"due {action.get('due', 'no day')}"


def _time(text: str) -> str:
    return text.replace("T", " ").replace("Z", " UTC")
