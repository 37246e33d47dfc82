"""Drill + records + day -> findings of overdue-drill. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule
from drillbook.schedule import planned


@repository_rule("DB920", help="run it with drillbook drill run, and commit its record", severity=Severity.WARNING)
def overdue_drill(document: Document, context: Context) -> Iterator[Found]:
    """A drill that should have taken place by now."""
    if document.kind != "drill":
        return
    for each in planned(context.repository, context.as_of, context.repository.quiet, (document,)):
        if each.next < context.as_of:
            last = f"it last took place on {each.last.day}" if each.last else "it never took place"
            said = f'the drill "{each.id}" was planned for {each.next}, every {each.every}; {last}'
            yield Found(("schedule", "every"), said)
