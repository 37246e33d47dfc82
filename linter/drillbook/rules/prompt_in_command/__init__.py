"""Commands of steps -> findings of prompt-in-command. Pure."""

from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Fix, Found
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB433", help="write the command alone, as it is pasted; where a root shell is needed, say so in the title"
)
def prompt_in_command(document: Document, context: Context) -> Iterator[Found]:
    """A command with the prompt of a shell before it."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        for each in line.shell.prompts:
            words = f'"{each[:60]}" begins with a prompt, expected the command alone'
            yield Found(line.at, words, part=each, fix=Fix(shell.without_prompt(each), safe=not each.startswith("#")))
