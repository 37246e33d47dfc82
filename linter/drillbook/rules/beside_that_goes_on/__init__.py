"""Document -> findings of beside-that-goes-on. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB419", help="let the step that it runs beside lead on")
def beside_that_goes_on(document: Document, context: Context) -> Iterator[Found]:
    """A step that runs beside another one and says where to go next."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, hosts in flow.hosts.items():
        step = flow.steps.get(name)
        for key in ("then", "answers", "if_unknown"):
            if step and getattr(step, key):
                words = f'step "{name}" runs beside "{hosts[0]}", which leads on; expected no "{key}" here'
                yield Found(("steps", flow.number[name], key), words)
