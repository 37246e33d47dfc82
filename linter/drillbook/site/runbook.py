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
from urllib.parse import quote, urlencode

from markupsafe import Markup

from drillbook import alerting, graph, interfaces, reviews, words
from drillbook.document import Document
from drillbook.environment import Environment, NotFilled
from drillbook.model import Rollback, Runbook, Signal, Step
from drillbook.repository import Repository
from drillbook.site import fill, history, running
from drillbook.site.escape import front_matter, html
from drillbook.site.figure import figure
from drillbook.site.proof import Proofs, proofs
from drillbook.site.render import Names, Open, heading, render
from drillbook.site.stepgraph import picture
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
    issues: str = "",
) -> str:
    """The page of a runbook that satisfies the contract; ``warning`` stands above everything, ``site`` is its address.

    ``versions`` are those that git has, ``issues`` is the address where somebody says that a step is wrong.
    """
    names = Names(repository, runbook, up="../../")
    data = dict(runbook.data)
    form = fill.form(repository, runbook)
    proven = proofs(repository, document, runbook, names.up, as_of)
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
        stale=_stale(repository, document),
        proven=proven,
        step=names.step,
        form=form,
        nots=_nots(repository, runbook, names),
        picture=picture(runbook),
        running=running.data(repository, runbook),
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
            tried=proven.signal,
            asked=lambda signal: list(_asked(repository, runbook, signal)),
            known=form.known,
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
    procedure = _procedure(document, Cards(names, runbook, form, issues, proven))
    return "\n\n".join([f"{meta}{title}", warning, top, procedure, signals, end])


def _stale(repository: Repository, document: Document) -> list[str]:
    """Why the page may be out of date besides its review: components that serve another interface than it was written for."""
    return [
        f"written for interface {use.validated} of {use.name}, which serves {use.serves} now"
        for use in interfaces.uses(document, repository)
        if use.validated and use.serves and use.validated != use.serves and use.validated not in use.kept
    ]


def _nots(repository: Repository, runbook: Runbook, names: Names) -> list[Markup]:
    """What nobody may do in this incident, as far as the contract says it; each goes on from the words "Do not"."""
    found = []
    for each in runbook.data.get("evidence", ()):
        if each.get("collect") and each.get("destroyed_by"):
            steps = Markup(" or ").join(names.step(name) for name in each["destroyed_by"])
            kept = names.step(each["collect"])
            found.append(
                Markup("run {} before {} is done: it destroys evidence ({})").format(steps, kept, each["what"])
            )
    clocks = repository.entries("clocks")
    for each in runbook.data.get("governance", {}).get("clocks", ()):
        if (clock := clocks.get(each["clock"], {})).get("forbids_altering"):
            where = f"{each['if']} ({clock.get('title', each['clock'])})"
            found.append(html(f"alter the system before the authority has been told, where this applies: {where}"))
    for step in runbook.steps:
        if step.changes == "irreversible":
            told = "run {} without everybody who must approve: it cannot be undone"
            found.append(Markup(told).format(names.step(step.id)))  # noqa: S704 - a text of ours
    return found


@dataclass(frozen=True, slots=True)
class Cards:
    """What the cards of a page share."""

    names: Names
    runbook: Runbook
    form: fill.Form
    issues: str
    proven: Proofs


def _environments(repository: Repository, runbook: Runbook) -> Iterator[Environment]:
    """Those of the catalog in which the runbook runs."""
    entries = repository.entries("environments")
    for name in runbook.data.get("environments", ()):
        if name in entries:
            yield Environment(name, entries[name])


def _asked(repository: Repository, runbook: Runbook, signal: Signal) -> Iterator[tuple[str, str, str]]:
    """Where one looks at a signal's query in the source's own page: the environment, and the address with the query filled in.

    Where the query needs an input, the address is that of the page without a query, and the third value the query as it is.
    """
    for environment in _environments(repository, runbook):
        source = environment.source(signal.source)
        if source.get("kind") != "prometheus":
            continue
        graph_page = f"{source['url'].rstrip('/')}/graph"
        try:
            query = environment.filled(signal.query)
        except NotFilled:  # only an incident knows its inputs
            yield environment.name, graph_page, signal.query
            continue
        asked = urlencode({"g0.expr": query, "g0.tab": 0, "g0.range_input": "6h"})
        yield environment.name, f"{graph_page}?{asked}", ""


def _exported(repository: Repository, runbook: Runbook, signal: Signal, site: str) -> str:
    """The alert rule of a signal in the first environment that can have it; empty where none can."""
    for environment in _environments(repository, runbook):
        if not alerting.refusal(signal, environment):
            return alerting.text(alerting.rules(runbook, signal, environment, site))
    return ""


def _procedure(document: Document, cards: Cards) -> str:
    """The body, with a card in the place of each step block."""
    parts, at = [], document.body_at
    for block, step in zip(document.steps, cards.runbook.steps, strict=True):
        parts += [document.text[at : block.span.start], _card(step, cards)]
        at = block.span.end
    parts.append(document.text[at:])
    return "".join(parts).replace("\r\n", "\n")


def _card(step: Step, cards: Cards) -> str:
    names, runbook = cards.names, cards.runbook
    number = names.numbers[step.id]
    card = render(
        "step.html.j2",
        step=step,
        number_of=number,
        ways=_ways(step, names, runbook),
        approvers=_approvers(step, names, runbook),
        doer=names.role(step.by),
        known=cards.form.known,
        stages=fill.stages(step),
        within=int(step.within.total_seconds()) if step.within else 0,
        report=_report(step, number, cards),
        link=names.step,
        signal=names.signal,
        tried=cards.proven.step(step.id),
    )
    return f"{heading(3, f'{number}. {step.title}', f'step-{step.id}')}{card}\n\n"


def _report(step: Step, number: int, cards: Cards) -> str:
    """The address of a new issue about a step, its title and first lines filled in; empty where the site names no tracker."""
    if not cards.issues:
        return ""
    book = cards.runbook
    title = f"{book.id} {book.version}: step {step.id} is wrong"
    where = f"Runbook: {book.title} ({book.id} {book.version})\nStep: {number}. {step.title} (#step-{step.id})"
    text = f"{where}\n\nWhat is wrong, and what happened instead:\n"
    keys = ("issue[title]", "issue[description]") if "/-/issues" in cards.issues else ("title", "body")
    return f"{cards.issues}?{urlencode(dict(zip(keys, (title, text), strict=True)), quote_via=quote)}"


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
