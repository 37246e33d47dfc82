"""Document -> findings of constant-threshold. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.ranges import possible, reach
from drillbook.rule import Context, repository_rule


@repository_rule("DB334", help="name a value that tells good from bad")
def constant_threshold(document: Document, context: Context) -> Iterator[Found]:
    """A threshold that every value of the unit satisfies."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        whole = possible(signal)
        for name, side in (("fires", signal.fires), ("clears", signal.clears)):
            if side and whole and any(whole.within(each) for each in reach(side) or ()):
                always = words.comparison(signal, side)
                yield Found(
                    ("signals", index, name, "value"), f'every "{signal.unit}" that this query can give is {always}'
                )
