"""Document + its commands and PromQL -> findings of self-inflicted-signal. Pure."""

import re
from collections.abc import Iterator

from drillbook import shell
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.queries import Asked, signals
from drillbook.ranges import Interval, reach
from drillbook.rule import Context, repository_rule

_SET = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)+)[ =](-?[0-9]+(?:\.[0-9]+)?)(?=\s|$)")
"""A name of several words and the number that a command gives it: ``fraud.model_share 0``."""


@repository_rule("DB521", help="verify by a signal that does not measure what containment sets")
def self_inflicted_signal(document: Document, context: Context) -> Iterator[Found]:
    """A step of Contain that sets the very thing which a signal measures to where the signal fires."""
    runbook = context.repository.in_use(document)
    asked = signals(document, context.repository) if runbook else ()
    for line in shell.lines(runbook) if runbook and asked else ():
        if line.step.phase != "Contain" or line.key != "run":
            continue
        for name, number in _SET.findall(line.text):
            for each in asked:
                if _measures(each, name) and _fires(each, float(number)):
                    words = (
                        f'this sets {name} to {number}, which is what "{each.signal.id}" measures, and there it fires'
                    )
                    yield Found(line.at, f"{words}; it cannot clear as long as this stands", part=f"{name}")


def _measures(each: Asked, name: str) -> bool:
    """Whether a query reads one metric, which bears the name that the command sets."""
    names = {selector.name for selector, _ in each.query.selectors}
    return names == {re.sub(r"[.-]", "_", name)} and not any(char in each.query.text for char in "/*+-<>")


def _fires(each: Asked, value: float) -> bool:
    fires = reach(each.signal.fires) if each.signal.fires else None
    return any(not here.empty and here.within(side) for side in fires or () for here in (Interval(value, value),))
