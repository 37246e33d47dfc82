"""Document + its SQL -> findings of rows-without-per. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB348", help='name the columns of the groups in "per", or give one row')
def rows_without_per(document: Document, context: Context) -> Iterator[Found]:
    """SQL that gives a row for each group, of a signal that expects one value."""
    for each in statements(document, context.repository):
        if each.signal is not None and not each.signal.per and each.statement.grouped:
            said = 'this gives a row for each group and the signal has one value, expected their columns in "per"'
            yield Found(each.at, said, part=each.word("group by"))
