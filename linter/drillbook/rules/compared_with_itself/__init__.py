"""Document + its PromQL -> findings of compared-with-itself. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Binary, labels
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB304", help="compare with something else: drop a label from one side, or name the other metric")
def compared_with_itself(document: Document, context: Context) -> Iterator[Found]:
    """Two sides that are the same values, so that the result says nothing."""
    for query, at in expressions(document, context.repository):
        for node, _ in query.nodes:
            if not isinstance(node, Binary) or node.op not in _GIVES:
                continue
            if labels.clash(node) is None and labels.compared_with_itself(node):
                words = f'both sides of "{node.op}" are the same series, so the result is {_GIVES[node.op]}'
                yield Found(at, f"{words}; expected two different ones", part=query.part(f" {node.op} "))


_GIVES = {
    "/": "always one",
    "-": "always zero",
    "%": "always zero",
    ">": "always empty",
    "<": "always empty",
    "unless": "always empty",
    "and": "the left side as it is",
    "or": "the left side as it is",
}
