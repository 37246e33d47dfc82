"""Document + its PromQL -> findings of unaggregated-query. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.promql import Aggregate, Call, Node, labels, walk
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB308", help='write max(…), sum(…) or avg(…) around it, or name the labels in "per"', severity=Severity.WARNING
)
def unaggregated_query(document: Document, context: Context) -> Iterator[Found]:
    """A query that keeps every label, so that each process gives a value of its own."""
    for each in signals(document, context.repository):
        tree = each.query.tree
        if each.signal.per or tree is None or any(isinstance(node, Aggregate) for node, _ in each.query.nodes):
            continue
        found = labels.of_query(each.query)
        if all(selector.recorded for selector, _ in each.query.selectors):
            continue  # a recording rule has brought the series together
        scraped = any(name.startswith(_COUNTED) for name in _functions(tree))
        alone = found is None or found.known is not None or not scraped or found.pinned.get("instance") is not None
        if not alone:
            yield Found((*each.at, "query"), "this gives a value for each process that is scraped, expected one value")


_COUNTED = ("rate", "irate", "increase", "histogram_quantile")


def _functions(tree: Node) -> Iterator[str]:
    yield from (node.name for node, _ in walk(tree) if isinstance(node, Call))
