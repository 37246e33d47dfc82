"""Document + its PromQL -> findings of unmatched-labels. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Binary, labels
from drillbook.promql.labels import Clash
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB305", help='keep the same labels on both sides, or name those that count: "on (…) group_left"')
def unmatched_labels(document: Document, context: Context) -> Iterator[Found]:
    """Two sides whose labels never match, so that the result is empty."""
    for query, at in expressions(document, context.repository):
        unknown = {each.label for each in labels.strangers(query)}  # they have their own finding
        for node, clash in labels.clashes(query):
            if clash.label in unknown:
                continue
            yield Found(at, _told(node, clash), part=query.part(f"{node.op} ", node.op))


def _told(binary: Binary, clash: Clash) -> str:
    result = "so nothing is ever taken away" if binary.op == "unless" else "so the result is always empty"
    if clash.values:
        return f'the two sides of "{binary.op}" ask for different values of the label "{clash.label}", {result}'
    other = "right" if clash.side == "left" else "left"
    return (
        f'the {clash.side} side of "{binary.op}" has the label "{clash.label}" and the {other} side has not, {result}'
    )
