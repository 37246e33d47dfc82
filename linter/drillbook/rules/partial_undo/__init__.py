"""Document -> findings of partial-undo. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule

_SUSPEND = re.compile(r'\bsuspend"?\s*:\s*(?:true|false)\b')


@repository_rule("DB526", help="take back what each line of the command did", severity=Severity.WARNING)
def partial_undo(document: Document, context: Context) -> Iterator[Found]:
    """A way back that wakes or suspends fewer jobs than the command suspended or woke."""
    runbook = context.repository.in_use(document)
    for index, step in enumerate(runbook.steps if runbook else ()):
        did, undone = (len(_SUSPEND.findall(text)) for text in (step.text, step.undo))
        if step.action == "run" and did > undone > 0:
            said = f'the command sets "suspend" {did} times and this {undone} time{"s" if undone > 1 else ""}'
            yield Found(("steps", index, "undo"), f"{said}; expected a line for each")
