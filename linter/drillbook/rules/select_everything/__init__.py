"""Document + its SQL -> findings of select-everything. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB343", help="name the columns")
def select_everything(document: Document, context: Context) -> Iterator[Found]:
    """A query for all columns, whatever they are today."""
    for each in statements(document, context.repository):
        if each.statement.everything:
            said = f'"{each.statement.everything}" gives whatever columns there are, expected their names'
            yield Found(each.at, said, part=each.statement.everything)
