"""One runbook of the repository -> its page in Markdown. Pure.

The author's own Markdown stays as it is, macro calls included; every step block becomes a numbered card, and what the front
matter says stands before and after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from drillbook import alerting, graph, reviews, words
from drillbook.document import Document
from drillbook.environment import Environment, NotFilled
from drillbook.model import Rollback, Runbook, Signal, Step
from drillbook.repository import Repository
from drillbook.site import history
from drillbook.site.escape import front_matter, html
from drillbook.site.figure import figure
from drillbook.site.render import Names, Open, heading, render
from drillbook.trail import Version
from drillbook.validation import is_date


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a review is due: ``state`` is ``fresh``, ``due`` or ``none``; ``words`` say so with the days."""

    state: str
    words: str


def review(data: dict[str, Any], as_of: date) -> Review:
    """The review state of effective front matter on a day."""
    plan = data.get("review", {})
    if "last" not in plan:
        return Review("none", "Never reviewed")
    last = date.fromisoformat(plan["last"])
    by = f" by {plan['by']}" if "by" in plan else ""
    due = reviews.due(plan)
    if due is None:
        return Review("fresh", f"Reviewed {last}{by}")
    if due < as_of:
        return Review("due", f"Review overdue since {due}; last reviewed {last}{by}")
    return Review("fresh", f"Reviewed {last}{by}; next by {due}")


def dated(clock: dict[str, Any], as_of: date) -> str:
    """What a page says of the days of a clock, behind its source: when somebody read it, and whether it applies yet."""
    verified, begins = str(clock.get("verified", "")), str(clock.get("applies_from", ""))
    words = (
        f", verified {verified}."
        if is_date(verified)
        else ", not verified here yet: ask counsel before you rely on it."
    )
    if is_date(begins) and begins > as_of.isoformat():
        return f"{words} It applies from {begins} on, not yet."
    return words if is_date(begins) else f"{words} From when it applies is not verified either."


def page(
    repository: Repository,
    document: Document,
    runbook: Runbook,
    as_of: date,
    warning: str = "",
    site: str = "",
    versions: Sequence[Version] = (),
) -> str:
    """The page of a runbook that satisfies the contract; ``warning`` stands above everything, ``site`` is its address.

    ``versions`` are those that git has.
    """
    names = Names(repository, runbook, up="../../")
    data = dict(runbook.data)
    top = render(
        "runbook-top.html.j2",
        data=Open(data),
        summary=f"../../summaries/{PurePosixPath(document.path).stem}/" if repository.is_complete(document) else "",
        severity=Open(data.get("severity", {})),
        look_alikes=[Open(other) for other in data.get("look_alikes", ())],
        commander=data.get("roles", {}).get("incident_commander", ""),
        review=review(data, as_of),
        channel=data.get("communication", {}).get("channel", ""),
        bridge=data.get("communication", {}).get("bridge", ""),
        first=next((step for step in runbook.steps if not step.fallback), None),
        team=names.team,
        runbook=names.runbook,
    )
    signals = ""
    if runbook.signals:
        cards = render(
            "signals.html.j2",
            signals=runbook.signals,
            step=names.step,
            team=names.team,
            figure=figure,
            asked=lambda signal: list(_asked(repository, runbook, signal)),
            exported=lambda signal: _exported(repository, runbook, signal, site),
        )
        signals = f"{heading(2, 'Signals', 'signals')}{cards}"
    end = render(
        "runbook-end.html.j2",
        data=Open(data),
        rollback=runbook.rollback,
        dated=lambda name: dated(repository.entries("clocks").get(name, {}), as_of),
        clock_of=lambda name: Open(repository.entries("clocks").get(name, {})),
        step=names.step,
        signal=names.signal,
        team=names.team,
        component=names.component,
        versions=history.entries(data, versions),
    )
    meta = front_matter(
        boost=8,
        title=runbook.title,
        description=runbook.summary,
        tags=[*data.get("symptoms", ()), *data.get("incident_types", ())],
    )
    title = heading(1, runbook.title, "top").strip()
    return "\n\n".join([f"{meta}{title}", warning, top, signals, _procedure(document, names, runbook), end])


def _environments(repository: Repository, runbook: Runbook) -> Iterator[Environment]:
    """Those of the catalog in which the runbook runs."""
    entries = repository.entries("environments")
    for name in runbook.data.get("environments", ()):
        if name in entries:
            yield Environment(name, entries[name])


def _asked(repository: Repository, runbook: Runbook, signal: Signal) -> Iterator[tuple[str, str]]:
    """Where one looks at a signal's query in the source's own page: the environment, and the address with the query filled in."""
    for environment in _environments(repository, runbook):
        source = environment.source(signal.source)
        if source.get("kind") != "prometheus":
            continue
        try:
            query = environment.filled(signal.query)
        except NotFilled:
            continue  # only an incident knows its inputs
        asked = urlencode({"g0.expr": query, "g0.tab": 0, "g0.range_input": "6h"})
        yield environment.name, f"{source['url'].rstrip('/')}/graph?{asked}"


def _exported(repository: Repository, runbook: Runbook, signal: Signal, site: str) -> str:
    """The alert rule of a signal in the first environment that can have it; empty where none can."""
    for environment in _environments(repository, runbook):
        if not alerting.refusal(signal, environment):
            return alerting.text(alerting.rules(runbook, signal, environment, site))
    return ""


def _procedure(document: Document, names: Names, runbook: Runbook) -> str:
    """The body, with a card in the place of each step block."""
    parts, at = [], document.body_at
    for block, step in zip(document.steps, runbook.steps, strict=True):
        parts += [document.text[at : block.span.start], _card(step, names, runbook)]
        at = block.span.end
    parts.append(document.text[at:])
    return "".join(parts).replace("\r\n", "\n")


def _card(step: Step, names: Names, runbook: Runbook) -> str:
    number = names.numbers[step.id]
    card = render(
        "step.html.j2",
        step=step,
        ways=_ways(step, names, runbook),
        approvers=_approvers(step, names, runbook),
        doer=names.role(step.by),
        link=names.step,
        signal=names.signal,
    )
    return f"{heading(3, f'{number}. {step.title}', f'step-{step.id}')}{card}\n\n"


def _ways(step: Step, names: Names, runbook: Runbook) -> list[tuple[str, Markup]]:
    """Where a step goes on, in the words of the page. A decision shows its answers instead."""
    ways: list[tuple[str, Markup]] = []
    rollback = runbook.rollback
    if rollback and step.id in rollback.steps[-1:]:
        ways.append(("Verify", _verify(rollback, names)))
    for edge in graph.successors(runbook)[step.id]:
        if edge.why == "then" and edge.outcome:
            ways.append(("Then", html(f"the incident ends here: {edge.outcome.replace('-', ' ')}")))
        elif edge.why == "then" and edge.to:
            ways.append(("Then", names.step(edge.to)))
    if step.if_not:
        tries = f", after {step.at_most} attempts" if step.at_most > 1 else ""
        ways.append((f"If not{tries}", names.step(step.if_not)))
    if step.if_unknown and step.action != "decide":
        ways.append(("If unknown", names.step(step.if_unknown)))
    if rollback and step.id in rollback.steps[:1]:
        ways.append(("If unavailable", names.step(rollback.if_unavailable)))
    return ways


def _verify(rollback: Rollback, names: Names) -> Markup:
    signals = Markup(", ").join(names.signal(name) for name in rollback.verify)
    return Markup("{} must clear and hold for {}, within {}; if not {}, if inconclusive {}").format(
        signals,
        words.length(rollback.hold),
        words.length(rollback.give_up_after),
        names.step(rollback.if_failed),
        names.step(rollback.if_inconclusive),
    )


def _approvers(step: Step, names: Names, runbook: Runbook) -> list[Markup]:
    approve = runbook.data.get("authority", {}).get("approve", {})
    needed = [*approve.get(step.changes, ()), *step.approve_also]
    if step.moves_data:
        needed += approve.get("data_movement", ())
    return [names.team(name) for name in dict.fromkeys(needed)]
