"""Document + its SQL -> findings of missing-column. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB344", help="name the column with AS")
def missing_column(document: Document, context: Context) -> Iterator[Found]:
    """SQL whose rows lack a column by which they are judged."""
    for each in statements(document, context.repository):
        for wanted, why in each.lacking():
            named = ", ".join(column or "one without a name" for column in each.statement.columns or ())
            yield Found(each.at, f'the rows have no column "{wanted}", {why}; the columns are {named}')
