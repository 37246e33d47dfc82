"""Document + its PromQL -> findings of hidden-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import COMPARISONS, Binary, Negative, Node, constant
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB313", help='leave the comparison to "fires" and "clears", or write "bool"')
def hidden_value(document: Document, context: Context) -> Iterator[Found]:
    """A comparison in the query that hides the value."""
    for each in signals(document, context.repository):
        tree = each.query.tree
        hides = _hides(tree) if tree is not None else None
        if hides is not None:
            words = f'where "{hides.op}" does not hold there is no value, so the signal cannot clear'
            part = each.query.part(f" {hides.op} ")
            yield Found((*each.at, "query"), f"{words}; expected the value itself", part=part)


def _hides(node: Node) -> Binary | None:
    """The comparison that the value has to pass on its way to the top."""
    if isinstance(node, Negative):
        return _hides(node.inner)
    if not isinstance(node, Binary):
        return None
    if node.op in COMPARISONS:
        return None if node.flag or _sentinel(node) else node
    if node.op in ("and", "unless"):
        return _hides(node.left)
    if node.op in ("+", "-", "*", "/"):
        if constant(node.right) is not None:
            return _hides(node.left)
        if constant(node.left) is not None:
            return _hides(node.right)
    return None


def _sentinel(comparison: Binary) -> bool:
    """Whether it only cuts off what stands for no value: ``>= 0``, ``!= -1``, and ``x == x`` where that is no number."""
    bound = constant(comparison.right)
    if comparison.op == "!=" or comparison.left == comparison.right:
        return True
    return bound is not None and ((comparison.op == ">=" and bound == 0) or (comparison.op == ">" and bound < 0))
