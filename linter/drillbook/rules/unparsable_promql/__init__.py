"""Document + its PromQL -> findings of unparsable-promql. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB301", help="mend the query; try it in the console of Prometheus")
def unparsable_promql(document: Document, context: Context) -> Iterator[Found]:
    """A PromQL query that Prometheus would refuse."""
    for query, at in expressions(document, context.repository):
        if query.error:
            yield Found(at, f"this is no PromQL that gives a value: {_told(query.error)}", part=_part(query.text))


_GRAFANA = re.compile(r"\$__?\w+")


def _part(text: str) -> str:
    found = _GRAFANA.search(text)
    return found[0] if found else ""


def _told(error: str) -> str:
    """The parser's words on one line, without a full stop."""
    return " ".join(error.split())[:200].rstrip(".")
