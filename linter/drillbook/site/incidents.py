"""Repository + day -> the pages about incidents: the list with what they say together, and each with its course. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup

from drillbook import record, trends, validation, words
from drillbook.course import Course
from drillbook.course import course as told
from drillbook.journal import Journal
from drillbook.record import moment
from drillbook.repository import Repository
from drillbook.site.course import Dot, course
from drillbook.site.escape import front_matter, markdown
from drillbook.site.render import Names, Open, render
from drillbook.trends import PHASES, Incident, Trends

INDEX, DATA = "incidents/index.md", "incidents.json"
TABLE, COUNTS = "incidents.csv", "incident-figures.csv"
_LIST = "What happened, how long it took beside the objectives, what came back, and what was promised."
_UNSAFE = ("unsafe-template", "scripting-html", "scripting-link")
_LANES = {
    "milestone": "Milestones",
    "fact": "Facts",
    "hypothesis": "Hypotheses",
    "decision": "Decisions",
    "action": "Actions",
    "correction": "Corrections",
}
_MOST = 60
"""So many entries of a timeline are drawn; the table has all."""


def pages(repository: Repository, as_of: date) -> Iterator[tuple[str, str, str]]:
    """The address, the text and the source of each page."""
    seen = trends.trends(repository, as_of)
    yield INDEX, _index(repository, seen, as_of), ""
    yield DATA, _json(repository, seen, as_of), ""
    yield TABLE, _csv(trends.figures(seen)), ""
    yield COUNTS, _csv(_figures(seen, as_of, trends.risks(repository, as_of))), ""
    for each in seen.incidents:
        yield f"incidents/{each.id}.md", _page(repository, each, seen, as_of), each.document.path


def _index(repository: Repository, seen: Trends, as_of: date) -> str:
    names = Names(repository, up="../")
    rows = [
        (each, {time.phase: time for time in seen.times if time.incident == each.id})
        for each in reversed(seen.incidents)
    ]
    body = render(
        "incidents.html.j2",
        rows=rows,
        phases=PHASES,
        spread=[(phase, [time for time in seen.times if time.phase == phase]) for phase in PHASES],
        recurrences=seen.recurrences,
        found=seen.found,
        known=sum(seen.found.values()),
        people=sum(number for who, number in seen.found.items() if who != "signal"),
        seen=seen,
        promises=seen.promises,
        kept=lambda promise: [time for time in promise.later if time.took <= promise.after],
        risks=[risk for risk in trends.risks(repository, as_of) if risk.weight][:8],
        runbook=names.runbook,
        length=words.length,
    )
    return f"{front_matter(title='Incidents', description=_LIST)}# Incidents\n\n{markdown(_LIST)}\n\n{body}"


def _json(repository: Repository, seen: Trends, as_of: date) -> str:
    told = {
        "schema": "incidents/1",
        "as_of": as_of.isoformat(),
        "incidents": [
            {
                "id": each.id,
                "name": each.name,
                "day": each.day.isoformat(),
                "severity": str(each.front["severity"]),
                "status": str(each.front["status"]),
                "hazard": each.hazard,
                "runbooks": list(each.runbooks),
                "cause": each.cause,
                "found_by": str(each.front.get("found_by", "")),
            }
            for each in seen.incidents
        ],
        "times": list(trends.figures(seen)),
        "recurrences": {cause: [each.id for each in several] for cause, several in seen.recurrences.items()},
        "found_by": dict(seen.found),
        "actions": {"done": seen.done, "dated": seen.dated, "in_time": seen.in_time, "overdue": seen.late},
        "promises": [
            {
                "incident": each.incident,
                "action": each.action,
                "phase": each.phase,
                "from_seconds": int(each.before.total_seconds()),
                "to_seconds": int(each.after.total_seconds()),
                "later": [
                    {"incident": time.incident, "seconds": int(time.took.total_seconds())} for time in each.later
                ],
            }
            for each in seen.promises
        ],
        "risk": [
            {"runbook": each.runbook, "weight": each.weight, "reasons": [why for _, why in each.reasons]}
            for each in trends.risks(repository, as_of)
        ],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _figures(seen: Trends, as_of: date, risks: Sequence[trends.Risk]) -> Iterator[dict[str, str]]:
    """Every other figure as a row: what it counts, of what, its value, and of how many."""

    def row(figure: str, of: str, value: int, n: int) -> dict[str, str]:
        return {"as_of": as_of.isoformat(), "figure": figure, "of": of, "value": str(value), "n": str(n)}

    known = sum(seen.found.values())
    yield row("incidents", "all", len(seen.incidents), len(seen.incidents))
    for who, number in seen.found.items():
        yield row("found_by", who, number, known)
    for cause, several in seen.recurrences.items():
        yield row("recurrences", cause, len(several), len(seen.incidents))
    for name, value, n in (
        ("done", seen.done, seen.done),
        ("in_time", seen.in_time, seen.dated),
        ("overdue", seen.late, seen.late),
    ):
        yield row(f"actions_{name}", "all", value, n)
    for each in seen.promises:
        held = sum(time.took <= each.after for time in each.later)
        yield row("promise_kept", f"{each.incident}/{each.action}", held, len(each.later))
    for risk in risks:
        yield row("risk", risk.runbook, risk.weight, len(risk.reasons))


def _csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows for a spreadsheet. A text that it would run begins with a quote."""
    text = io.StringIO()
    several = list(rows)
    names = list(several[0]) if several else ["incident", "runbook", "phase", "seconds", "objective_seconds", "missed"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in several:
        writer.writerow({key: f"'{value}" if value[:1] in "=+-@" else value for key, value in row.items()})
    return text.getvalue()


def _page(repository: Repository, incident: Incident, seen: Trends, as_of: date) -> str:
    front = Open(incident.front)
    beside = repository.by_path.get(incident.document.path.replace("incident.md", "timeline.jsonl"))
    journal = beside.journal if beside else None
    names = Names(repository, up="../../")
    now = _told(journal)
    top = render(
        "incident.html.j2",
        front=front,
        times=[time for time in seen.times if time.incident == incident.id],
        again=[each for each in seen.recurrences.get(incident.cause, ()) if each.id != incident.id],
        used=[Open(each) for each in incident.front["runbooks"]],
        clocks=[Open(each) for each in incident.front.get("clocks", ())],
        clock=lambda name: Open(repository.entries("clocks").get(name, {})).title or name,
        actions=[Open(each) for each in incident.front.get("actions", ())],
        stamps=[(phase, _shown(at)) for phase, at in incident.front["times"].items()],
        confirmed=[_shown(at) for at in now.confirmed.values()],
        late="due" in front.next_milestone and front.next_milestone["due"][:10] < as_of.isoformat(),
        sound=journal.sound if journal else None,
        broken=journal.breaks[0].number if journal and journal.breaks else 0,
        team=names.team,
        runbook=names.runbook,
        component=names.component,
        length=words.length,
    )
    void = frozenset(each.number for each in record.entries(journal) if each.digest in now.void)
    picture = _picture(incident, journal, void)
    entries = (
        render("timeline.html.j2", picture=picture, entries=list(_entries(journal, now)), team=names.team)
        if journal
        else ""
    )
    refused = any(problem.kind in _UNSAFE for problem in incident.document.problems)
    body = "" if refused else _numbered(incident.document.text[incident.document.body_at :].replace("\r\n", "\n"))
    meta = front_matter(title=incident.name, description=f"{incident.front['severity']}, {incident.day}")
    return f"{meta}# {markdown(incident.name)}\n\n{top}\n{body}\n{entries}"


def _numbered(text: str) -> str:
    """The report; a link into the incident's own folder leads to nothing on the site, so its words alone stay."""
    text = text.replace("[[[", "&#91;[[")  # macros know no runbook here
    return re.sub(r"\[([^\]\n]*)\]\((?:evidence/[^)\s]*|timeline\.jsonl|custody\.jsonl)\)", r"\1", text)


def _shown(at: str) -> str:
    return at.replace("T", " ").replace("Z", " UTC")


def _told(journal: Journal | None) -> Course:
    """How far a timeline says that it has come; nothing where its chain breaks or an entry is none."""
    every = journal.entries if journal and journal.sound else ()
    return told(every if all(validation.holds(("timeline-entry",), each.value) for each in every) else ())


def _entries(journal: Journal | None, now: Course) -> Iterator[Open]:
    """Each entry with its line; one that was corrected says by which, and a correction says what it corrects."""
    lines = {each.digest: each.number for each in record.entries(journal)}
    for each in record.entries(journal):
        value: Mapping[str, object] = each.value
        more = {"number": each.number, "when": _shown(str(value.get("at", "")))}
        by = now.void.get(each.digest)
        corrects = lines.get(str(value.get("corrects", "")), 0)
        yield Open({**value, **more, "void_by": by.number if by else 0, "corrects_line": corrects})


def _picture(incident: Incident, journal: Journal | None, void: frozenset[int]) -> Markup:
    """The course of the incident: what was known, thought, decided and done, over time."""
    entries = record.entries(journal)[:_MOST]
    begun = _begun(incident, [str(each.value.get("at", "")) for each in entries])
    lanes: dict[str, list[Dot]] = {title: [] for title in _LANES.values()}
    for each in entries:
        value, number = each.value, each.number
        lane = _LANES.get(str(value.get("kind", "")))
        at = _moment(str(value.get("at", "")))
        if lane and at is not None:
            name = str(value.get("milestone") or value.get("step") or number)
            shape = "missed" if number in void else "inject" if lane == "Milestones" else "done"
            lanes[lane].append(Dot(max(timedelta(), at - begun), name, shape))
    if not entries:
        for phase, text in incident.front["times"].items():
            at = _moment(text)
            if at is not None:
                lanes["Milestones"].append(Dot(max(timedelta(), at - begun), phase, "inject"))
    shown = {title: dots for title, dots in lanes.items() if dots}
    return course(shown, f"The course of {incident.name}") if shown else Markup("")


def _moment(text: str) -> datetime | None:
    try:
        return moment(text)
    except ValueError:
        return None


def _begun(incident: Incident, times: list[str]) -> datetime:
    front = incident.front["times"]
    first = moment(front.get("started", front["detected"]))
    return min([first, *(found for each in times if (found := _moment(each)) is not None)])
