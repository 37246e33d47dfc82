"""Document + its PromQL -> findings of pace-mismatch. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import units
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB303", help='multiply by 60 or 3600, take "increase", or name the unit that the query gives')
def pace_mismatch(document: Document, context: Context) -> Iterator[Found]:
    """A rate for one length of time, held against a number for another."""
    for each in signals(document, context.repository):
        declared = each.signal.unit
        if declared not in units.PACES:
            continue
        unit = units.of_query(each.query)
        word = units.name(unit)
        if word in units.PACES and not units.agrees(unit, declared):
            part = each.query.part("rate(", "increase(")
            yield Found(
                (*each.at, "query"), f'this gives "{word}", but the unit of the signal is "{declared}"', part=part
            )
