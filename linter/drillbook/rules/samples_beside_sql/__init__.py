"""Document + its SQL -> findings of samples-beside-sql. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB345", help='give the rows a column "samples" and leave this out')
def samples_beside_sql(document: Document, context: Context) -> Iterator[Found]:
    """A second query for the samples of a signal in SQL, where they are a column."""
    for each in statements(document, context.repository):
        if each.signal is not None and each.signal.samples:
            said = 'a signal in SQL has its samples in a column of the same rows, expected no "samples" here'
            yield Found((*each.at[:2], "samples"), said, key=True)
