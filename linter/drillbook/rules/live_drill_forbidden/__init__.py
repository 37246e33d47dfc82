"""Live drill + its environment and runbook -> findings of live-drill-forbidden. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_ALLOWS = {"nothing": ("nothing",), "reversible": ("nothing", "reversible")}


@repository_rule("DB905", help="hold it in an environment that allows it, or make it a tabletop drill")
def live_drill_forbidden(document: Document, context: Context) -> Iterator[Found]:
    """A live drill in an environment that allows less than its steps change."""
    front = document.front
    if document.kind != "drill" or front.get("mode") != "live":
        return
    entry = context.repository.entries("environments").get(str(front.get("environment")), {})
    allowed = _ALLOWS.get(str(entry.get("allow", "all")))
    named = context.repository.runbook(str(front.get("runbook")))
    book = context.repository.model(named) if named else None
    if allowed is None or book is None:
        return
    for index, block in enumerate(document.injects):
        value = block.value if isinstance(block.value, dict) else {}
        if value.get("run") and "reversible" not in allowed:
            said = f'"{front["environment"]}" allows nothing to be changed, and this inject changes something'
            yield Found(("injects", index, "run"), said)
        listed = value.get("expect")
        for name in listed if isinstance(listed, list) else ():
            step = book.step(str(name))
            if step is not None and step.changes not in allowed:
                most = "no change" if allowed[-1] == "nothing" else f"{allowed[-1]} changes at most"
                said = f'"{front["environment"]}" allows {most}, and the step "{name}" is {step.changes}'
                yield Found(("injects", index, "expect"), said, part=str(name))
