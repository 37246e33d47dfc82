"""Document + rule files -> findings of alert-without-rule. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule
from drillbook.suggest import nearest


@across_rule("DB820", help="write the rule, or name the alert as its rule does", severity=Severity.WARNING)
def alert_without_rule(document: Document, context: Context) -> Iterator[Found]:
    """An alert that pages, of an active runbook, and that no rule file of the repository defines."""
    if document.card.status != "active" or not document.card.paging:
        return
    files = context.repository.of("alerts")
    known = context.repository.once(_defined) if files else frozenset()
    for index, alert in document.card.paging if files else ():
        if alert not in known and not _asked_elsewhere(document, context.repository, index):
            near = nearest(alert, sorted(known))
            hint = f'did you mean "{near}"' if near else f"expected a rule as in {files[0].path}"
            yield Found(("signals", index, "alert"), f'alert "{alert}" is in no rule file of the repository, {hint}')


def _asked_elsewhere(document: Document, repository: Repository, index: int) -> bool:
    """Whether no Prometheus answers the query in any environment: no rule file can hold it, and somebody else raises it."""
    signals = document.front.get("signals")
    signal = signals[index] if isinstance(signals, list) else None
    name = signal.get("source") if isinstance(signal, dict) else None
    known = set()
    for environment in repository.entries("environments").values():
        sources = environment.get("sources")
        source = sources.get(name) if isinstance(sources, dict) and isinstance(name, str) else None
        known |= {source.get("kind")} if isinstance(source, dict) and isinstance(source.get("kind"), str) else set()
    return bool(known) and "prometheus" not in known


def _defined(repository: Repository) -> frozenset[str]:
    files = [document.card.rules for document in repository.of("alerts")]
    return frozenset(name for file in files for name in (*(rule.name for rule in file.rules), *file.others))
