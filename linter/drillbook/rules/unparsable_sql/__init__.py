"""Document + its SQL -> findings of unparsable-sql. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB340", help="run the query once against the source and copy what worked")
def unparsable_sql(document: Document, context: Context) -> Iterator[Found]:
    """A query that is no SQL of its source."""
    for each in statements(document, context.repository):
        if each.statement.error:
            dialect = f" of {each.kind}" if each.kind else ""
            yield Found(each.at, f"this is no SQL{dialect}: {each.statement.error}", part=each.statement.wrong)
