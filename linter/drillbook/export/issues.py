"""Duties -> lists of them, and issues for GitHub and GitLab that a scheduled job opens once and closes. Pure.

An issue begins with a mark that says which duty it is for; by it the job finds the issue again. Its text depends on the documents
and not on the day, so that an issue is edited only when something changed. Text of documents stands in code elements.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from drillbook.duties import Duty
from drillbook.harmless import code, visible

LABELS = {"review": "runbook-review", "drill": "runbook-drill", "action": "runbook-action"}
"""The label of the issues of each kind; only who may triage can set one, so nobody else makes an issue pass for ours."""


NOTHING = "Nothing is due.\n"
_TITLES = {"review": "Overdue review", "drill": "Drill", "action": "Action"}


def text(duties: Sequence[Duty], as_of: date) -> str:
    """A line for each."""
    if not duties:
        return NOTHING
    width = max(len(each.id) for each in duties)
    lines = (
        f"{visible(each.id):{width}}  due {each.due}, {_when(each.late(as_of))}  {visible(each.owner)}"
        for each in duties
    )
    return "".join(f"{line}\n" for line in lines)


def markdown(duties: Sequence[Duty], as_of: date) -> str:
    """A table for a comment or the summary of a job."""
    if not duties:
        return NOTHING
    rows = (
        f"| {code(each.path)} | {code(each.title)} | {code(each.owner)} | {each.due} | {max(0, each.late(as_of)):,} |"
        for each in duties
    )
    head = ("| file | title | team | due | days late |", "|---|---|---|---|--:|")
    return "\n".join([*head, *rows]) + "\n"


def data(duties: Sequence[Duty], as_of: date) -> str:
    """Everything, for other programs."""
    due = [
        {
            "kind": each.kind,
            "id": each.id,
            "path": each.path,
            "title": each.title,
            "owner": each.owner,
            "due": each.due.isoformat(),
            "late_days": each.late(as_of),
        }
        for each in duties
    ]
    return _json({"as_of": as_of.isoformat(), "due": due})


def github(duties: Sequence[Duty], _: date) -> str:
    """Issues by mark: what ``gh issue create`` needs."""
    return _json([_issue(each, "github", "body") | {"label": LABELS[each.kind]} for each in duties])


def gitlab(duties: Sequence[Duty], _: date) -> str:
    """Issues by mark, with the names of GitLab's interface for issues."""
    made = (
        _issue(each, "gitlab", "description") | {"labels": LABELS[each.kind], "due_date": each.due.isoformat()}
        for each in duties
    )
    return _json([*made])


FORMS = {"text": text, "github": github, "gitlab": gitlab, "markdown": markdown, "json": data}


def _issue(duty: Duty, host: str, body: str) -> dict[str, str]:
    mark = f"<!-- drillbook:{duty.kind}:{_word(duty.id)} -->"
    asked = duty.handle(host) or code(duty.owner)
    rows = [("what", code(duty.title)), ("file", code(duty.path)), ("due", str(duty.due)), ("team", asked)]
    rows += [(word, code(said)) for word, said in duty.facts]
    table = ["| | |", "|---|---|", *(f"| {word} | {said} |" for word, said in rows)]
    end = f"{duty.todo}. When that is merged, the next run of the job closes this issue."
    return {
        "mark": mark,
        "title": f"{_TITLES[duty.kind]}: {_word(duty.id)}",
        body: "\n".join([mark, *table, "", end, ""]),
    }


def _when(late: int) -> str:
    days = f"{abs(late):,} day{'' if abs(late) == 1 else 's'}"
    return "today" if not late else f"{days} ago" if late > 0 else f"in {days}"


def _word(id: str) -> str:
    """An id as it may stand in a comment of HTML and in a title; one that lints is the same."""
    return "".join(char if char.isalnum() or char in "-_./" else "_" for char in id).replace("--", "-_")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"
