"""Document -> findings of unconstrained-data-movement. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_AT = ("governance", "constraints")


@repository_rule("DB505", help="say where the data may go, and who may see it there")
def unconstrained_data_movement(document: Document, context: Context) -> Iterator[Found]:
    """Data that moves, in a runbook that sets no rule for moving it."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    constraints = runbook.data.get("governance", {}).get("constraints")
    moving = next((step.id for step in runbook.steps if step.moves_data), "")
    if moving and constraints == []:
        yield Found(_AT, f'step "{moving}" moves data, and no constraint says how; expected at least one')
