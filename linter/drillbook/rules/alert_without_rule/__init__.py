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
        if alert not in known:
            near = nearest(alert, sorted(known))
            hint = f'did you mean "{near}"' if near else f"expected a rule as in {files[0].path}"
            yield Found(("signals", index, "alert"), f'alert "{alert}" is in no rule file of the repository, {hint}')


def _defined(repository: Repository) -> frozenset[str]:
    files = [document.card.rules for document in repository.of("alerts")]
    return frozenset(name for file in files for name in (*(rule.name for rule in file.rules), *file.others))
