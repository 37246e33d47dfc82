"""Document + its PromQL -> findings of unclearable-absence. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Call
from drillbook.queries import signals
from drillbook.rule import Context, repository_rule


@repository_rule("DB314", help='write "no_data: ok"')
def unclearable_absence(document: Document, context: Context) -> Iterator[Found]:
    """A query for something absent that cannot come back to well."""
    for each in signals(document, context.repository):
        tree, signal = each.query.tree, each.signal
        threshold = signal.fires or signal.clears
        if not isinstance(tree, Call) or tree.name not in ("absent", "absent_over_time") or threshold is None:
            continue
        if signal.no_data == "ok" or (signal.latched and signal.no_data != "fires"):
            continue
        stands = f'"no_data: {signal.no_data}"' + ("" if "no_data" in each.given else ", the default,")
        words = f'"{tree.name}" gives 1 or nothing, and {stands} does not take nothing for well; expected "no_data: ok"'
        at = (*each.at, "no_data") if "no_data" in each.given else (*each.at, "query")
        yield Found(at, words, part=tree.name if at[-1] == "query" else "")
