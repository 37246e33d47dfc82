"""Document + its PromQL -> findings of uncounted-samples. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import units
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB320", help="count: sum(increase(…[5m])) over the range of the query")
def uncounted_samples(document: Document, context: Context) -> Iterator[Found]:
    """Samples that are no number of things."""
    for each in signals(document, context.repository):
        unit = units.of_query(each.samples) if each.samples is not None else None
        if unit is not None and unit.quantity != "quotient" and not units.agrees(unit, "count"):
            words = f'this gives "{units.name(unit)}", expected a number of samples, "count"'
            yield Found((*each.at, "samples"), words, part=each.samples.part("rate(") if each.samples else "")
