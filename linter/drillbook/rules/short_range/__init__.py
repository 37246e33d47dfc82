"""Document + its PromQL -> findings of short-range. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call, Node, Selector, Subquery
from drillbook.queries import expressions, interval
from drillbook.rule import Context, repository_rule


@repository_rule("DB312", help="take a range of at least four scrapes")
def short_range(document: Document, context: Context) -> Iterator[Found]:
    """A range too short to see a counter grow."""
    for query, at in expressions(document, context.repository):
        scrape = interval(document, context.repository, at) or _SCRAPE
        for node, _ in query.nodes:
            if isinstance(node, Call) and node.name in _NEED and node.args and (short := _short(node.args[0], scrape)):
                expected = f"expected at least {duration.show(short[1])}, four scrapes"
                words = f'"{node.name}" over {duration.show(short[0])} often has too few values'
                yield Found(at, f"{words}; {expected}", part=query.part(f"[{duration.show(short[0])}]"))


_NEED = frozenset({"rate", "increase", "delta", "deriv"})
_SCRAPE = timedelta(seconds=15)
_SCRAPES = 4


def _short(argument: Node, scrape: timedelta) -> tuple[timedelta, timedelta] | None:
    """The range and the least that it should be, where it is less."""
    if not isinstance(argument, (Selector, Subquery)) or argument.range is None:
        return None
    step = argument.step if isinstance(argument, Subquery) else scrape
    least = _SCRAPES * (step or scrape)
    return (argument.range, least) if argument.range < least else None
