"""Document + catalog -> findings of high-risk-without-clock. Pure."""

from collections.abc import Iterator

from drillbook.deadlines import lacking, named
from drillbook.document import Document
from drillbook.finding import Found, Place, Severity
from drillbook.interfaces import uses
from drillbook.rule import Context, repository_rule

_CLOCKS = ("governance", "clocks")


@repository_rule("DB612", help="name the clock, and the condition under which it applies", severity=Severity.WARNING)
def high_risk_without_clock(document: Document, context: Context) -> Iterator[Found]:
    """A runbook about a high-risk AI system without a clock for its serious incidents."""
    repository = context.repository
    catalog = repository.sound("components")
    risky = next((use for use in uses(document, repository) if catalog[use.name].get("high_risk")), None)
    clocks = named(repository.effective(document)) if risky else None
    if risky is None or clocks is None:
        return
    missing = lacking(clocks, "high_risk", repository.sound("clocks"), context.as_of)
    if missing:
        at: Place = (*risky.at, "ref") if repository.inherited(document, _CLOCKS) else _CLOCKS
        yield Found(at, f'"{risky.name}" is a high-risk AI system and no clock concerns it, {missing}')
