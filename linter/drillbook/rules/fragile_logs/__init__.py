"""Commands of steps -> findings of fragile-logs. Pure."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB446", help="add --ignore-errors, or ask for the logs last", severity=Severity.WARNING)
def fragile_logs(document: Document, context: Context) -> Iterator[Found]:
    """Logs of many pods, and behind them a command that only runs if every pod gave some."""
    runbook = context.repository.in_use(document)
    for line in shell.lines(runbook) if runbook else ():
        if "logs" not in line.text or "&&" not in line.text:
            continue
        for command in shell.run(line.shell):
            if _of_many(command) and re.search(re.escape(command.raw) + _AND, line.text):
                said = "this fails when one of the pods has not started, and what stands behind && does not run"
                yield Found(line.at, said, part=command.raw)
                break


def _of_many(command: shell.Command) -> bool:
    flags = {text.partition("=")[0] for text in command.texts}
    several = flags & {"--selector", "-l"} and "--ignore-errors" not in flags
    return command.name == "kubectl" and "logs" in command.bare and bool(several)


_AND = r"(?:\s+[0-9]*>[^;&|\n]*|\\\n|>&|\s)*&&"
"""The next that joins two commands is &&; behind a pipe the status is that of the last command."""
