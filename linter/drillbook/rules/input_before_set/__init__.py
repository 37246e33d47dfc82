"""Document -> findings of input-before-set. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_TEXTS = ("run", "query", "expect", "undo")


@repository_rule("DB413", help="lead every way through the step that sets it first")
def input_before_set(document: Document, context: Context) -> Iterator[Found]:
    """An input that a step fills in, used on a way that has not come to that step."""
    graph = context.repository.flow(document)
    if graph is None:
        return
    inputs = graph.runbook.data.get("inputs", ())
    for name in (each["id"] for each in inputs if "from_label" not in each):
        setting = [step for number, step in enumerate(graph.steps) if _block(document, number).get("sets") == name]
        uses = {
            step: (number, key)
            for number, step in enumerate(graph.steps if setting else ())
            if (key := _uses(_block(document, number), name, own=step in setting))
        }
        for step, (number, key) in uses.items():
            others = [each for each in uses if each != step]  # what comes behind the first use has the same cause
            way = flow.way_without(graph, step, flow.attempt(graph, [*setting, *others]))
            if way:
                yield Found(("steps", number, key), _words(name, setting, way), part=f"${{{name}}}")


def _block(document: Document, number: int) -> dict[str, object]:
    value = document.steps[number].value
    return value if isinstance(value, dict) else {}


def _uses(block: dict[str, object], name: str, own: bool) -> str:
    """The first key that uses the input; what follows the action of a step that sets it may."""
    return next((key for key in (_TEXTS[:2] if own else _TEXTS) if f"${{{name}}}" in str(block.get(key, ""))), "")


def _words(name: str, setting: list[str], way: flow.Way) -> str:
    return f'"{name}" is filled in by step "{setting[0]}", which is not on the way {way}; expected it before this'
