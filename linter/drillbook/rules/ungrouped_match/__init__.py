"""Document + its PromQL -> findings of ungrouped-match. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.promql import Binary, labels
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB362",
    help="say group_left or group_right for the side with several, or bring it together first",
    severity=Severity.WARNING,
)
def ungrouped_match(document: Document, context: Context) -> Iterator[Found]:
    """Several series matched with one, and no group_left or group_right that says so."""
    for query, at in expressions(document, context.repository):
        for node, _ in query.nodes:
            lost = labels.ungrouped(node) if isinstance(node, Binary) and node.matching else None
            if lost is not None and isinstance(node, Binary):
                side, names = lost
                words = f'the {side} side of "{node.op}" has a value for each of {", ".join(sorted(names))}'
                said = f"{words}, and as soon as there are two Prometheus gives an error"
                yield Found(at, f"{said}; expected group_{side}", part=query.part(f"{node.op} {node.matching}"))
