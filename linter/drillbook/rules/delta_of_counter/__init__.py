"""Document + its PromQL -> findings of delta-of-counter. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call, Selector
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB318", help="write increase(…) for a change, rate(…) for a slope")
def delta_of_counter(document: Document, context: Context) -> Iterator[Found]:
    """A change of a counter that does not see its restarts."""
    for query, at in expressions(document, context.repository):
        for selector, above in query.selectors:
            call = above[-1] if above else None
            if not isinstance(call, Call) or call.name not in _INSTEAD:
                continue
            if _is_counter(selector):
                words = f'"{call.name}" of the counter "{selector.name}" falls far below zero when a process restarts'
                yield Found(at, f"{words}; expected {_INSTEAD[call.name]}", part=query.part(call.name))


def _is_counter(selector: Selector) -> bool:
    """Whether the data dictionary says so, or the name where it says nothing."""
    if selector.declared is not None:
        return selector.declared.counts
    return not selector.recorded and selector.name.endswith(_COUNTERS)


_INSTEAD = {"delta": "increase", "idelta": "irate", "deriv": "rate", "predict_linear": "rate"}
_COUNTERS = ("_total", "_bucket", "_seconds_count", "_seconds_sum", "_bytes_sum", "_bytes_count")
