"""Document + its PromQL -> findings of rate-of-gauge. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call, Selector
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB317", help="write deriv(…) or delta(…), or compare the value itself")
def rate_of_gauge(document: Document, context: Context) -> Iterator[Found]:
    """A rate of something that is no counter."""
    for query, at in expressions(document, context.repository):
        for selector, above in query.selectors:
            call = above[-1] if above else None
            if not isinstance(call, Call) or call.name not in _RATES or not _is_gauge(selector):
                continue
            words = f'"{call.name}" takes every fall of "{selector.name}" for a restart, and it is no counter'
            yield Found(at, f"{words}; expected deriv, delta or the value", part=query.part(selector.name))


def _is_gauge(selector: Selector) -> bool:
    """Whether the data dictionary says so, or the name where it says nothing."""
    if selector.declared is not None:
        return selector.declared.type == "gauge"
    return not selector.recorded and _GAUGE.search(selector.name) is not None


_RATES = frozenset({"rate", "irate", "increase", "resets"})
_GAUGE = re.compile(
    r"_(?:ratio|percent|percentage|perc|celsius|temperature|timestamp_seconds|psi|score|info)$"
    r"|_(?:queue_(?:length|size|depth)|backlog|in_?flight(?:_requests)?|lag)$"
    r"|^DCGM_FI_DEV_(?:GPU_UTIL|MEM_COPY_UTIL|FB_USED|FB_FREE|GPU_TEMP|POWER_USAGE)$"
    r"|^vllm:num_requests_(?:running|waiting)$|^nv_gpu_(?:utilization|memory_used_bytes|power_usage)$"
)
