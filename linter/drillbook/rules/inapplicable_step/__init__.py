"""Document -> findings of inapplicable-step. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB412", help="name an environment in which the runbook runs, or delete the step")
def inapplicable_step(document: Document, context: Context) -> Iterator[Found]:
    """A step for environments in which the runbook does not run."""
    flow = context.repository.flow(document)
    environments = flow.runbook.data.get("environments") if flow else None
    if flow is None or not environments:
        return
    for name, step in flow.steps.items():
        only = (step.only_if or {}).get("environment")
        if only and not set(only) & set(environments):
            words = f'step "{name}" is for {", ".join(only)}, and the runbook runs in {", ".join(environments)}'
            yield Found(
                ("steps", flow.number[name], "only_if", "environment"), f"{words}; it is passed over everywhere"
            )
