"""Document + its PromQL + the data dictionary -> findings of unknown-metric. Pure."""

from collections.abc import Iterator

from drillbook import dictionary
from drillbook.dictionary import PARTS, Dictionary
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule
from drillbook.suggest import nearest


@repository_rule(
    "DB349",
    help="write the name as the series have it, or list it in catalog/dictionary.yaml",
    severity=Severity.WARNING,
)
def unknown_metric(document: Document, context: Context) -> Iterator[Found]:
    """A metric that the data dictionary does not list."""
    words = dictionary.of(context.repository)
    told: set[str] = set()
    for query, at in expressions(document, context.repository) if words.metrics else ():
        for selector, _ in query.selectors:
            name = selector.name
            if selector.declared is None and name not in told and not dictionary.built_in(name):
                told.add(name)
                yield Found(
                    at, f'metric "{name}" is not in {dictionary.PATH}, {_meant(name, words)}', part=query.part(name)
                )


def _meant(name: str, words: Dictionary) -> str:
    base, _, part = name.rpartition("_")
    if part in PARTS and base in words.metrics:
        return f'and "{base}" is a {words.metrics[base]["type"]} there, which has no "{part}"'
    near = nearest(name, words.names)
    return f'did you mean "{near}"' if near else "expected an entry there"
