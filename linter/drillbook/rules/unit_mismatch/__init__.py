"""Document + its PromQL -> findings of unit-mismatch. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import units
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB302", help="name the unit that the query gives, or convert in the query")
def unit_mismatch(document: Document, context: Context) -> Iterator[Found]:
    """A unit that contradicts the data dictionary or the names of the metrics."""
    for each in signals(document, context.repository):
        declared = each.signal.unit
        unit = units.of_query(each.query) if declared else None
        word = units.name(unit)
        if not units.agrees(unit, declared) and not (word in units.PACES and declared in units.PACES):
            listed = all(selector.declared for selector, _ in each.query.selectors)
            why = "catalog/dictionary.yaml" if listed else "the names of its metrics"
            yield Found((*each.at, "unit"), f'"{declared}" stands here, but by {why} the query gives "{word}"')
