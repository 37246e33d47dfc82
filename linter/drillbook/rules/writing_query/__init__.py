"""Document + its SQL -> findings of writing-query. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB342", help="read only; what changes something is a step with run")
def writing_query(document: Document, context: Context) -> Iterator[Found]:
    """A query that changes what it should only read."""
    for each in statements(document, context.repository):
        for word in each.statement.writes[:1]:
            does = "locks rows" if word == "FOR" else "changes something"
            yield Found(each.at, f'"{each.word(word)}" {does}, expected a query that only reads', part=each.word(word))
