"""Document -> findings of forbidden-change. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Runbook, Step
from drillbook.rule import Context, repository_rule

_FORBIDDEN = {"nothing": ("reversible", "irreversible"), "reversible": ("irreversible",)}
_ALLOWS = {"nothing": "no change", "reversible": "reversible changes only"}


@repository_rule("DB411", help="take another way there, or say with only_if where the step applies")
def forbidden_change(document: Document, context: Context) -> Iterator[Found]:
    """A step that changes what an environment of the runbook does not let change."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    known = context.repository.entries("environments")
    for name, step in flow.steps.items():
        for environment in _where(flow.runbook, step, context) if step.changes != "nothing" else ():
            allow = known.get(environment, {}).get("allow", "all")
            if step.changes in _FORBIDDEN.get(str(allow), ()):
                words = (
                    f'step "{name}" makes a change that is {step.changes}, and "{environment}" allows {_ALLOWS[allow]}'
                )
                yield Found(("steps", flow.number[name], "changes"), words)
                break


def _where(runbook: Runbook, step: Step, context: Context) -> Iterator[str]:
    """The environments in which the step applies; none where the catalog says that it applies nowhere."""
    only = step.only_if or {}
    if "component" in only and "attribute" in only:
        component = context.repository.entries("components").get(only["component"], {})
        if only["attribute"] in component and str(component[only["attribute"]]) not in only.get("is", ()):
            return
    for environment in runbook.data.get("environments", ()):
        if environment in only.get("environment", (environment,)):
            yield environment
