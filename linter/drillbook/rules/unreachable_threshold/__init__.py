"""Document -> findings of unreachable-threshold. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.ranges import common, possible, reach
from drillbook.rule import Context, repository_rule


@repository_rule("DB333", help="name a value that the signal can have, or another unit")
def unreachable_threshold(document: Document, context: Context) -> Iterator[Found]:
    """A threshold that no value of the unit can reach."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        whole = possible(signal)
        for name, side in (("fires", signal.fires), ("clears", signal.clears)):
            wanted = [each for each in reach(side) or () if not each.empty] if side else ()
            if side and whole and wanted and all(common(each, whole).empty for each in wanted):
                most = words.comparison(signal, side)
                bounds = (
                    "0 or more"
                    if whole.high == float("inf")
                    else f"{words.number(whole.low)} to {words.number(whole.high)}"
                )
                yield Found(("signals", index, name, "value"), f'"{signal.unit}" here is {bounds} and never {most}')
