"""Repository + day -> the pages about drills: the plan, the players' and the facilitator's page of each, and every report. Pure.

What the players may not know (injects, hints, expected steps, objectives, what came of earlier runs) stands on the facilitator's
page and in the reports alone; a site for players has neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from drillbook import actions, record, schedule, words
from drillbook.document import Document
from drillbook.history import Goal, History, Mark, Run, history, pins
from drillbook.journal import Journal
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.schedule import Planned
from drillbook.site.course import Dot, course
from drillbook.site.escape import front_matter, html, markdown
from drillbook.site.render import Names, Open, heading, render

INDEX, ACTIONS, CALENDAR = "drills/index.md", "actions.md", "drills.ics"
_RATED = {
    "P": "performed without challenges",
    "S": "performed with some challenges",
    "M": "performed with major challenges",
    "U": "unable to perform",
}
_PLAN = "When each runbook is tried next, what was tried already, and what came of it."
_LEFT = "What drills and incidents left to be done: one list, the oldest day first."
_UNSAFE = ("unsafe-template", "scripting-html", "scripting-link")


@dataclass(frozen=True, slots=True)
class Role:
    """A role: how many of its steps in all runbooks were tried, of how many, in which runbooks, and when last."""

    name: str
    steps: int
    of_steps: int
    runbooks: tuple[str, ...]
    day: date | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team of the catalog: how often it took part, in which runbooks, and when last."""

    name: str
    runs: int
    runbooks: tuple[str, ...]
    day: date | None


@dataclass(frozen=True, slots=True)
class Tried:
    """How much of a runbook was tried: steps and signals that were, of how many, and the last run."""

    document: Document
    steps: int
    of_steps: int
    signals: int
    of_signals: int
    failed: int
    last: Run | None


def pages(repository: Repository, as_of: date) -> Iterator[tuple[str, str, str]]:
    """The address, the Markdown and the source of each page."""
    plan = schedule.planned(repository, as_of, repository.quiet)
    known = repository.once(history).until(as_of)
    yield INDEX, _index(repository, plan, known, as_of), ""
    yield ACTIONS, _actions(repository, as_of), ""
    for document in repository.of("drill"):
        if not document.readable or not document.id or repository.violations(document):
            continue
        own = next((each for each in plan if each.id == document.id), None)
        yield f"drills/{document.id}.md", _players(repository, document, own), document.path
        if not repository.players:
            runs = tuple(run for run in known.runs if run.drill == document.id)
            yield f"drills/{document.id}/facilitator.md", _facilitator(repository, document, runs), document.path
    for run in known.runs:
        if run.drill:
            yield f"drills/records/{run.id}.md", _report(repository, run, known), run.path


def _names(repository: Repository, up: str) -> Names:
    return Names(repository, up=up)


def _index(repository: Repository, plan: tuple[Planned, ...], known: History, as_of: date) -> str:
    names = _names(repository, "../")
    body = render(
        "drills.html.j2",
        plan=plan,
        as_of=as_of,
        runs=[run for run in reversed(known.runs) if run.drill],
        tried=list(_tried(repository, known)),
        roles=_roles(repository, known),
        teams=_teams(repository, known),
        team=names.team,
        runbook=names.runbook,
        players=repository.players,
        rated=_ratings,
    )
    return f"{front_matter(title='Drills', description=_PLAN)}# Drills\n\n{markdown(_PLAN)}\n\n{body}"


def _ratings(run: Run) -> str:
    return " ".join(goal.rating for goal in run.goals)


def _used(repository: Repository) -> Iterator[tuple[Document, Runbook]]:
    """The runbooks that people follow."""
    for document in repository.of("runbook"):
        book = repository.in_use(document)
        if book is not None and document.card.status != "draft":
            yield document, book


def _tried(repository: Repository, known: History) -> Iterator[Tried]:
    """How far each runbook in use was tried."""
    for document, book in _used(repository):
        now = pins(document, repository)
        steps = [known.step(book.id, step, digest) for step, digest in now["steps"].items()]
        signals = [known.signal(book, signal.id, now) for signal in book.signals]
        runs = known.of(book.id)
        yield Tried(
            document,
            sum(proof.mark is Mark.PROVEN for proof in steps),
            len(steps),
            sum(proof.mark is Mark.PROVEN for proof in signals),
            len(signals),
            sum(proof.mark in (Mark.FAILED, Mark.UNTRIED) for proof in steps),
            runs[-1] if runs else None,
        )


def _roles(repository: Repository, known: History) -> list[Role]:
    """Every role that has a step, the least exercised first."""
    of: dict[str, list[tuple[str, Run | None]]] = {}
    for document, book in _used(repository):
        now = pins(document, repository)["steps"]
        for step in book.steps:
            proof = known.step(book.id, step.id, now.get(step.id, ""))
            of.setdefault(step.by, []).append((book.id, proof.run if proof.mark is Mark.PROVEN else None))
    found = []
    for name, steps in of.items():
        done = [(book, run.day) for book, run in steps if run]
        books = tuple(dict.fromkeys(book for book, _ in done))
        last = max((day for _, day in done), default=None)
        found.append(Role(name.replace("_", " "), len(done), len(steps), books, last))
    return sorted(found, key=lambda role: (role.steps / role.of_steps, role.name))


def _teams(repository: Repository, known: History) -> list[Team]:
    """Every team of the catalog, those first that never took part or longest ago."""
    used = {book.id for _, book in _used(repository)}
    runs = [run for run in known.runs if not run.doubt and run.runbook in used]
    found = []
    for name in dict.fromkeys((*repository.entries("teams"), *(team for run in runs for team in run.teams))):
        own = [run for run in runs if name in run.teams]
        books = tuple(dict.fromkeys(run.runbook for run in own))
        found.append(Team(name, len(own), books, max((run.day for run in own), default=None)))
    return sorted(found, key=lambda team: (team.day or date.min, team.name))


def _actions(repository: Repository, as_of: date) -> str:
    names = _names(repository, "../")
    found = actions.known(repository, as_of)
    body = render(
        "actions.html.j2",
        open=[(each, Open(each.data)) for each in found if not each.done_by(as_of)],
        done=[each for each in found if each.done_by(as_of)],
        as_of=as_of,
        team=names.team,
        kinds=("detect", "prevent", "mitigate", "repair"),
    )
    return f"{front_matter(title='Actions', description=_LEFT)}# Actions\n\n{markdown(_LEFT)}\n\n{body}"


def _section(document: Document, title: str) -> str:
    """The Markdown below an H2 heading, without the blocks of the contract; empty where it may not be put on a page."""
    if any(problem.kind in _UNSAFE for problem in document.problems):
        return ""
    text, inside, kept = document.text[document.body_at :], False, []
    fence = ""
    for line in text.split("\n"):
        if line.startswith("```"):
            fence = "" if fence else line[3:].strip() or "text"
            if inside and fence not in ("inject", "step"):
                kept.append(line)
            continue
        if not fence and line.startswith("## "):
            inside = line[3:].strip() == title
            continue
        if inside and fence not in ("inject", "step"):
            kept.append(line)
    return "\n".join(kept).strip().replace("[[[", "&#91;[[")  # macros know no runbook here


def _players(repository: Repository, document: Document, plan: Planned | None) -> str:
    names = _names(repository, "../../")
    front: Mapping[str, Any] = document.front
    top = render(
        "drill-players.html.j2",
        front=Open(front),
        roles=Open(front.get("roles", {})),
        plan=plan,
        team=names.team,
        runbook=names.runbook,
        facilitator="" if repository.players else "facilitator/",
    )
    title = str(front["title"])
    meta = front_matter(title=f"Drill: {title}", description="What the players are told before the drill.")
    situation = _section(document, "Situation")
    return f"{meta}# {markdown(title)}\n\n{top}\n{heading(2, 'Situation', 'situation')}{situation}\n"


def _facilitator(repository: Repository, document: Document, runs: tuple[Run, ...]) -> str:
    front: Mapping[str, Any] = document.front
    named = repository.runbook(str(front["runbook"]))
    book = repository.model(named) if named else None
    up = "../../../"
    injects = [Open(block.value) for block in document.injects if isinstance(block.value, dict)]
    body = render(
        "drill-facilitator.html.j2",
        front=Open(front),
        injects=injects,
        objectives=[Open(each) for each in front.get("objectives", ())],
        step=lambda name: _step(book, name, up),
        runs=runs,
        goal=_goal,
        length=words.length,
    )
    debrief = _section(document, "Debrief")
    title = f"{front['title']}: for the facilitator"
    meta = front_matter(0, title=title)
    questions = f"{heading(2, 'Debrief', 'debrief')}{debrief}\n" if debrief else ""
    return f"{meta}# {markdown(title)}\n\n{body}\n{questions}"


def _goal(run: Run, name: str) -> Goal | None:
    return next((goal for goal in run.goals if goal.id == name), None)


def _step(book: Runbook | None, name: str, up: str) -> Markup:
    """A step of a runbook by its title, linked to its card; of one that is no more, its id."""
    found = book.step(name) if book else None
    if book is None or found is None:
        return html(name)
    link = Markup('<a href="{}runbooks/{}/#step-{}">{}</a>')
    return link.format(up, html(book.id), html(name), html(found.title))


def _report(repository: Repository, run: Run, known: History) -> str:
    document = repository.by_path[run.path]
    front: Mapping[str, Any] = document.front
    beside = repository.by_path.get(run.path.removesuffix(".yaml") + ".jsonl")
    journal = beside.journal if beside and not run.doubt else None
    named = repository.runbook(run.runbook)
    book = repository.model(named) if named else None
    now = pins(named, repository)["steps"] if named else {}
    up = "../../../"
    names = Names(repository, up=up)
    body = render(
        "drill-report.html.j2",
        run=run,
        front=Open(front),
        goals=[Open(each) for each in front["objectives"]],
        gaps=[Open(each) for each in front["gaps"]],
        actions=[Open(each) for each in front["actions"]],
        picture=_picture(run, journal),
        lines=list(_lines(journal)),
        rated=_RATED,
        worked=[
            goal
            for goal in run.goals
            if goal.rating in ("P", "S") and goal.took is not None and goal.took <= goal.within
        ],
        change=[
            (name, what, known.step(run.runbook, name, now.get(name, "")).mark) for name, what in run.failed.items()
        ],
        objective=lambda name: _goal(run, name),
        step=lambda name: _step(book, name, up),
        team=names.team,
        runbook=names.runbook,
        length=words.length,
    )
    title = f"After-action report: {run.id}"
    about = "How the drill went, what was missing, and who mends it by when."
    return f"{front_matter(title=title, description=about)}# {markdown(title)}\n\n{body}"


def _lines(journal: Journal | None) -> Iterator[tuple[str, Open]]:
    for value, at in record.timed(each.value for each in record.entries(journal)):
        if value["kind"] not in record.AFTER:
            yield clocked(at), Open(value)


def clocked(at: timedelta) -> str:
    """A time of the drill, ``1:07``."""
    minutes = int(at.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def _picture(run: Run, journal: Journal | None) -> Markup:
    """The course of a drill: what came when, what should be done by when, what was done when."""
    injects, done = [], []
    for value, at in record.timed(each.value for each in record.entries(journal)):
        if value["kind"] == "inject":
            injects.append(Dot(at, value["inject"], "inject"))
        elif value["kind"] in ("done", "missed"):
            done.append(Dot(at, value["step"], value["kind"]))
    goals = [
        Dot(goal.within, goal.id, "late" if goal.took is None or goal.took > goal.within else "met")
        for goal in run.goals
    ]
    if not injects and not done:
        return Markup("")
    return course(
        {"Injects": injects, "Expected by": goals, "Done": done}, "What came, what was expected and what was done"
    )


def calendar(repository: Repository, as_of: date, address: str) -> str:
    """The planned drills as a calendar, for people to subscribe to."""
    from drillbook.calendar import calendar as made

    return made(schedule.planned(repository, as_of, repository.quiet), as_of, address).decode()
