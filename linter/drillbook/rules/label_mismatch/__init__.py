"""Document + its PromQL -> findings of label-mismatch. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.promql import labels
from drillbook.promql.labels import NONE, Labels
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB306", help='let "per", the query and "samples" have the same labels')
def label_mismatch(document: Document, context: Context) -> Iterator[Found]:
    """Labels of "per", query and samples that disagree."""
    for each in signals(document, context.repository):
        if labels.clashes(each.query) or labels.strangers(each.query):
            continue  # sides that do not meet, and labels that nothing has, have their own finding
        per = frozenset(each.signal.per)
        found = None if each.query.tree is None else labels.of_query(each.query) or Labels(NONE)
        wrong: list[Found] = []
        if found is not None and per:
            wrong += _against(found, per, (*each.at, "query"), (*each.at, "per"), "the query")
        yield from wrong
        told = each.samples is None or labels.strangers(each.samples)
        counted = None if each.samples is None or told else labels.of_query(each.samples)
        asked = found.several if found is not None and found.known is not None else None
        wanted = asked if wrong or not per else per
        if counted is not None and wanted is not None:
            yield from _against(counted, wanted, (*each.at, "samples"), (*each.at, "samples"), '"samples"')


def _against(found: Labels, wanted: frozenset[str], at: Place, missing: Place, what: str) -> Iterator[Found]:
    each = f"each {_listed(wanted)}" if wanted else "all of it"
    if lacking := frozenset(label for label in wanted if not found.may(label)):
        yield Found(missing, f"{what} gives no label {_listed(lacking)}, expected a value for {each}")
    elif more := found.several - wanted:
        yield Found(at, f"{what} gives several values, one for each {_listed(more)}, expected one for {each}")


def _listed(names: frozenset[str]) -> str:
    return " and ".join(f'"{name}"' for name in sorted(names))
