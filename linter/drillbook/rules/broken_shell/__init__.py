"""Commands of steps -> findings of broken-shell. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB430", help='mend the command, and paste it into a shell with "bash -n" to see that it reads it')
def broken_shell(document: Document, context: Context) -> Iterator[Found]:
    """A command that no shell can read: an open quote, a loop without its end."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        if line.shell.flaw:
            yield Found(line.at, f"the command {line.shell.flaw.message}", part=line.shell.flaw.part)
