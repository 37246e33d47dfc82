"""Document -> findings of unfinished-ramp. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB516", help="end at 100, or end as degraded")
def unfinished_ramp(document: Document, context: Context) -> Iterator[Found]:
    """A restoration that stops before all of it has come back."""
    runbook = context.repository.in_use(document)
    ramps = [
        (index, step)
        for index, step in enumerate(runbook.steps if runbook else ())
        if step.ramp and step.phase == "Restore"
    ]
    whole = any(100 in step.ramp for _, step in ramps)
    for index, step in ramps:
        ends_here = step.then == "end" and step.outcome == "restored"
        last = not whole and index == ramps[-1][0]
        if (ends_here or last) and 100 not in step.ramp:
            said = (
                f"the last stage is {words.number(step.ramp[-1])} percent and the restoration ends there, expected 100"
            )
            yield Found(("steps", index, "ramp"), said)
