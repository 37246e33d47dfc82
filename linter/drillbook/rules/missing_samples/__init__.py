"""Document + catalog -> findings of missing-samples. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB339", help='add "samples" with a query that counts what the value is computed from')
def missing_samples(document: Document, context: Context) -> Iterator[Found]:
    """A number of samples that is asked for and that no query counts."""
    for each in signals(document, context.repository):
        for name, side in (("fires", each.signal.fires), ("clears", each.signal.clears)):
            if side and side.min_samples is not None and "samples" not in each.given:
                said = f'"min_samples: {side.min_samples:g}" and nothing counts them, expected a query in "samples"'
                yield Found((*each.at, name, "min_samples"), said)
                break
