"""Document -> findings of takes-over-limit. Pure."""

from collections.abc import Iterator

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB421", help="allow more time, or say how long it really takes")
def takes_over_limit(document: Document, context: Context) -> Iterator[Found]:
    """A step that usually takes longer than its limit."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, step in flow.steps.items():
        if step.takes and step.within and step.takes > step.within:
            words = f"it usually takes {duration.show(step.takes)}, and its limit is {duration.show(step.within)}"
            yield Found(("steps", flow.number[name], "takes"), f"{words}; expected no more than the limit")
