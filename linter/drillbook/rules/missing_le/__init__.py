"""Document + its PromQL -> findings of missing-le. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Call, Node, Selector, labels, walk
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB309", help="keep the label le: sum by (le, …)")
def missing_le(document: Document, context: Context) -> Iterator[Found]:
    """A quantile of a histogram that has lost its label le."""
    for query, at in expressions(document, context.repository):
        for node, _ in query.nodes:
            if not isinstance(node, Call) or node.name != "histogram_quantile" or len(node.args) != 2:
                continue
            selectors = [each for each, _ in query_of(node.args[1]) if not each.recorded]
            # what the data dictionary knows is left to quantile-without-histogram
            unknown = [each.name for each in selectors if each.declared is None]
            other = next((name for name in unknown if name.endswith(("_sum", "_count"))), "")
            classic = any(isinstance(each, Aggregate) and "le" in each.labels for each, _ in walk(node))
            if other and len(selectors) == 1 and (classic or _OF_UNIT.search(other)):  # a native histogram has any name
                words = f'"{other}" has no label "le", so there is no quantile'
                yield Found(at, f'{words}; expected the "_bucket" of the histogram', part=query.part(other))
                continue
            found = labels.of(node.args[1])
            buckets = [each.name for each in selectors if each.name.endswith("_bucket")]
            if buckets and found is not None and not found.may("le"):
                words = f'the buckets of "{buckets[0]}" have lost the label "le", so there is no quantile'
                yield Found(at, f'{words}; expected "sum by (le)"', part=query.part(*_groupings(node), buckets[0]))


_OF_UNIT = re.compile(r"_(?:seconds|milliseconds|bytes|tokens)_(?:sum|count)$")


def query_of(node: Node) -> Iterator[tuple[Selector, tuple[Node, ...]]]:
    """The selectors in an expression."""
    yield from ((each, above) for each, above in walk(node) if isinstance(each, Selector))


def _groupings(node: Node) -> Iterator[str]:
    for each, _ in walk(node):
        if isinstance(each, Aggregate) and each.grouping == "by":
            yield f"({', '.join(sorted(each.labels))})"
            yield each.op
