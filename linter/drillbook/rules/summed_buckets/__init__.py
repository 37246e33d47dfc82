"""Document + its PromQL -> findings of summed-buckets. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Binary, Call, Node, Selector, constant, labels
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB361", help='sum the "_count" of the histogram, or one bucket: {le="0.3"}')
def summed_buckets(document: Document, context: Context) -> Iterator[Found]:
    """A sum over all buckets of a histogram, which counts everything many times."""
    for query, at in expressions(document, context.repository):
        for selector, above in query.selectors:
            if _is_bucket(selector) and above and _summed(above):
                base = selector.name.removesuffix("_bucket")
                words = f'each bucket of "{base}" holds those below it, so this sum counts an observation many times'
                yield Found(at, f'{words}; expected "{base}_count"', part=query.part(selector.name))


_RATES = frozenset({"rate", "irate", "increase"})


def _is_bucket(selector: Selector) -> bool:
    if selector.declared is not None and selector.declared.part != "bucket":
        return False
    asked = any(each.label == "le" for each in selector.matchers)
    return selector.name.endswith("_bucket") and not selector.recorded and not selector.open and not asked


def _summed(above: tuple[Node, ...]) -> bool:
    """Whether what grows in the buckets is summed on its way to the top before anything tells them apart."""
    nearest = above[-1]
    if not isinstance(nearest, Call) or nearest.name not in _RATES:
        return False
    for node in reversed(above[:-1]):
        if isinstance(node, Aggregate) and node.op in ("sum", "avg"):
            kept = labels.of(node)
            if kept is not None and not kept.may("le"):
                return not any(isinstance(each, Call) and each.name.startswith("histogram_") for each in above)
        elif not _scales(node):
            return False
    return False


def _scales(node: Node) -> bool:
    """Whether a number is all that this does to a value."""
    return isinstance(node, Binary) and (constant(node.left) is not None or constant(node.right) is not None)
