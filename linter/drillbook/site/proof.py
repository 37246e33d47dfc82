"""Repository + runbook -> what drills and incidents proved of it, in the words of its page. Pure.

Nobody can type this in: it is derived from journals that verify, and leads to the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from drillbook.document import Document
from drillbook.history import History, Mark, Proof, Run, history, pins
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.site.escape import html


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is known of the steps and signals of a runbook; ``up`` leads to the top of the site."""

    known: History
    book: Runbook
    now: Mapping[str, Mapping[str, str]]
    up: str
    linked: bool

    @property
    def last(self) -> Markup:
        """When it was last drilled, and how much of it."""
        drills = [run for run in self.known.of(self.book.id) if run.drill]
        if not drills:
            return Markup("Never drilled")
        tried = sum(self._step(step.id).mark is Mark.PROVEN for step in self.book.steps)
        words = Markup("Last drilled {}; {} of {} steps were tried as they are now")
        return words.format(self._run(drills[-1]), tried, len(self.book.steps))

    @property
    def unopened(self) -> str:
        """The incident in which nobody opened it; empty where that is dealt with."""
        run = self.known.unopened(self.book.id, self.book.version)
        return f"Nobody opened it in the incident of {run.day}" if run else ""

    @property
    def used(self) -> Markup:
        """When it was last used in an incident; nothing where it never was."""
        used = [run for run in self.known.of(self.book.id) if not run.drill]
        return Markup("Last used in the incident of {}").format(self._run(used[-1])) if used else Markup("")

    @property
    def failed(self) -> list[tuple[str, str]]:
        """The steps that failed and were not changed and tried again: id, and what the page says."""
        found = [(step.id, self._step(step.id)) for step in self.book.steps]
        return [(name, f"{_SAID[proof.mark]}: {proof.what}") for name, proof in found if proof.mark in _SAID]

    def step(self, name: str) -> Markup:
        """What the card of a step says; nothing where it was never tried."""
        return self._said(self._step(name))

    def signal(self, name: str) -> Markup:
        """What the card of a signal says; nothing where no drill proved it."""
        return self._said(self.known.signal(self.book, name, self.now))

    def _step(self, name: str) -> Proof:
        return self.known.step(self.book.id, name, self.now["steps"].get(name, ""))

    def _said(self, proof: Proof) -> Markup:
        if proof.run is None:
            return Markup("")
        warn = " db-warn" if proof.mark is not Mark.PROVEN else ""
        word = {Mark.PROVEN: "tried", Mark.CHANGED: "changed since it was tried"}.get(
            proof.mark, _SAID.get(proof.mark, "")
        )
        return Markup('<span class="db-tag{}">{} {}</span>').format(warn, word, self._run(proof.run))

    def _run(self, run: Run) -> Markup:
        to = f"{self.up}drills/records/{run.id}/" if run.drill else f"{self.up}incidents/{run.id}/"
        link = Markup('<a href="{}">{}</a>').format(html(to), run.day) if self.linked else html(run.day)
        return link + Markup(" (fictional)") if run.fictional else link


_SAID = {Mark.FAILED: "failed", Mark.UNTRIED: "failed, changed since, not tried again"}


def proofs(repository: Repository, document: Document, book: Runbook, up: str, as_of: date) -> Proofs:
    """What was known of a runbook on a day."""
    linked = not repository.players
    return Proofs(repository.once(history).until(as_of), book, pins(document, repository), up, linked)
