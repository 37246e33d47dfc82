"""Commands of steps + what they change -> findings of undeclared-change. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.rules.undeclared_change.table import change


@repository_rule("DB439", help='say "changes: reversible" with an undo, or "changes: irreversible"')
def undeclared_change(document: Document, context: Context) -> Iterator[Found]:
    """A command that deletes, overwrites or restarts, in a step that says it changes nothing."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        if line.key != "run" or line.step.changes != "nothing":
            continue
        for command in shell.run(line.shell):
            what = change(command, line.shell.jobs)
            if what:
                message = f'"{what}" changes or removes something, and the step says that it changes nothing'
                yield Found(line.at, message, part=command.raw)
                break
