"""Commands of steps -> findings of placeholder-in-command. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB431", help='declare an input and write it as "${name}": the responder fills it in once')
def placeholder_in_command(document: Document, context: Context) -> Iterator[Found]:
    """A name in angle brackets in a command, which a shell takes for a file to read."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        for each in dict.fromkeys(line.shell.placeholders):
            variable = "${" + each[1:-1].lower().replace("-", "_").replace(" ", "_") + "}"
            yield Found(
                line.at, f'a shell reads from a file at "{each}", expected an input such as {variable}', part=each
            )
