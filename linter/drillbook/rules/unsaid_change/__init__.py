"""What people are told to do -> findings of unsaid-change. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB447",
    help='say "changes: reversible" with an undo, or "changes: irreversible"; "changes: nothing" if it is so',
    severity=Severity.WARNING,
)
def unsaid_change(document: Document, context: Context) -> Iterator[Found]:
    """A person is told to restart, set or delete something, and the step does not say that it changes anything."""
    if document.kind != "runbook" or not context.repository.is_complete(document):
        return  # what is absent never fails a draft
    for index, block in enumerate(document.steps):
        step = block.value
        order = step.get("do") if isinstance(step, dict) and "changes" not in step else None
        found = _ORDER.match(order) if isinstance(order, str) else None
        if found:
            words = f'"{found[0]}" changes something, and the step does not say so'
            yield Found(("steps", index, "do"), words, part=found[0])


_ORDER = re.compile(
    r"(?:Now |Then )?"
    r"(?:Restart|Roll back|Disable|Enable|Pause|Suspend|Resume|Scale|Delete|Drop|Deploy|Revert|Restore|Switch off|Switch on"
    r"|Turn off|Turn on|Lock|Unlock|Block|Kill|Stop|Rotate|Revoke|Drain|Promote|Set|Remove|Withdraw|Reset|Purge|Flush)"
    r" (?:(?:the|all|each|every|both|its|their|one|old|new|bad|last|affected|current|latest|previous) )*"
    r"(?:[\w-]+ ){0,2}"
    r"(?:deployments?|services?|flags?|models?|jobs?|pods?|nodes?|pipelines?|index(?:es)?|traffic|replicas?|topics?|consumers?"
    r"|features?|configuration|releases?|stores?|queues?|tables?|keys?|tokens?|caches?|servers?|partitions?|schedules?"
    r"|canary|embedder|endpoints?|accounts?|users?|rows|documents?|triggers?|thresholds?)\b"
)
