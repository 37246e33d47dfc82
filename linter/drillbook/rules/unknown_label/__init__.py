"""Document + its PromQL + the data dictionary -> findings of unknown-label. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import labels
from drillbook.promql.labels import Stranger
from drillbook.queries import expressions, signals
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint


@repository_rule("DB351", help="write the label as the series have it, or list it in catalog/dictionary.yaml")
def unknown_label(document: Document, context: Context) -> Iterator[Found]:
    """A label that no series of the metric has by the data dictionary."""
    for query, at in expressions(document, context.repository):
        for each in labels.strangers(query):
            yield Found(at, _told(each), part=query.part(each.label))
    for asked in signals(document, context.repository):
        found = labels.of_query(asked.query)
        if asked.query.tree is None or found is None:
            continue
        told = {each.label for each in labels.strangers(asked.query)}
        for index, label in enumerate(asked.signal.per):
            each_of = labels.stranger(label, asked.query.tree)
            if each_of and label not in told and found.may(label):  # what the query drops has its own finding
                yield Found((*asked.at, "per", index), _told(each_of))


def _told(stranger: Stranger) -> str:
    names = " and ".join(f'"{name}"' for name in stranger.metrics)
    return f'no series of {names} has the label "{stranger.label}", {hint(stranger.label, stranger.known)}'
