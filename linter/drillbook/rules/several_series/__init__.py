"""Document + its PromQL -> findings of several-series. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Node, constant, labels
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB307", help='name the labels in "per", or bring the series together with max, min, avg or sum')
def several_series(document: Document, context: Context) -> Iterator[Found]:
    """Several values where one is compared."""
    for each in signals(document, context.repository):
        if each.signal.per or each.query.tree is None:
            continue
        found = labels.of_query(each.query)
        if found is not None and found.several:
            several = ", ".join(sorted(found.several))
            words = f'this gives a value for each of {several}, and no "per" names them'
            yield Found((*each.at, "query"), f"{words}; expected one value", part=each.query.part(f"({several})"))
        elif (picked := _picked(each.query.tree)) is not None:
            op = picked.op
            yield Found(
                (*each.at, "query"), f'"{op}" gives several values; expected one value', part=each.query.part(op)
            )


def _picked(tree: Node) -> Aggregate | None:
    """The ``topk`` at the top that picks more than one."""
    if not isinstance(tree, Aggregate) or tree.op not in ("topk", "bottomk", "limitk"):
        return None
    number = constant(tree.param)
    known = labels.of(tree.inner)
    alone = known is not None and known.known is not None and not known.several
    return None if number is None or number < 2 or alone else tree
