"""Document + its SQL + the data dictionary -> findings of unknown-column. Pure."""

from collections.abc import Iterator

from drillbook import columns, dictionary
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements
from drillbook.suggest import hint


@repository_rule("DB352", help="write the column as the table has it, or list it in catalog/dictionary.yaml")
def unknown_column(document: Document, context: Context) -> Iterator[Found]:
    """A column that no table of the query has by the data dictionary."""
    words = dictionary.of(context.repository)
    for each in statements(document, context.repository) if words.tables else ():
        known = words.columns.get(each.source)
        for column in columns.missing(each.text, each.kind, known) if known else ():
            if column.bare and any(each.lacking()):
                continue  # the rows lack a column, and this is what they have in its place
            tables = " and ".join(f'"{name}"' for name in column.tables)
            part = column.text if each.text.count(column.text) == 1 else ""
            meant = hint(column.name.lower(), sorted(column.known))
            yield Found(each.at, f'{tables} has no column "{column.name}", {meant}', part=part)
