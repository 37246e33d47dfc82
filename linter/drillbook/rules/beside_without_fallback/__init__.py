"""Document -> findings of beside-without-fallback. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB418", help="write fallback: true in the step that runs beside another")
def beside_without_fallback(document: Document, context: Context) -> Iterator[Found]:
    """A step that runs beside another one, and comes in the order of the file as well."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, hosts in flow.hosts.items():
        if name in flow.steps and not flow.steps[name].fallback:
            words = f'step "{name}" runs beside "{hosts[0]}" and comes in the order of the file as well; expected a fallback'
            yield Found(("steps", flow.number[name], "id"), words)
