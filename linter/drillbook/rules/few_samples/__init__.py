"""Document + its PromQL -> findings of few-samples. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call
from drillbook.queries import Asked, signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB315", help="ask for at least 200 samples")
def few_samples(document: Document, context: Context) -> Iterator[Found]:
    """A distribution that is judged by fewer than 200 samples."""
    for each in signals(document, context.repository):
        if not _SPREAD.intersection(_functions(each)):
            continue
        for side, threshold in (("fires", each.signal.fires), ("clears", each.signal.clears)):
            least = threshold.min_samples if threshold else None
            if least is not None and least < _ENOUGH:
                words = f"a quantile of {least:g} samples is chance, expected at least {_ENOUGH}"
                yield Found((*each.at, side, "min_samples"), words)


_ENOUGH = 200
_SPREAD = frozenset({"histogram_quantile"})


def _functions(asked: Asked) -> Iterator[str]:
    yield from (node.name for node, _ in asked.query.nodes if isinstance(node, Call))
