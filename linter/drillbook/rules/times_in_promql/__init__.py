"""Document + catalog -> findings of times-in-promql. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB338", help='write "for" with the length of that many evaluations')
def times_in_promql(document: Document, context: Context) -> Iterator[Found]:
    """A page from PromQL that counts evaluations, where Prometheus counts time."""
    for each in signals(document, context.repository):
        fires = each.signal.fires
        if each.signal.tier == "page" and fires and fires.times:
            said = f'a page from PromQL waits with "for", not "times: {fires.times}"; expected a length of time'
            yield Found((*each.at, "fires", "times"), said, key=True)
