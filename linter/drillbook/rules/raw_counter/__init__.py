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
        names = frozenset(selector.name for selector, _ in query.selectors)
        for selector, above in query.selectors:
            name = selector.name
            if name not in told and _is_counter(selector, names, query.text) and _raw(selector, above):
                told.add(name)
                words = f'"{name}" counts up since its process began, and is read as it stands'
                yield Found(at, f"{words}; expected rate or increase", part=query.part(name))


_COUNTER = re.compile(
    r"_total$|_(?:seconds|milliseconds|bytes|tokens)_(?:count|sum|bucket)$|^nv_inference_request_(?:success|failure)$"
)
_LE = re.compile(r"\ble\b|histogram_quantile")
"""What is only asked of the buckets of a histogram; a bucket of another kind may be a gauge."""
_SIZE = re.compile(
    r"(?:_memory|_capacity|_disk|_size|_limit|_quota|_slots|_replicas|_inodes|_managers|_availabilities|_placement_resource"
    r"|_offline|_online|_available|_unhealthy|_pending|_backed_up)_total$"
)
"""Names of how many there are, which exporters call a total although they go up and down."""
_PART = "_(?:used|usage|free|available|avail|remaining|allocated|reserved|busy|idle)"
"""What stands beside a total that is a size: the part of it that is in use, or left."""


def _is_counter(selector: Selector, names: frozenset[str], text: str) -> bool:
    """Whether the data dictionary says so, or the name where it says nothing."""
    if selector.declared is not None:
        return selector.declared.counts
    bucket = selector.name.endswith("_bucket") and bool(_LE.search(text))
    return not selector.recorded and (bucket or _counts(selector.name, names))


def _counts(name: str, names: frozenset[str]) -> bool:
    """Whether a name is that of a counter, and not of the whole of which another name in the query is a part."""
    if not _COUNTER.search(name) or _SIZE.search(name):
        return False
    part = re.compile(re.escape(name.removesuffix("_total")) + _PART)
    return not any(part.match(each) for each in names)


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
