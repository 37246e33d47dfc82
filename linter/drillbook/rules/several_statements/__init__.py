"""Document + its SQL -> findings of several-statements. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB341", help="keep the one that gives the rows")
def several_statements(document: Document, context: Context) -> Iterator[Found]:
    """A query that holds more than one statement."""
    for each in statements(document, context.repository):
        if each.statement.count > 1:
            yield Found(each.at, f"this holds {each.statement.count} statements, expected one", part=";")
