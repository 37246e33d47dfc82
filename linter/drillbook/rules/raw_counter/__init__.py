"""Document + its PromQL -> findings of raw-counter. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Binary, Call, Node, Selector, Subquery, walk
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB311", help="write rate(…[5m]) or increase(…[5m]) around the counter")
def raw_counter(document: Document, context: Context) -> Iterator[Found]:
    """A counter that is read as it stands."""
    for query, at in expressions(document, context.repository):
        told: set[str] = set()
        for selector, above in query.selectors:
            name = selector.name
            if name not in told and not selector.recorded and _COUNTER.search(name) and _raw(selector, above):
                told.add(name)
                words = f'"{name}" counts up since its process began, and is read as it stands'
                yield Found(at, f"{words}; expected rate or increase", part=query.part(name))


_COUNTER = re.compile(
    r"(?<!_memory)(?<!_capacity)(?<!_disk)(?<!_size)(?<!_limit)(?<!_quota)(?<!_slots)(?<!_replicas)(?<!_inodes)(?<!_managers)"
    r"(?<!_availabilities)(?<!_placement_resource)_total$"
    r"|_bucket$|_(?:seconds|milliseconds|bytes|tokens)_(?:count|sum)$|^nv_inference_request_(?:success|failure)$"
)
_HARMLESS = frozenset({"absent", "timestamp"})
_RANGED = frozenset({"max_over_time", "min_over_time", "avg_over_time", "sum_over_time", "quantile_over_time"})


def _raw(selector: Selector, above: tuple[Node, ...]) -> bool:
    """Whether the size of a counter gets into the value, and not how much it grew or whether it is there."""
    if any(_forgives(selector, parent, child) for parent, child in zip(above, (*above, selector)[1:], strict=True)):
        return False
    if selector.range is None:
        return True
    return isinstance(above[-1], Call) and above[-1].name in _RANGED


def _forgives(selector: Selector, parent: Node, child: Node) -> bool:
    if isinstance(parent, Subquery) or (isinstance(parent, Call) and parent.name in _HARMLESS):
        return True
    if isinstance(parent, Aggregate):
        return parent.op in ("count", "group")
    if not isinstance(parent, Binary):
        return False
    if parent.op in ("and", "unless") and child is parent.right:
        return True
    other = parent.left if child is parent.right else parent.right
    return parent.op in ("-", "unless") and any(
        isinstance(node, Selector) and node.name == selector.name for node, _ in walk(other)
    )
