"""Document + its PromQL + the data dictionary -> findings of quantile-without-histogram. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call, Selector, walk
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB353", help='ask the "_bucket" of a histogram, or write quantile(…) or quantile_over_time(…)')
def quantile_without_histogram(document: Document, context: Context) -> Iterator[Found]:
    """A histogram's quantile of something that is no histogram by the data dictionary."""
    for query, at in expressions(document, context.repository):
        told: set[str] = set()
        for node, _ in query.nodes:
            if not isinstance(node, Call) or node.name not in _NEEDS:
                continue
            for each in (inner for argument in node.args for inner, _ in walk(argument)):
                what = _other(each) if isinstance(each, Selector) and each.name not in told else ""
                if what and isinstance(each, Selector):
                    told.add(each.name)
                    said = f'"{node.name}" needs the buckets of a histogram, and "{each.name}" is {what}'
                    yield Found(at, said, part=query.part(each.name))


_NEEDS = frozenset({"histogram_quantile", "histogram_fraction"})


def _other(selector: Selector) -> str:
    """What a metric is in place of a histogram, where the data dictionary says so."""
    declared = selector.declared
    if declared is None or "le" in declared.labels or selector.recorded:
        return ""
    if declared.type != "histogram":
        return f"a {declared.type} by catalog/dictionary.yaml"
    return f"the {declared.part} of one" if declared.part in ("sum", "count") else ""
